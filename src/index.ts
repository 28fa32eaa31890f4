/**
 * Latchkey: registration, login, sessions and everything around them for TypeScript web applications.
 * @module
 */

export type { Metrics } from "./auth.ts";
export {
  type AnyRequest,
  type Auth,
  type ConnectionInfo,
  createAuth,
  type DataValues,
} from "./auth.ts";
export { LastAdministrator, ownerOr, type Policy } from "./core/access/index.ts";
export type {
  AuditFault,
  AuditQuery,
  AuditRecord,
  AuditReport,
} from "./core/audit/index.ts";
export type { Logger, RequestFacts } from "./core/core.ts";
export type {
  AfterHooks,
  BeforeHooks,
  BeforeSubjects,
  HookAnswer,
  HookEvent,
  HookRequest,
  HookUser,
  OnHooks,
} from "./core/hooks/index.ts";
export type {
  AuthContext,
  OperatorContext,
  Outcome,
  Refusal,
  ScriptContext,
  ScriptFacts,
} from "./core/operations/index.ts";
export { unwrap } from "./core/operations/index.ts";
export type {
  KeptMail,
  Mail,
  MailTransport,
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
  type RequestAuth,
  type Route,
  type SessionData,
  SessionDataTooLarge,
  type SignedInAuth,
} from "./core/requests/index.ts";
export type { EndReason, Session } from "./core/sessions/index.ts";
export type { FeatureOptions, NavigationItem, Settings } from "./core/settings.ts";
export type { BaseUser, FieldSchema, FieldValues, User } from "./core/users/index.ts";
export {
  type DeepPartial,
  describeError,
  describeFieldError,
  type LocaleFolder,
  type Messages,
  type Texts,
} from "./core/words/index.ts";
export type {
  AccountExport,
  Activity,
  ActivityPage,
  ConfirmationInput,
  ConfirmationOutcome,
  ListedSession,
  LoginOutcome,
  ManagedUser,
  NewUser,
  RegistrationInput,
  RegistrationMode,
  RegistrationOutcome,
  UserQuery,
} from "./features.ts";
export type { AuthOptions, BreachedPasswordOptions, SessionLifetime } from "./options.ts";
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
