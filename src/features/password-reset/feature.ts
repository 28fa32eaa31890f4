import { feature } from "../../core/feature/index.ts";
import type { AuthContext, Outcome } from "../../core/operations/index.ts";
import type { Secret } from "../../platform/crypto/index.ts";
import { DAY, HOUR } from "../../platform/time/index.ts";
import { choosePassword } from "./choose-password.ts";
import { english } from "./english.ts";
import { forgotPassword, passwordResetJobs } from "./forgot-password.ts";
import { passwordResetRoutes } from "./routes.ts";

/** The input of `auth.account.choosePassword`. */
export interface PasswordChoiceInput {
  /** The secret of the mailed link. */
  token: string;
  password: string;
}

declare global {
  namespace Latchkey {
    interface Secrets {
      choose_password: true;
    }
    interface Lifetimes {
      /** Of a mailed link. */
      resetMs: number;
      /** Of an operator's link. */
      choosePasswordMs: number;
    }
    interface EndReasons {
      password_reset: { devices: true; tokens: true };
    }
    interface Events {
      authn_password_reset_requested: object;
    }
    interface Operations {
      /**
       * Mails a link for choosing a password if an account has the address, and never reveals whether. The link works
       * once, for an hour. The account stays unchanged.
       *
       * Refusals: `invalid_input`, `too_many_attempts`.
       *
       * @example
       * await auth.account.forgotPassword({ email: "anna@example.org" }, await auth.for(request));
       * @see row RS-01
       */
      forgotPassword(input: { email: string }, context: AuthContext): Promise<Outcome<{ email: string }>>;
      /**
       * Sets a password by a single-use link, ends every session of the account, and signs the browser out. The browser is
       * a known device of the account from here on.
       *
       * Refusals: `link_invalid`, `invalid_input`, `too_many_attempts`, `overloaded`.
       *
       * @example
       * await auth.account.choosePassword({ token, password }, await auth.for(request));
       * @see rows RS-05, RS-09
       */
      choosePassword(
        input: PasswordChoiceInput,
        context: AuthContext,
      ): Promise<Outcome<{ deviceToken: Secret }>>;
    }
  }
}

/** The way to a new password by mail, or by an operator's link. */
export const passwordReset = feature("password-reset", {
  words: { english, locales: { de: () => import("./german.ts") } },
  lifetimes: { choosePasswordMs: 7 * DAY, resetMs: HOUR },
  secrets: { choose_password: {} },
  endReasons: { password_reset: { devices: true, tokens: true } },
  events: {
    authn_password_reset_requested: {
      means: "A client requested a link for a new password.",
      hook: null,
    },
  },
  operations: { forgotPassword, choosePassword },
  routes: passwordResetRoutes,
  jobs: passwordResetJobs,
});
