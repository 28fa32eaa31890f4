/**
 * Latchkey: registration, login, sessions and everything around them for TypeScript web applications.
 * @module
 */
export {
  type AnyRequest,
  type Auth,
  type ConnectionInfo,
  createAuth,
  type DataValues,
} from "./auth.ts";
export type { AuthContext } from "./auth-context.ts";
export { LastAdministrator, ownerOr, type Policy } from "./core/access/index.ts";
export {
  type AuditAdministration,
  type AuditEvent,
  type AuditFault,
  type AuditQuery,
  type AuditRecord,
  type AuditReport,
  auditEvents,
} from "./core/audit/index.ts";
export type { Logger, RequestFacts } from "./core/core.ts";
export type {
  KeptMail,
  Mail,
  MailTransport,
  OutboxAdministration,
  OutgoingMail,
  QueuedMail,
  QueuedMailQuery,
  SendContext,
  SendMail,
} from "./core/outbox/index.ts";
export {
  defaultHashParameters,
  type HashParameters,
  hashPassword,
  type PasswordProfile,
  verifyPassword,
} from "./core/passwords/index.ts";
export {
  type Flash,
  type FlashCategory,
  type IncomingRequest,
  type Page,
  RequestAuth,
  type Route,
  type SessionData,
  SessionDataTooLarge,
  type SignedInAuth,
} from "./core/requests/index.ts";
export type { EndReason, Session } from "./core/sessions/index.ts";
export type { NavigationItem, RegistrationMode, Settings } from "./core/settings.ts";
export type { BaseUser, FieldSchema, FieldValues, User } from "./core/users/index.ts";
export {
  type DeepPartial,
  describeError,
  describeFieldError,
  type LocaleFolder,
  type Messages,
  type Texts,
} from "./core/words/index.ts";
export type { Activity, ActivityPage } from "./features/account-activity/index.ts";
export type { AccountExport } from "./features/account-data/index.ts";
export type { ListedSession } from "./features/account-sessions/index.ts";
export type { ManagedUser, NewUser, UserQuery } from "./features/admin/index.ts";
export type { LoginOutcome, Operations, RegistrationOutcome } from "./operations.ts";
export type { AuthOptions, BreachedPasswordOptions, SessionLifetime } from "./options.ts";
export type { Outcome, Refusal } from "./outcome.ts";
export { Secret, uuidv7 } from "./platform/crypto/index.ts";
export {
  type Database,
  type Migration,
  migrate,
  type Queries,
  type Transaction,
  type Value,
} from "./platform/database/index.ts";
export {
  ConfigurationError,
  type ErrorCode,
  type FieldProblem,
  type FieldProblems,
  fieldError,
  LatchkeyError,
} from "./platform/errors/index.ts";
export * as ui from "./platform/html/index.ts";
export { jsonHeaders } from "./platform/http/index.ts";
export { type Clock, type Duration, systemClock } from "./platform/time/index.ts";
export type { UserAdministration } from "./user-administration.ts";
export type { ShippedTexts } from "./word-parts.ts";
