import type { Feature } from "./core/feature/index.ts";
import { foundation } from "./core/foundation.ts";
import { accountFeature } from "./features/account/index.ts";
import { accountActivity } from "./features/account-activity/index.ts";
import { accountData } from "./features/account-data/index.ts";
import { accountSessions } from "./features/account-sessions/index.ts";
import { admin } from "./features/admin/index.ts";
import { emailChange } from "./features/email-change/index.ts";
import { emailConfirmation } from "./features/email-confirmation/index.ts";
import { loginFeature } from "./features/login/index.ts";
import { logoutFeature } from "./features/logout/index.ts";
import { mailLogin } from "./features/mail-login/index.ts";
import { openapi } from "./features/openapi/index.ts";
import { passwordReplacement } from "./features/password-replacement/index.ts";
import { passwordReset } from "./features/password-reset/index.ts";
import { reauthenticateFeature } from "./features/reauthenticate/index.ts";
import { registration } from "./features/registration/index.ts";
import { sessionFeature } from "./features/session/index.ts";
import { undo } from "./features/undo/index.ts";

/** For plugins, through the kit. */
export { answerLogin, loginAnswer } from "./features/session/index.ts";

/** The table of contents. The order is that of routes, links, stages and clean-up. */
export const features: readonly Feature[] = [
  foundation,
  registration,
  emailConfirmation,
  loginFeature,
  passwordReplacement,
  mailLogin,
  logoutFeature,
  sessionFeature,
  reauthenticateFeature,
  passwordReset,
  accountFeature,
  emailChange,
  undo,
  accountSessions,
  accountActivity,
  accountData,
  admin,
  openapi,
];
