export { type Account, requireLive } from "./account.ts";
export {
  completeLogin,
  type LoginCompleted,
  proofOf,
  renewSession,
} from "./complete-login.ts";
export {
  credentialsChanged,
  endExpiredSessions,
  endSession,
  KEEP_ENDED_SESSIONS_MS,
} from "./end-sessions.ts";
export {
  deleteExpiredSessions,
  type EndReason,
  findSessionData,
  type ListedSessionRow,
  listSessions,
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
