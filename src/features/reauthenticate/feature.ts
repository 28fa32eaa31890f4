import { feature } from "../../core/feature/index.ts";
import type { Outcome, RequestContext } from "../../core/operations/index.ts";
import { MINUTE } from "../../platform/time/index.ts";
import type { LoginOutcome } from "../session/index.ts";
import { english } from "./english.ts";
import { mailedCodeProver } from "./mailed-code.ts";
import { reauthenticate } from "./reauthenticate.ts";
import { requestReauthenticationCode } from "./request-code.ts";
import { reauthenticateRoutes } from "./routes.ts";

declare global {
  namespace Latchkey {
    interface Events {
      authn_reauthentication_success: { session: string; method: string };
    }
    interface Secrets {
      reauthenticate: true;
    }
    interface Keys {
      "reauthentication-code": true;
    }
    interface Lifetimes {
      reauthenticationCodeMs: number;
    }
    interface Hooks {
      /** The signed-in account proved itself again. */
      reauthenticated: "authn_reauthentication_success";
    }
    interface Operations {
      /**
       * Proves the signed-in account again, by one of its ways. The session continues with a new value. The way is
       * `password`, or for an account without a password the mailed `code`.
       *
       * Refusals: `login_required`, `invalid_input` (such as `wrong_password` on `password`, `wrong_code` on `code`),
       * `forbidden` (the account has no way), `too_many_attempts`, `overloaded`.
       *
       * @example
       * await auth.account.reauthenticate({ password }, await auth.for(request));
       * @see rows SL-02, RA-03
       */
      reauthenticate(input: Record<string, string>, context: RequestContext): Promise<Outcome<LoginOutcome>>;
      /**
       * Mails the signed-in account a code for `reauthenticate`, if it has no password and its address is confirmed.
       * The code works once, for 15 minutes, in the requesting session.
       *
       * Refusals: `login_required`, `invalid_input` (`required` on the field of another way, such as `password`),
       * `forbidden` (the account has no way), `too_many_attempts`.
       *
       * @example
       * await auth.account.requestReauthenticationCode({}, await auth.for(request));
       * // In a later request of the same session:
       * await auth.account.reauthenticate({ code: "BCDF-GHJK" }, await auth.for(request));
       * @see rows RA-05, VE-05
       */
      requestReauthenticationCode(
        input: object,
        context: RequestContext,
      ): Promise<Outcome<{ email: string }>>;
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
  lifetimes: { reauthenticationCodeMs: 15 * MINUTE },
  secrets: { reauthenticate: {} },
  keys: ["reauthentication-code"],
  provers: [mailedCodeProver],
  operations: { reauthenticate, requestReauthenticationCode },
  routes: reauthenticateRoutes,
});
