import type { Transaction } from "../../platform/database/index.ts";
import type { Core, RequestFacts } from "../core.ts";
import { emit } from "../events/index.ts";
import { deleteExcessEndedSessions, endExcessSessions } from "./queries.ts";

/** Ended sessions that an account keeps, for the reasons that the login page and the account centre give. */
export const KEPT_ENDED_SESSIONS = 100;

/**
 * Ends the live sessions beyond an account's limit, those unused for longest first, and forgets the ended ones beyond
 * theirs. A right password, used again and again, must not fill the table.
 */
// Row SL-10.
export async function boundSessions(
  core: Core,
  tx: Transaction,
  userId: string,
  facts: RequestFacts,
): Promise<void> {
  const { maximumPerUser } = core.settings.sessions;
  const ended = await endExcessSessions(tx, userId, core.clock.now(), maximumPerUser);
  if (ended > 0) {
    tx.afterCommit(() => core.sessionStore.revoked({ userId }));
    const detail = { sessions: ended, reason: "too_many_sessions" };
    await emit(core, tx, { event: "session_ended", actor: userId, subject: userId, detail, facts });
  }
  await deleteExcessEndedSessions(tx, userId, KEPT_ENDED_SESSIONS);
}
