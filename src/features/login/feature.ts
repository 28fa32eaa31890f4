import { feature } from "../../core/feature/index.ts";
import { english } from "./english.ts";
import type {} from "./functions.ts";
import { login } from "./login.ts";
import { passwordProver } from "./password-prover.ts";
import { loginRoutes } from "./routes.ts";

declare global {
  namespace Latchkey {
    interface Refusals {
      invalid_credentials: 401;
    }
    interface Events {
      authn_password_upgrade: object;
    }
    interface Hooks {
      /** The same password was hashed again with today's parameters. */
      passwordHashUpgraded: "authn_password_upgrade";
    }
  }
}

/** Sign-in by password. */
export const loginFeature = feature("login", {
  words: { english, locales: { de: () => import("./german.ts") } },
  refusals: { invalid_credentials: 401 },
  events: {
    authn_password_upgrade: {
      means: "A password was hashed again with today's parameters, after it had been given right.",
      hook: "passwordHashUpgraded",
    },
  },
  operations: { login },
  routes: loginRoutes,
  provers: [passwordProver],
});
