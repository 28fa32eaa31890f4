import { feature } from "../../core/feature/index.ts";
import type { Outcome, RequestContext } from "../../core/operations/index.ts";
import type { LoginOutcome } from "../session/index.ts";
import { english } from "./english.ts";
import { reauthenticate } from "./reauthenticate.ts";
import { reauthenticateRoutes } from "./routes.ts";

declare global {
  namespace Latchkey {
    interface Events {
      authn_reauthentication_success: { session: string };
    }
    interface Hooks {
      /** The signed-in account proved itself again. */
      reauthenticated: "authn_reauthentication_success";
    }
    interface Operations {
      /**
       * Proves the signed-in account again, by one of its ways; the session continues under a new value.
       *
       * Refusals: `login_required`, `invalid_input` (such as `wrong_password` on `password`), `too_many_attempts`,
       * `overloaded`.
       *
       * @example
       * await auth.account.reauthenticate({ password }, await auth.for(request));
       * @see rows SL-02, RA-03
       */
      reauthenticate(input: Record<string, string>, context: RequestContext): Promise<Outcome<LoginOutcome>>;
    }
  }
}

/** A repeated proof of the signed-in account, before a sensitive action. */
export const reauthenticateFeature = feature("reauthenticate", {
  words: { english, locales: { de: () => import("./german.ts") } },
  events: {
    authn_reauthentication_success: {
      means: "A signed-in account proved itself again.",
      hook: "reauthenticated",
    },
  },
  operations: { reauthenticate },
  routes: reauthenticateRoutes,
});
