// The public types of the features. The package exports all of them.
export type { PasswordChangeInput } from "./features/account/index.ts";
export type { Activity, ActivityPage } from "./features/account-activity/index.ts";
export type { AccountDownload, AccountExport } from "./features/account-data/index.ts";
export type { ListedSession, ManagedSession } from "./features/account-sessions/index.ts";
export type { ManagedUser, NewUser, UserQuery } from "./features/admin/index.ts";
export type { ConfirmationInput, ConfirmationOutcome } from "./features/email-confirmation/index.ts";
export type { LoginInput } from "./features/login/index.ts";
export type { MailLoginInput, MailLoginRequest } from "./features/mail-login/index.ts";
export type { PasswordReplacementInput } from "./features/password-replacement/index.ts";
export type { PasswordChoiceInput } from "./features/password-reset/index.ts";
export type {
  RegistrationInput,
  RegistrationMode,
  RegistrationOutcome,
} from "./features/registration/index.ts";
export type { LoginOutcome } from "./features/session/index.ts";
