import { feature } from "../../core/feature/index.ts";
import type { AuthContext, Outcome } from "../../core/operations/index.ts";
import type { Session } from "../../core/sessions/index.ts";
import type { User } from "../../core/users/index.ts";
import type { LoginOutcome } from "../session/index.ts";
import { type ConfirmationInput, confirmEmail } from "./confirm-email.ts";
import { english } from "./english.ts";
import { emailConfirmationJobs, resendConfirmation } from "./resend-confirmation.ts";
import { emailConfirmationRoutes } from "./routes.ts";

/** The account is signed in by the link; `confirmed`: it was signed in here before, and its session continues. */
export type ConfirmationOutcome =
  | ({ status: "signed_in" } & LoginOutcome)
  | { status: "confirmed"; user: User; session: Session };

declare global {
  namespace Latchkey {
    interface Refusals {
      password_required: 422;
    }
    interface EndReasons {
      email_confirmed: { devices: true; tokens: true };
    }
    interface Events {
      user_confirmation_requested: object;
    }
    interface Operations {
      /**
       * Uses a confirmation link: the account exists from here on, and its owner is signed in. A browser other than the
       * registering one must choose a password.
       *
       * Refusals: `link_invalid`, `password_required`, `invalid_input`, `username_taken`, `refused`,
       * `too_many_attempts`, `overloaded`, and the code of a remaining step.
       *
       * @example
       * await auth.account.confirmEmail({ token }, await auth.for(request));
       * @see rows VE-01, VE-03
       */
      confirmEmail(input: ConfirmationInput, context: AuthContext): Promise<Outcome<ConfirmationOutcome>>;
      /**
       * Mails a new confirmation link if one is due, and never reveals whether it was.
       *
       * Refusals: `invalid_input`, `too_many_attempts`.
       *
       * @example
       * await auth.account.resendConfirmation({ email: "anna@example.org" }, await auth.for(request));
       * @see row VE-04
       */
      resendConfirmation(input: { email: string }, context: AuthContext): Promise<Outcome<{ email: string }>>;
    }
  }
}

/** Proving an address by a mailed link. */
export const emailConfirmation = feature("email-confirmation", {
  words: { english, locales: { de: () => import("./german.ts") } },
  refusals: { password_required: 422 },
  endReasons: { email_confirmed: { devices: true, tokens: true } },
  events: {
    user_confirmation_requested: { means: "A client requested the confirmation mail again.", hook: null },
  },
  operations: { confirmEmail, resendConfirmation },
  routes: emailConfirmationRoutes,
  jobs: emailConfirmationJobs,
});
