import type { AuthContext, Outcome } from "../../core/operations/index.ts";
import type { LoginOutcome } from "../session/index.ts";
import type { LoginInput } from "./login.ts";

declare global {
  namespace Latchkey {
    interface Operations {
      /**
       * Signs in by password. An unknown account, a wrong password and a disabled account get one answer.
       *
       * Refusals: `invalid_credentials`, `too_many_attempts`, `refused` (by the hook `before.signIn`), `invalid_input`,
       * `overloaded`, and the code of a remaining step with `next`, such as `password_change_required`.
       *
       * @example
       * const outcome = await auth.account.login({ login: "anna@example.org", password }, await auth.for(request));
       * if (outcome.ok) console.log(outcome.user.email);
       * @see ASVS 5.0, 6.3; rows TH-01, TH-02
       */
      login(input: LoginInput, context: AuthContext): Promise<Outcome<LoginOutcome>>;
    }
  }
}
