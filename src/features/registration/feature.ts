import { feature } from "../../core/feature/index.ts";
import type { AuthContext, Outcome } from "../../core/operations/index.ts";
import { DAY, HOUR } from "../../platform/time/index.ts";
import type { LoginOutcome } from "../session/index.ts";
import { english } from "./english.ts";
import { deleteExpiredRegistrations, deletePendingRegistrations } from "./queries.ts";
import { type RegistrationInput, register } from "./registration.ts";
import { registrationRoutes } from "./routes.ts";
import { mayRegister, registrationEnvironment, registrationSettings } from "./settings.ts";

/** A link was mailed (or an explanation to the owner of a taken address). In `open` mode the account is signed in. */
export type RegistrationOutcome =
  | { status: "confirmation_sent"; email: string }
  | ({ status: "signed_in" } & LoginOutcome);

declare global {
  namespace Latchkey {
    interface Secrets {
      confirm_email: true;
    }
    interface Lifetimes {
      /** Of a confirmation link. */
      confirmationMs: number;
      /** Of the typed address, so that a new link can be requested. */
      pendingRegistrationMs: number;
    }
    interface Refusals {
      registration_closed: 403;
    }
    interface Events {
      user_registration_requested: { mailed: boolean };
    }
    interface Hooks {
      /** A client asked for an account with the address of this one. */
      registrationRequestedAgain: "user_registration_requested";
    }
    interface Operations {
      /**
       * Registers an account. In `confirm-first` mode the outcome is the same whether the address is taken or not.
       *
       * Refusals: `registration_closed`, `invalid_input`, `username_taken`, `email_taken` (in `open` mode only),
       * `refused` (by the hook `before.register`), `too_many_attempts`, `overloaded`.
       *
       * @example
       * const outcome = await auth.account.register({ email: "anna@example.org", password }, await auth.for(request));
       * if (outcome.ok && outcome.status === "confirmation_sent") showCheckYourMail();
       * @see ASVS 5.0, 6.3.8; rows SU-01, SU-02
       */
      register(input: RegistrationInput, context: AuthContext): Promise<Outcome<RegistrationOutcome>>;
    }
  }
}

/** Making an account. */
export const registration = feature("registration", {
  words: { english, locales: { de: () => import("./german.ts") } },
  settings: registrationSettings,
  environment: registrationEnvironment,
  explain: ({ registration }) => ({ registration }),
  limits: ({ registrationsPerAddress }) => ({ registrationsPerAddress }),
  lifetimes: { confirmationMs: 24 * HOUR, pendingRegistrationMs: 7 * DAY },
  refusals: { registration_closed: 403 },
  secrets: { confirm_email: {} },
  events: {
    user_registration_requested: {
      means: "A client requested an account.",
      hook: "registrationRequestedAgain",
      // It concerns an account only if the address is taken, which the answer must not show.
      deferred: true,
    },
  },
  operations: { register },
  routes: registrationRoutes,
  links: {
    navigation: [
      {
        path: "/register",
        label: ({ registration }) => registration.link,
        to: "signed-out",
        enabled: mayRegister,
      },
    ],
  },
  cleanup: [(core) => deleteExpiredRegistrations(core.db, core.clock.now())],
  eraseAccount: async (_core, tx, { emailKey }) => {
    await deletePendingRegistrations(tx, emailKey);
  },
});
