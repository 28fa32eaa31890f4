import * as v from "valibot";
import type { Core } from "../../core/core.ts";
import { revokeUnusedDevice } from "../../core/devices/index.ts";
import { type Call, operation } from "../../core/operations/index.ts";
import { line } from "../../core/requests/index.ts";
import { killTokens } from "../../core/secrets/index.ts";
import { credentialsChanged, endSession as endOneSession, requireLive } from "../../core/sessions/index.ts";
import { LatchkeyError } from "../../platform/errors/index.ts";
import { endOwnSession } from "../logout/index.ts";
import { findOwnSession } from "./queries.ts";

async function endAnother(core: Core, id: string, call: Call): Promise<void> {
  const account = call.requireAccount();
  const { user } = account;
  await core.db.transaction(async (tx) => {
    await requireLive(tx, account);
    const found = await findOwnSession(tx, id, user.id);
    if (found === undefined)
      throw new LatchkeyError("not_found", { detail: "no such session of this account" });
    const ended = await endOneSession(core, tx, {
      sessionId: id,
      userId: user.id,
      reason: "ended_by_user",
      actor: user.id,
      facts: call.facts,
    });
    if (!ended) return;
    // The ending session may have requested it. An intruder's request must not outlive the session.
    await killTokens(core, tx, user.id, ({ endsWithSessions = false }) => endsWithSessions);
    if (found.device_id !== null) await revokeUnusedDevice(tx, found.device_id, user.id, core.clock.now());
  });
}

/**
 * Ends one session of the account, and a pending change of address. The session's device counts as unknown from then
 * on, unless it has another live session. Ending the current session is a logout; an ended one keeps its reason. An id
 * of another account is `not_found`.
 */
// Rows SL-09, AZ-02, CE-05.
export const endSession = operation({
  summary: "Ends one session of the account; ending the current one is a logout",
  access: { to: "signed-in", fresh: "submit" },
  input: v.object({ id: line() }),
  refusals: ["not_found"],
  async run(core, { id }, call) {
    const current = id === call.requireAccount().session.id;
    if (!current) {
      await endAnother(core, id, call);
      return { current };
    }
    await endOwnSession(core, call.facts);
    call.effects.signOut();
    return { current };
  },
});

/** Ends every session of the account except the current one, with its device and everything pending. */
export const endOtherSessions = operation({
  summary: "Ends all sessions of the account except the current one",
  access: { to: "signed-in", fresh: "submit" },
  async run(core, _input, call) {
    const account = call.requireAccount();
    const { user, session } = account;
    const sessions = await core.db.transaction(async (tx) => {
      await requireLive(tx, account);
      return credentialsChanged(core, tx, {
        userId: user.id,
        reason: "ended_by_user",
        actor: user.id,
        keepSessionId: session.id,
        facts: call.facts,
      });
    });
    return { sessions };
  },
});
