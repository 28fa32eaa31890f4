import { feature } from "../../core/feature/index.ts";
import type { AuthContext, Outcome } from "../../core/operations/index.ts";
import { english } from "./english.ts";
import { logout } from "./logout.ts";
import { logoutRoutes } from "./routes.ts";

declare global {
  namespace Latchkey {
    interface EndReasons {
      logout: null;
    }
    interface Operations {
      /**
       * Ends the session of the request. No-op without a session.
       *
       * @example
       * await auth.account.logout({}, await auth.for(request));
       * @see row LO-06
       */
      logout(input: object, context: AuthContext): Promise<Outcome<object>>;
    }
  }
}

/** Signing out. */
export const logoutFeature = feature("logout", {
  words: { english, locales: { de: () => import("./german.ts") } },
  operations: { logout },
  routes: logoutRoutes,
});
