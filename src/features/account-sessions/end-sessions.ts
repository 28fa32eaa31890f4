import type { Core, RequestFacts } from "../../core/core.ts";
import { revokeUnusedDevice } from "../../core/devices/index.ts";
import { credentialsChanged, endSession, findLiveSession, type Session } from "../../core/sessions/index.ts";
import type { User } from "../../core/users/index.ts";
import type { Transaction } from "../../platform/database/index.ts";
import { LatchkeyError } from "../../platform/errors/index.ts";
import { logout } from "../logout/index.ts";
import { findOwnSession } from "./queries.ts";

interface Account {
  user: User;
  session: Session;
}

/** Ended since it was looked at: whoever was locked out must not lock out others. */
async function requireLive(tx: Transaction, { user, session }: Account): Promise<void> {
  if ((await findLiveSession(tx, session.id, user.id)) === undefined)
    throw new LatchkeyError("login_required");
}

/**
 * Ends one login of one's own; the device it was on counts as unknown from then on, unless another live login is on it. One's
 * present login ends as by logging out. One that is over already stays as it is. Throws `not_found` for an id that isn't
 * one of this account's (rows SL-09, AZ-02). Says whether it was the present one.
 */
export async function endOwnSession(
  core: Core,
  account: Account,
  id: string,
  facts: RequestFacts,
): Promise<{ current: boolean }> {
  const { user, session } = account;
  if (id === session.id) {
    await logout(core, facts);
    return { current: true };
  }
  await core.db.transaction(async (tx) => {
    await requireLive(tx, account);
    const found = await findOwnSession(tx, id, user.id);
    if (found === undefined)
      throw new LatchkeyError("not_found", { detail: "no such session of this account" });
    const ended = await endSession(core, tx, {
      sessionId: id,
      userId: user.id,
      reason: "ended_by_user",
      facts,
    });
    if (ended && found.device_id !== null) {
      await revokeUnusedDevice(tx, found.device_id, user.id, core.clock.now());
    }
  });
  return { current: false };
}

/** Ends every login of one's own but the present one, with its device and everything that is pending. Returns how many ended. */
export function endOtherSessions(core: Core, account: Account, facts: RequestFacts): Promise<number> {
  const { user, session } = account;
  return core.db.transaction(async (tx) => {
    await requireLive(tx, account);
    return credentialsChanged(core, tx, {
      userId: user.id,
      reason: "ended_by_user",
      keepSessionId: session.id,
      facts,
    });
  });
}
