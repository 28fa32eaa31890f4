export {
  completeLogin,
  type LoginCompleted,
  proofOf,
  renewSession,
} from "./complete-login.ts";
export { credentialsChanged, endExpiredSessions, endSession } from "./end-sessions.ts";
export {
  deleteSessionsOver,
  type EndReason,
  findLiveSession,
  findSessionData,
  type ListedSessionRow,
  listSessions,
  putSessionData,
} from "./queries.ts";
export {
  createSessionReader,
  type Session,
  type SessionCheck,
  type SessionReader,
} from "./session-reader.ts";
