import type { Core, RequestFacts } from "../../core/core.ts";
import { revokeUnusedDevice } from "../../core/devices/index.ts";
import { killTokensOfPurpose } from "../../core/secrets/index.ts";
import { type Account, credentialsChanged, endSession, requireLive } from "../../core/sessions/index.ts";
import { LatchkeyError } from "../../platform/errors/index.ts";
import { logout } from "../logout/index.ts";
import { findOwnSession } from "./queries.ts";

/**
 * Ends one login of one's own, and a change of address that waits for its confirmation; the device it was on counts as
 * unknown from then on, unless another live login is on it. One's present login ends as by logging out. One that is over
 * already stays as it is. Throws `not_found` for an id that isn't one of this account's (rows SL-09, AZ-02), and
 * `login_required`. Says whether it was the present one.
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
    if (!ended) return;
    const now = core.clock.now();
    // It may have been asked for in the session that ends here: an intruder's must not outlive it (row CE-05).
    await killTokensOfPurpose(tx, user.id, "change_email", now);
    if (found.device_id !== null) await revokeUnusedDevice(tx, found.device_id, user.id, now);
  });
  return { current: false };
}

/**
 * Ends every login of one's own but the present one, with its device and everything that is pending.
 * Throws `login_required`. Returns how many ended.
 */
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
