export { type Account, requireFreshProof, requireLive } from "./account.ts";
export type { CredentialChange, EndReason, EndReasonTable, EndsToo } from "./end-reasons.ts";
export {
  credentialsChanged,
  endExpiredSessions,
  endSession,
  KEEP_ENDED_SESSIONS_MS,
} from "./end-sessions.ts";
export { issueSession, type LoginCompleted } from "./issue-session.ts";
export {
  deleteExpiredSessions,
  endSessionById,
  findSessionData,
  moveSessionData,
  putSessionData,
  type SessionRow,
} from "./queries.ts";
export {
  createSessionReader,
  type Session,
  type SessionCheck,
  type SessionReader,
} from "./session-reader.ts";
export type { MaybeLater, SeenSession, SessionStore, StoredSession, Whose } from "./session-store.ts";
export { createSqliteSessionStore } from "./sqlite-session-store.ts";
