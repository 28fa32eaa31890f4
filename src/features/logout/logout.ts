import type { Core, RequestFacts } from "../../core/core.ts";
import { endPendingLogin } from "../../core/login/index.ts";
import { everyone, operation } from "../../core/operations/index.ts";
import { endSession } from "../../core/sessions/index.ts";

/** Ends the session of the request. No-op without a session. */
// Row LO-06.
export async function endOwnSession(core: Core, facts: RequestFacts): Promise<void> {
  const { sessionId, userId } = facts;
  if (sessionId === null || userId === null) return;
  await core.db.transaction((tx) =>
    endSession(core, tx, { sessionId, userId, reason: "logout", actor: userId, facts }),
  );
}

export const logout = operation({
  summary: "Ends this session",
  access: everyone,
  async run(core, _input, call) {
    const { preSession } = call.facts;
    await endOwnSession(core, call.facts);
    // A pending sign-in ends too.
    if (preSession !== null) await core.db.transaction((tx) => endPendingLogin(tx, preSession));
    call.effects.signOut();
    return {};
  },
});
