import type { Auth } from "../auth.ts";
import type { Policy } from "../core/access/index.ts";
import { type IncomingRequest, isUnsafe, type RequestAuth } from "../core/requests/index.ts";
import { type Duration, milliseconds } from "../platform/time/index.ts";

/** What a guard demands; throws a `LatchkeyError` when it isn't met. */
export type Requirement = (auth: RequestAuth) => void;

/**
 * The one way through a guard, whatever the framework: the requirement first, then for a request that may change
 * something the CSRF token. Null lets the request pass; everything else, unexpected errors too, refuses (fails closed).
 */
export async function refusalOf(
  auth: Auth,
  request: IncomingRequest,
  requirement: Requirement,
): Promise<Response | null> {
  try {
    requirement(await auth.for(request));
    if (isUnsafe(request.method)) await auth.checkToken(request);
    return null;
  } catch (error) {
    return auth.refuse(request, error);
  }
}

/** The requirements every adapter offers as guards, under the same names. */
export const requirements = {
  requireLogin: (): Requirement => (auth) => void auth.requireLogin(),
  requireRole:
    (role: string): Requirement =>
    (auth) =>
      void auth.requireRole(role),
  requirePermission:
    (permission: string): Requirement =>
    (auth) =>
      void auth.requirePermission(permission),
  requireFreshLogin: ({ within }: { within: Duration }): Requirement => {
    const withinMs = milliseconds(within, "within");
    return (auth) => void auth.requireFreshLogin(withinMs);
  },
};

export type { Policy };

/** The headers a personal answer owes: its cookies, and that no cache keeps it (rows HD-06, CVE-2023-30861). */
export function personalHeaders(auth: RequestAuth): { cookies: string[]; personal: boolean } {
  return { cookies: auth.setCookies(), personal: auth.isPersonal };
}
