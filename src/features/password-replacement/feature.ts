import { feature } from "../../core/feature/index.ts";
import type { AuthContext, Outcome } from "../../core/operations/index.ts";
import type { LoginOutcome } from "../session/index.ts";
import { english } from "./english.ts";
import { choosePasswordStage, replacePassword } from "./replace-password.ts";
import { passwordReplacementRoutes } from "./routes.ts";

/** The input of `auth.account.replacePassword`. */
export interface PasswordReplacementInput {
  password: string;
  /** The token of the pending sign-in (`next.token.reveal()` of the refusal), for scripts; a browser has it in a cookie. */
  login?: string;
}

declare global {
  namespace Latchkey {
    interface Refusals {
      password_change_required: 401;
    }
    interface Operations {
      /**
       * Replaces a password that must be replaced, during a sign-in. The sign-in then continues.
       *
       * Refusals: `login_required` (no sign-in is pending), `invalid_input`, `too_many_attempts`, `overloaded`, and
       * the code of the next step.
       *
       * @example
       * const refused = await auth.account.login({ login, password }, context);
       * if (!refused.ok && refused.next)
       *   await auth.account.replacePassword({ password: better, login: refused.next.token.reveal() }, context);
       * @see row PW-11
       */
      replacePassword(input: PasswordReplacementInput, context: AuthContext): Promise<Outcome<LoginOutcome>>;
    }
  }
}

/** The step of a sign-in that replaces a possibly known password. */
export const passwordReplacement = feature("password-replacement", {
  words: { english, locales: { de: () => import("./german.ts") } },
  refusals: { password_change_required: 401 },
  operations: { replacePassword },
  routes: passwordReplacementRoutes,
  stages: [choosePasswordStage],
});
