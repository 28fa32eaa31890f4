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

/** The English texts of the library, by feature. Declarations that lead here know every key of `Messages`. */
export interface ShippedTexts {
  readonly common: typeof common;
  readonly account: typeof account;
  readonly accountActivity: typeof accountActivity;
  readonly accountData: typeof accountData;
  readonly accountSessions: typeof accountSessions;
  readonly admin: typeof admin;
  readonly emailChange: typeof emailChange;
  readonly emailConfirmation: typeof emailConfirmation;
  readonly login: typeof login;
  readonly logout: typeof logout;
  readonly mailLogin: typeof mailLogin;
  readonly passwordReset: typeof passwordReset;
  readonly reauthenticate: typeof reauthenticate;
  readonly registration: typeof registration;
  readonly undo: typeof undo;
}

/** The texts of every room. */
export const wordParts: readonly WordPart[] = [
  { name: "common", english: common, locales: { de: () => import("./core/words/german.ts") } },
  {
    name: "account",
    english: account,
    locales: { de: () => import("./features/account/german.ts") },
  },
  {
    name: "accountActivity",
    english: accountActivity,
    locales: { de: () => import("./features/account-activity/german.ts") },
  },
  {
    name: "accountData",
    english: accountData,
    locales: { de: () => import("./features/account-data/german.ts") },
  },
  {
    name: "accountSessions",
    english: accountSessions,
    locales: { de: () => import("./features/account-sessions/german.ts") },
  },
  {
    name: "admin",
    english: admin,
    locales: { de: () => import("./features/admin/german.ts") },
  },
  {
    name: "emailChange",
    english: emailChange,
    locales: { de: () => import("./features/email-change/german.ts") },
  },
  {
    name: "emailConfirmation",
    english: emailConfirmation,
    locales: { de: () => import("./features/email-confirmation/german.ts") },
  },
  {
    name: "login",
    english: login,
    locales: { de: () => import("./features/login/german.ts") },
  },
  {
    name: "logout",
    english: logout,
    locales: { de: () => import("./features/logout/german.ts") },
  },
  {
    name: "mailLogin",
    english: mailLogin,
    locales: { de: () => import("./features/mail-login/german.ts") },
  },
  {
    name: "passwordReset",
    english: passwordReset,
    locales: { de: () => import("./features/password-reset/german.ts") },
  },
  {
    name: "reauthenticate",
    english: reauthenticate,
    locales: { de: () => import("./features/reauthenticate/german.ts") },
  },
  {
    name: "registration",
    english: registration,
    locales: { de: () => import("./features/registration/german.ts") },
  },
  {
    name: "undo",
    english: undo,
    locales: { de: () => import("./features/undo/german.ts") },
  },
];
