import type { Auth } from "../auth.ts";
import type { RequestAuth, SignedInAuth } from "../core/requests/index.ts";

declare global {
  namespace Latchkey {
    /**
     * Declares the application's auth object once. `req.auth` and `c.var.auth` then know its own user fields and
     * session dictionary in frameworks whose types can't carry them (Express, Fastify, Hono):
     * `declare global { namespace Latchkey { interface Register { auth: typeof auth } } }`
     */
    interface Register {}
  }
}

/** The request's auth for the registered auth object; without own fields if none is registered. */
export type RequestAuthOf<Registered> = Registered extends { auth: Auth<infer Own, infer Values> }
  ? RequestAuth<Own, Values>
  : RequestAuth;

/** The type of `req.auth` in this application. */
export type RegisteredAuth = RequestAuthOf<Latchkey.Register>;

/** The request's auth behind a guard. */
export type SignedInAuthOf<Registered> = Registered extends { auth: Auth<infer Own, infer Values> }
  ? SignedInAuth<Own, Values>
  : SignedInAuth;

/** The type of `c.var.auth` behind a guard of this application. */
export type RegisteredSignedIn = SignedInAuthOf<Latchkey.Register>;
