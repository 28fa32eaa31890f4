import type { Core, RequestFacts } from "../../core/core.ts";
import { endSession } from "../../core/sessions/index.ts";

/** Ends the session the request came with. Without one there is nothing to do, and that is no error (row LO-06). */
export async function logout(core: Core, facts: RequestFacts): Promise<void> {
  const { sessionId, userId } = facts;
  if (sessionId === null || userId === null) return;
  await core.db.transaction((tx) => endSession(core, tx, { sessionId, userId, reason: "logout", facts }));
}
