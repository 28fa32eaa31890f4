export {
  completeLogin,
  type LoginCompleted,
  type LoginRefused,
  type Proof,
  type ProofMethod,
  proofOf,
  renewSession,
} from "./complete-login.ts";
export { type CredentialChange, credentialsChanged, endExpiredSessions, endSession } from "./end-sessions.ts";
export {
  deleteSessionsOver,
  type EndReason,
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
