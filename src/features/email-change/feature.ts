import { feature } from "../../core/feature/index.ts";
import type { AuthContext, Outcome, RequestContext } from "../../core/operations/index.ts";
import { HOUR } from "../../platform/time/index.ts";
import { confirmEmailChange } from "./confirm-email-change.ts";
import { english } from "./english.ts";
import { changeEmail, emailChangeJobs } from "./request-email-change.ts";
import { emailChangeRoutes } from "./routes.ts";

declare global {
  namespace Latchkey {
    interface Secrets {
      change_email: true;
    }
    interface Lifetimes {
      emailChangeMs: number;
    }
    interface EndReasons {
      email_changed: { devices: false; tokens: true };
    }
    interface Events {
      user_email_change_requested: object;
      user_email_changed: object;
    }
    interface Hooks {
      /** The owner requested another address. The account is unchanged. */
      emailChangeRequested: "user_email_change_requested";
      /** The account has a new address: `user.email`. */
      emailChanged: "user_email_changed";
    }
    interface Operations {
      /**
       * Requests another address for the signed-in account. It needs a proof of the last 20 minutes. The new address
       * gets a link that works for an hour; the current one gets a notice. Nothing changes until the link is used, and
       * the outcome doesn't reveal whether the address is taken.
       *
       * Refusals: `login_required`, `reauthentication_required`, `invalid_input` (`invalid_email`, `same_email`),
       * `refused` (by the hook `before.changeEmail`), `too_many_attempts`.
       *
       * @example
       * await auth.account.changeEmail({ email: "anna@example.net" }, await auth.for(request));
       * @see rows CE-01 to CE-04
       */
      changeEmail(input: { email: string }, context: RequestContext): Promise<Outcome<{ email: string }>>;
      /**
       * Uses the link mailed to a new address. The account moves to it, and its other sessions and links end. It starts
       * no session. If the request belongs to the account, its session continues with a new value.
       *
       * Refusals: `link_invalid`, `too_many_attempts`.
       *
       * @example
       * await auth.account.confirmEmailChange({ token }, await auth.for(request));
       * @see row CE-07
       */
      confirmEmailChange(input: { token: string }, context: AuthContext): Promise<Outcome<{ email: string }>>;
    }
  }
}

/** Moving an account to another address. */
export const emailChange = feature("email-change", {
  words: { english, locales: { de: () => import("./german.ts") } },
  lifetimes: { emailChangeMs: HOUR },
  // Requested in a session, so it ends with the session, whatever ends that (row CE-05).
  secrets: { change_email: { endsWithSessions: true } },
  endReasons: { email_changed: { devices: false, tokens: true } },
  events: {
    user_email_change_requested: {
      means: "The owner requested another email address.",
      hook: "emailChangeRequested",
    },
    user_email_changed: { means: "The email address of an account was changed.", hook: "emailChanged" },
  },
  // The link is mailed only if no account has the address, so listing it would reveal that (rows CE-04, PV-03). The
  // request is listed as pending.
  unlistedMails: ["change_email"],
  operations: { changeEmail, confirmEmailChange },
  routes: emailChangeRoutes,
  jobs: emailChangeJobs,
  links: {
    account: [
      {
        section: "profile",
        path: "/account/email",
        label: ({ account }) => account.links.email.label,
        description: ({ account }) => account.links.email.description,
      },
    ],
  },
});
