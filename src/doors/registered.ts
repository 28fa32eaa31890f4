import type { Auth } from "../auth.ts";
import type { RequestAuth } from "../core/requests/index.ts";

declare global {
  namespace Latchkey {
    /**
     * Says once which auth object the application has, so that `req.auth` knows its own user fields where a framework's
     * types can't carry them (Express, Fastify):
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
