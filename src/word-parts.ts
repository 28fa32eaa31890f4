import { english as common } from "./core/words/english.ts";
import type { WordPart } from "./core/words/index.ts";
import { english as account } from "./features/account/english.ts";
import { english as accountActivity } from "./features/account-activity/english.ts";
import { english as accountData } from "./features/account-data/english.ts";
import { english as accountSessions } from "./features/account-sessions/english.ts";
import { english as admin } from "./features/admin/english.ts";
import { english as emailChange } from "./features/email-change/english.ts";
import { english as emailConfirmation } from "./features/email-confirmation/english.ts";
import { english as login } from "./features/login/english.ts";
import { english as logout } from "./features/logout/english.ts";
import { english as mailLogin } from "./features/mail-login/english.ts";
import { english as passwordReset } from "./features/password-reset/english.ts";
import { english as reauthenticate } from "./features/reauthenticate/english.ts";
import { english as registration } from "./features/registration/english.ts";
import { english as undo } from "./features/undo/english.ts";

/** The texts of every room. */
export const wordParts: readonly WordPart[] = [
  { name: "common", english: common },
  { name: "account", english: account },
  { name: "accountActivity", english: accountActivity },
  { name: "accountData", english: accountData },
  { name: "accountSessions", english: accountSessions },
  { name: "admin", english: admin },
  { name: "emailChange", english: emailChange },
  { name: "emailConfirmation", english: emailConfirmation },
  { name: "login", english: login },
  { name: "logout", english: logout },
  { name: "mailLogin", english: mailLogin },
  { name: "passwordReset", english: passwordReset },
  { name: "reauthenticate", english: reauthenticate },
  { name: "registration", english: registration },
  { name: "undo", english: undo },
];
