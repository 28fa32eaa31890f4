import { feature } from "../../core/feature/index.ts";
import type { Outcome, RequestContext } from "../../core/operations/index.ts";
import type { LoginOutcome } from "../session/index.ts";
import { changePassword, type PasswordChangeInput } from "./change-password.ts";
import { english } from "./english.ts";
import { accountRoutes } from "./routes.ts";

declare global {
  namespace Latchkey {
    interface Events {
      authn_password_change_fail: object;
    }
    interface Hooks {
      /** A change of the password was refused: the current one was wrong. */
      passwordChangeFailed: "authn_password_change_fail";
    }
    interface Operations {
      /**
       * Changes the password of the signed-in account and ends its other sessions, devices and links.
       *
       * Refusals: `login_required`, `invalid_input` (`wrong_password` on `current_password`, or the policy's problem of
       * `password`), `too_many_attempts`, `overloaded`.
       *
       * @example
       * await auth.account.changePassword({ currentPassword, password }, await auth.for(request));
       * @see rows PW-13, SL-08
       */
      changePassword(input: PasswordChangeInput, context: RequestContext): Promise<Outcome<LoginOutcome>>;
    }
  }
}

/** The account centre, and changing the password. */
export const accountFeature = feature("account", {
  words: { english, locales: { de: () => import("./german.ts") } },
  events: {
    authn_password_change_fail: {
      level: "warn",
      means: "A change of the password was refused because the current one was wrong.",
      hook: "passwordChangeFailed",
      deferred: true,
    },
  },
  operations: { changePassword },
  routes: accountRoutes,
  links: {
    account: [
      {
        section: "security",
        path: "/account/password",
        label: ({ account }) => account.links.password.label,
        description: ({ account }) => account.links.password.description,
      },
    ],
  },
});
