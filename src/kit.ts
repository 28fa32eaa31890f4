/**
 * The parts of a feature, for plugins, which `createAuth` takes as `plugins`. The library's own features use the same
 * parts. `docs/plugins.md` builds a plugin from beginning to end.
 * @module
 */

/** The schemas for the input of operations. */
export * as v from "valibot";
export { absoluteUrl } from "./core/absolute-url.ts";
export type { Base } from "./core/base.ts";
export type { Core, RequestFacts } from "./core/core.ts";
export { type Bucket, bucket, type Counters, consumeOrThrow } from "./core/counters/index.ts";
export {
  type EventDeclaration,
  emit,
  emitAlone,
  type HookOf,
  type RefusalEvent,
  type SecurityEvent,
} from "./core/events/index.ts";
export {
  type AccountLink,
  type EnvironmentVariable,
  type ErasedAccount,
  type ExportPart,
  type Feature,
  type FeatureDeclaration,
  type FeatureJob,
  type FeatureLink,
  type FeatureWords,
  feature,
  type NavigationLink,
  type Objection,
  type SchemaMaker,
  type UserColumn,
} from "./core/feature/index.ts";
export {
  completeLogin,
  type Factor,
  findPending,
  type LoginContinues,
  type LoginEffect,
  type LoginRefused,
  type LoginStage,
  type LoginStep,
  type PendingLogin,
  type Proof,
  type ProvenUser,
  type Prover,
  pendingToken,
  prove,
  proveAgain,
  renewSession,
  type StageQuestion,
  takePending,
} from "./core/login/index.ts";
export { formatTime, type Notice, requestDetails, sendNotice, timeElement } from "./core/notices/index.ts";
export {
  type Access,
  type AnyOperation,
  type AuthContext,
  type Call,
  type Completed,
  type Effects,
  everyone,
  type InputOf,
  type JsonSchema,
  json,
  jsonObject,
  type Operation,
  type OperatorContext,
  type Outcome,
  operation,
  operator,
  signedIn,
} from "./core/operations/index.ts";
export {
  durationInWords,
  type Job,
  type Mail,
  type MailDraft,
  type MailEnvelope,
  mail,
} from "./core/outbox/index.ts";
export {
  type AnswerShape,
  blank,
  checkbox,
  type FieldMaker,
  type FormField,
  type FormModel,
  type FormPageOptions,
  formPage,
  leadOnIfSignedIn,
  line,
  type MailSentPageOptions,
  mailSentPage,
  newPasswordField,
  nextField,
  type OperationRoute,
  operationRoute,
  optionalLine,
  optionalTypedName,
  type Page,
  passwordField,
  type Reply,
  type Route,
  type RouteContext,
  route,
  type Success,
  sendTo,
  showEntry,
  showPage,
  typedName,
} from "./core/requests/index.ts";
export {
  createOneTimeToken,
  inspectLink,
  type MailedLink,
  type SecretDeclaration,
  type TokenPurpose,
  type TokenRow,
  type TokenSubject,
  useLink,
} from "./core/secrets/index.ts";
export {
  type Account,
  type CredentialChange,
  credentialsChanged,
  type EndReasonTable,
  type EndsToo,
  type LoginCompleted,
  type Session,
} from "./core/sessions/index.ts";
export type { BreachedPasswordService, FeatureOptions, SessionLimits, Settings } from "./core/settings.ts";
export { toUser, type User, type UserRow, userJson } from "./core/users/index.ts";
export { describeError, type Messages, type Texts } from "./core/words/index.ts";
export type { LoginOutcome } from "./feature-types.ts";
export { answerLogin, loginAnswer } from "./features.ts";
export { type KeyRing, Secret, uuidv7 } from "./platform/crypto/index.ts";
export {
  all,
  type Database,
  type Migration,
  one,
  type Queries,
  returningOne,
  rowsInPages,
  run,
  type Statement,
  type Transaction,
  UniqueViolation,
} from "./platform/database/index.ts";
export { type ErrorCode, type FieldProblems, fieldError, LatchkeyError } from "./platform/errors/index.ts";
export {
  badge,
  type Content,
  card,
  dataTable,
  definitionList,
  emptyState,
  form,
  type Html,
  hiddenField,
  html,
  identifierForManagers,
  linkButton,
  linkList,
  notice,
  pageHeader,
  prose,
  selectField,
  submitButton,
  textField,
} from "./platform/html/index.ts";
export type { CookieNames, Fields } from "./platform/http/index.ts";
export { iso } from "./platform/time/index.ts";
