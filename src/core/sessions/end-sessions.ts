import type { Transaction } from "../../platform/database/index.ts";
import { DAY, MINUTE } from "../../platform/time/index.ts";
import type { Core, RequestFacts } from "../core.ts";
import { revokeDevices } from "../devices/index.ts";
import { emit } from "../events/index.ts";
import { killTokens } from "../secrets/index.ts";
import { raiseEpoch } from "../users/index.ts";
import type { CredentialChange, EndReason, EndsToo } from "./end-reasons.ts";
import { endSessionById, endSessionsExpired, endSessionsOfUser, setSessionEpoch } from "./queries.ts";

/** Ends one session. Returns whether it was live. */
export async function endSession(
  core: Core,
  tx: Transaction,
  {
    sessionId,
    userId,
    reason,
    actor,
    facts,
  }: { sessionId: string; userId: string; reason: EndReason; actor: string | null; facts?: RequestFacts },
): Promise<boolean> {
  const ended = await endSessionById(tx, sessionId, core.clock.now(), reason);
  if (ended !== 1) return false;
  tx.afterCommit(() => core.sessionStore.revoked({ sessionId }));
  await emit(core, tx, {
    event: "session_ended",
    actor,
    subject: userId,
    detail: { session: sessionId, reason },
    facts,
  });
  return true;
}

/** An undeclared change ends everything. */
const everything: EndsToo = { devices: true, tokens: true };

/**
 * The only way to revoke. Ends the sessions, devices and single-use secrets of an account in the transaction of the
 * change. The user's epoch rises, so a session that the statement missed is refused too. Returns the number of ended
 * sessions.
 *
 * @example
 * await credentialsChanged(core, tx, { userId, reason: "rights_changed", actor: call.actor });
 */
export async function credentialsChanged(
  core: Core,
  tx: Transaction,
  {
    userId,
    reason,
    actor,
    keepSessionId,
    facts,
  }: {
    userId: string;
    reason: CredentialChange;
    /** The user id of the caller, `operator`, or null for a stranger. The audit and the owner see it. */
    actor: string | null;
    /** The session that made the change and continues. */
    keepSessionId?: string;
    facts?: RequestFacts;
  },
): Promise<number> {
  const now = core.clock.now();
  tx.afterCommit(() => core.sessionStore.revoked({ userId }));
  const ended = await endSessionsOfUser(tx, userId, now, reason, keepSessionId ?? "");
  const raised = await raiseEpoch(tx, userId);
  if (keepSessionId !== undefined && raised !== undefined)
    await setSessionEpoch(tx, keepSessionId, raised.epoch);
  const { devices, tokens } = core.features.endReasons[reason] ?? everything;
  if (devices) await revokeDevices(tx, userId, now, keepSessionId ?? "");
  // An ending session may have requested it, whatever ends the session. Row CE-05.
  await killTokens(core, tx, userId, ({ endsWithSessions = false, outlives = false }) =>
    tokens ? !outlives : endsWithSessions,
  );
  await emit(core, tx, {
    event: "session_ended",
    actor,
    subject: userId,
    detail: { sessions: ended, reason },
    facts,
  });
  return ended;
}

/** The time for which ended sessions keep their reason, for the login page and the account centre. */
export const KEEP_ENDED_SESSIONS_MS = 30 * DAY;

/** Last-seen times are written in batches, so a session is marked as expired only after this delay. */
const EXPIRED_FOR_MS = MINUTE;

/** Marks expired sessions as ended. Returns their number. */
export async function endExpiredSessions(core: Core): Promise<number> {
  return core.db.transaction(async (tx) => {
    const now = core.clock.now();
    const sessions = await endSessionsExpired(tx, now, now - EXPIRED_FOR_MS);
    if (sessions > 0) await emit(core, tx, { event: "session_expired", detail: { sessions } });
    return sessions;
  });
}
