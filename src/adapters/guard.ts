import { isUnsafe, type RequestAuth } from "../core/requests/index.ts";
import { type Duration, milliseconds } from "../platform/time/index.ts";
import type { RegisteredPermission, RegisteredRole } from "../registered.ts";
import type { Entry } from "./entries.ts";

/** The requirement of a guard; throws a `LatchkeyError` if it isn't met. */
export type Requirement = (auth: RequestAuth) => void;

const login: Requirement = (auth) => void auth.requireLogin();

/** The requirements that every adapter offers as guards, under the same names. */
export const requirements = {
  requireLogin: (): Requirement => login,
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

/**
 * The one way through a guard, for every framework. Null lets the request pass: at once if it changes nothing and the
 * session is known. Every error refuses, an unexpected one too, so that a guard fails closed.
 */
export function refusalOf(entry: Entry, requirement: Requirement): null | Promise<Response | null> {
  return passesNow(entry, requirement) ? null : refusalLater(entry, requirement);
}

function passesNow({ auth, incoming }: Entry, requirement: Requirement): boolean {
  if (isUnsafe(incoming.method)) return false;
  try {
    const known = auth.forNow(incoming);
    if (known instanceof Promise) return false;
    requirement(known);
    return true;
  } catch {
    return false;
  }
}

/** The requirement first, then the CSRF token of a changing request. */
async function refusalLater({ auth, incoming }: Entry, requirement: Requirement): Promise<Response | null> {
  try {
    requirement(await auth.for(incoming));
    if (isUnsafe(incoming.method)) await auth.checkToken(incoming);
    return null;
  } catch (error) {
    return auth.refuse(incoming, error);
  }
}

/**
 * The guards of an adapter. Each also requires the CSRF token of a changing request. The token is in `X-CSRF-Token`, or
 * as `csrf_token` in a form or JSON. For another body (multipart), put its parser before the guard or send the header.
 */
export interface Guards<Guard> {
  /** Requires a signed-in user: pages lead to `/login`, APIs get 401 `login_required`. */
  requireLogin(): Guard;
  /** Requires a signed-in user with this role; others get 403 `forbidden`. */
  requireRole(role: RegisteredRole): Guard;
  /** Requires that one of the user's roles grants this permission (option `roles`); others get 403 `forbidden`. */
  requirePermission(permission: RegisteredPermission): Guard;
  /** Requires that the last proof is younger than `within`; pages lead to `/reauthenticate`. */
  requireFreshLogin(options: { within: Duration }): Guard;
}

/** Makes an adapter's four guards from its way to refuse a request. */
export function createGuards<Guard>(makeGuard: (requirement: Requirement) => Guard): Guards<Guard> {
  return {
    requireLogin: () => makeGuard(requirements.requireLogin()),
    requireRole: (role) => makeGuard(requirements.requireRole(role)),
    requirePermission: (permission) => makeGuard(requirements.requirePermission(permission)),
    requireFreshLogin: (options) => makeGuard(requirements.requireFreshLogin(options)),
  };
}
