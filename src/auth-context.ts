import type { Core, RequestFacts } from "./core/core.ts";
import { RequestAuth } from "./core/requests/index.ts";
import type { Account } from "./core/sessions/index.ts";
import { LatchkeyError } from "./platform/errors/index.ts";

/**
 * What a function call happens in: the request's auth (from `auth.for`), whose cookies it then sets; or plain facts
 * for scripts.
 */
export type AuthContext = RequestAuth | Partial<RequestFacts>;

/** Who calls and from where, as the features ask for it. Plain facts may leave out what they don't know. */
export function factsOf(context: AuthContext): RequestFacts {
  if (context instanceof RequestAuth) return context.facts;
  const nobody = {
    userAgent: null,
    deviceToken: null,
    preSession: null,
    sessionId: null,
    userId: null,
    locale: null,
  };
  return { address: "unknown", requestId: "script", ...nobody, ...context };
}

/** Whoever is signed in. Throws `login_required`. */
export function accountOf(context: AuthContext): Account {
  if (context instanceof RequestAuth) return context.requireSession();
  throw new LatchkeyError("login_required");
}

/**
 * Whoever is signed in and proved lately who they are, as the routes demand it (row RA-01). Throws `login_required`,
 * `reauthentication_required`.
 */
export function freshAccountOf(core: Core, context: AuthContext, to: "open" | "submit" = "submit"): Account {
  const account = accountOf(context);
  const { openMs, submitMs } = core.settings.freshness;
  if (context instanceof RequestAuth) context.requireFreshLogin(to === "open" ? openMs : submitMs);
  return account;
}
