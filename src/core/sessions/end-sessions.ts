import type { Transaction } from "../../platform/database/index.ts";
import { DAY, MINUTE } from "../../platform/time/index.ts";
import type { Core, RequestFacts } from "../core.ts";
import { revokeDevices } from "../devices/index.ts";
import { emit } from "../events/index.ts";
import { killTokensOfPurpose, killTokensOfUser } from "../secrets/index.ts";
import { raiseEpoch } from "../users/index.ts";
import {
  type EndReason,
  endSessionById,
  endSessionsExpired,
  endSessionsOfUser,
  setSessionEpoch,
} from "./queries.ts";

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

/** What changed about an account's credentials or rights. */
export type CredentialChange =
  | "password_changed"
  | "password_reset"
  | "email_confirmed"
  | "rights_changed"
  | "account_disabled"
  | "email_changed"
  | "undone"
  | "deletion_requested"
  | "ended_by_user"
  | "ended_by_operator";

/**
 * The effects of each change. Sessions and pending changes of address always end. The table adds the rest: devices,
 * and all other single-use secrets. The links of notices outlive all of it; see `undoLink`.
 */
// Row CE-05.
const endsToo: Record<CredentialChange, { devices: boolean; tokens: boolean }> = {
  password_changed: { devices: true, tokens: true },
  password_reset: { devices: true, tokens: true },
  email_confirmed: { devices: true, tokens: true },
  rights_changed: { devices: false, tokens: false },
  account_disabled: { devices: true, tokens: true },
  email_changed: { devices: false, tokens: true },
  undone: { devices: true, tokens: true },
  deletion_requested: { devices: true, tokens: true },
  ended_by_user: { devices: true, tokens: true },
  ended_by_operator: { devices: true, tokens: false },
};

/**
 * The one choke point that revokes (design rule 3): ends sessions, devices and single-use secrets of an account in
 * the transaction of the change itself. The user's epoch rises, so a session the statement could have missed is
 * refused too. Returns how many sessions ended.
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
  if (endsToo[reason].devices) await revokeDevices(tx, userId, now, keepSessionId ?? "");
  if (endsToo[reason].tokens) await killTokensOfUser(tx, userId, now);
  // An ending session may have asked for it, whatever ends the session.
  // Row CE-05.
  else await killTokensOfPurpose(tx, userId, "change_email", now);
  await emit(core, tx, {
    event: "session_ended",
    actor,
    subject: userId,
    detail: { sessions: ended, reason },
    facts,
  });
  return ended;
}

/** Ended sessions keep their reason this long, for the login page and the account centre. */
export const KEEP_ENDED_SESSIONS_MS = 30 * DAY;

/** Last-seen times are written in batches; a session is marked as expired only after this delay. */
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
