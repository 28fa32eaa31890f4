import type { Auth } from "../auth.ts";
import type { RequestAuth, SignedInAuth } from "../core/requests/index.ts";

declare global {
  namespace Latchkey {
    /**
     * Says once which auth object the application has, so that `req.auth` and `c.var.auth` know its own user fields and
     * session dictionary where a framework's types can't carry them (Express, Fastify, Hono):
     * `declare global { namespace Latchkey { interface Register { auth: typeof auth } } }`
     */
    interface Register {}
  }
}

/** The request's auth for the auth object that was registered; with no own fields where none was. */
export type RequestAuthOf<Registered> = Registered extends { auth: Auth<infer Own, infer Values> }
  ? RequestAuth<Own, Values>
  : RequestAuth;

/** What `req.auth` is in this application. */
export type RegisteredAuth = RequestAuthOf<Latchkey.Register>;

/** What a guard makes of the request's auth. */
export type SignedInAuthOf<Registered> = Registered extends { auth: Auth<infer Own, infer Values> }
  ? SignedInAuth<Own, Values>
  : SignedInAuth;

/** What `c.var.auth` is behind a guard of this application. */
export type RegisteredSignedIn = SignedInAuthOf<Latchkey.Register>;
