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
export type { NavigationItem, RegistrationMode } from "./core/settings.ts";
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
export type { PasswordChangeInput } from "./features/account/index.ts";
export type { Activity, ActivityPage } from "./features/account-activity/index.ts";
export type { AccountExport } from "./features/account-data/index.ts";
export type { ListedSession, ManagedSession } from "./features/account-sessions/index.ts";
export type { ManagedUser, NewUser, UserQuery } from "./features/admin/index.ts";
export type { ConfirmationInput, ConfirmationOutcome } from "./features/email-confirmation/index.ts";
export type { LoginInput } from "./features/login/index.ts";
export type { MailLoginInput, MailLoginRequest } from "./features/mail-login/index.ts";
export type { PasswordReplacementInput } from "./features/password-replacement/index.ts";
export type { PasswordChoiceInput } from "./features/password-reset/index.ts";
export type { RegistrationInput, RegistrationOutcome } from "./features/registration/index.ts";
export type { LoginOutcome } from "./features/session/index.ts";
export type { AuthOptions, BreachedPasswordOptions, SessionLifetime } from "./options.ts";
export { type Secret, uuidv7 } from "./platform/crypto/index.ts";
export {
  type AppliedMigration,
  type Database,
  type DurabilityOptions,
  type Migration,
  migrate,
  type Queries,
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
