/**
 * Latchkey: registration, login, sessions and everything around them for TypeScript web applications.
 * @module
 */

export type { AdapterAuth, AdapterRequestAuth } from "./adapter-auth.ts";
export {
  type AnyRequest,
  type Auth,
  type ConnectionInfo,
  createAuth,
  type DataValues,
  type Metrics,
} from "./auth.ts";
export type { AuthRoute, AuthSettings } from "./auth-settings.ts";
export {
  ownerOr,
  type PermissionName,
  type Policy,
  type PolicyFilter,
  type RegisteredRoles,
  type RoleGrants,
  type RoleName,
} from "./core/access/index.ts";
export type { AuditFault, AuditQuery, AuditRecord, AuditReport, VerifyOptions } from "./core/audit/index.ts";
export type { EventName } from "./core/events/index.ts";
export type { Feature } from "./core/feature/index.ts";
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
export {
  type Access,
  type AuthContext,
  type OperatorContext,
  type Outcome,
  type Refusal,
  type RequestContext,
  type ScriptContext,
  type ScriptFacts,
  unwrap,
} from "./core/operations/index.ts";
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
  type Pepper,
  verifyPassword,
} from "./core/passwords/index.ts";
export type {
  Flash,
  FlashCategory,
  IncomingRequest,
  Page,
  PlainAnswer,
  RequestAuth,
  SessionData,
  SignedInAuth,
} from "./core/requests/index.ts";
export type { EndReason, Session } from "./core/sessions/index.ts";
export type { NavigationItem } from "./core/settings.ts";
export type { BaseUser, FieldSchema, FieldValues, User } from "./core/users/index.ts";
export {
  type DeepPartial,
  describeError,
  describeFieldError,
  type ErrorText,
  type FieldErrorText,
  type LocaleFolder,
  type Lookups,
  type Messages,
  type Texts,
} from "./core/words/index.ts";
export type * from "./feature-types.ts";
export type { AuthOptions, BreachedPasswordOptions, SessionLifetime } from "./options.ts";
export { type Secret, uuidv7 } from "./platform/crypto/index.ts";
export {
  type AppliedMigration,
  type Database,
  type DurabilityOptions,
  type Migration,
  migrate,
  type Queries,
  rowsInPages,
  type Transaction,
  UniqueViolation,
  type Value,
} from "./platform/database/index.ts";
export {
  ConfigurationError,
  type Continuation,
  type ErrorCode,
  type ErrorParticulars,
  type FieldProblem,
  type FieldProblems,
  fieldError,
  LatchkeyError,
} from "./platform/errors/index.ts";
export { jsonHeaders } from "./platform/http/index.ts";
export type { Logger } from "./platform/log/index.ts";
export type { Clock, Duration } from "./platform/time/index.ts";
export type {
  RegisteredAuth,
  RegisteredPermission,
  RegisteredRole,
  RegisteredSignedIn,
  RequestAuthOf,
  SignedInAuthOf,
} from "./registered.ts";
export type { UsersOf } from "./typed-roles.ts";
export * as ui from "./ui.ts";
