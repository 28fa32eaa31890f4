export { type Account, requireLive } from "./account.ts";
export {
  credentialsChanged,
  endExpiredSessions,
  endSession,
  KEEP_ENDED_SESSIONS_MS,
} from "./end-sessions.ts";
export { issueSession, type LoginCompleted } from "./issue-session.ts";
export {
  deleteExpiredSessions,
  type EndReason,
  endExcessSessions,
  endSessionById,
  findSessionData,
  type ListedSessionRow,
  listSessions,
  moveSessionData,
  putSessionData,
} from "./queries.ts";
export {
  createSessionReader,
  type Session,
  type SessionCheck,
  type SessionReader,
} from "./session-reader.ts";
