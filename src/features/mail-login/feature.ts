import { feature } from "../../core/feature/index.ts";
import type { AuthContext, Outcome } from "../../core/operations/index.ts";
import { MINUTE } from "../../platform/time/index.ts";
import type { LoginOutcome } from "../session/index.ts";
import { confirmMailLogin, type MailLoginInput, recordedRefusals } from "./confirm-mail-login.ts";
import { english } from "./english.ts";
import { type MailLoginRequest, mailLoginJobs, requestMailLogin } from "./request-mail-login.ts";
import { mailLoginRoutes } from "./routes.ts";

declare global {
  namespace Latchkey {
    interface Refusals {
      other_browser: 403;
    }
    interface Secrets {
      mail_login: true;
    }
    interface LoginOptions {
      /**
       * Sign in by a mailed link or code, without the password. A single factor, as safe as the mailbox (rows VE-06,
       * TH-11). Default off: the pages don't exist.
       */
      mail?: boolean;
    }
    interface Settings {
      loginByMail: boolean;
    }
    interface Lifetimes {
      mailLoginMs: number;
    }
    interface Keys {
      "mail-login-code": true;
    }
    interface Events {
      authn_mail_login_requested: object;
    }
    interface Operations {
      /**
       * Mails a link and a code for signing in if an account has the address, and never reveals whether. Both work
       * only in the requesting browser.
       *
       * Refusals: `not_found` (the option `login.mail` is off), `other_browser` (a script's context names no
       * browser), `invalid_input`, `too_many_attempts`.
       *
       * @example
       * await auth.account.requestMailLogin({ email: "anna@example.org" }, await auth.for(request));
       * @see row VE-06
       */
      requestMailLogin(
        input: MailLoginRequest,
        context: AuthContext,
      ): Promise<Outcome<{ email: string; remember: boolean }>>;
      /**
       * Signs in by the link or the code of such a mail, once.
       *
       * Refusals: `link_invalid`, `other_browser`, `invalid_input` (`wrong_code` on `code`), `refused`,
       * `too_many_attempts`, `not_found`, and the code of a remaining step.
       *
       * @example
       * await auth.account.confirmMailLogin({ code: "BCDF-GHJK" }, await auth.for(request));
       * @see row VE-05
       */
      confirmMailLogin(input: MailLoginInput, context: AuthContext): Promise<Outcome<LoginOutcome>>;
    }
  }
}

/** Sign-in by a mailed link or code. Off by default: it is only as safe as the mailbox. */
export const mailLogin = feature("mail-login", {
  words: { english, locales: { de: () => import("./german.ts") } },
  settings: ({ login }) => ({ loginByMail: login?.mail ?? false }),
  enabled: ({ loginByMail }) => loginByMail,
  explain: ({ loginByMail }) => ({ login_by_mail: loginByMail ? "on" : "off" }),
  environment: [
    {
      name: "LOGIN_BY_MAIL",
      values: ["on", "off"],
      default: "off",
      meaning: "`on` lets people sign in by a mailed link or code, which is worth as much as their mailbox",
      read: (value) => ({ login: { mail: value === "on" } }),
    },
  ],
  lifetimes: { mailLoginMs: 15 * MINUTE },
  refusals: { other_browser: 403 },
  recordedRefusals,
  secrets: { mail_login: {} },
  keys: ["mail-login-code"],
  events: {
    authn_mail_login_requested: { means: "A client requested a mail for signing in.", hook: null },
  },
  operations: { requestMailLogin, confirmMailLogin },
  routes: mailLoginRoutes,
  jobs: mailLoginJobs,
  links: { login: [{ path: "/login/mail", label: ({ mailLogin }) => mailLogin.link }] },
});
