import type { Auth } from "../auth.ts";
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

/**
 * Whether a request passes without waiting for anything: it changes nothing, who is signed in is known, and the
 * requirement is met. Everything else takes the way of `refusalOf`.
 */
export function passesNow(auth: Auth, request: IncomingRequest, requirement: Requirement): boolean {
  if (isUnsafe(request.method)) return false;
  try {
    const known = auth.forNow(request);
    if (known instanceof Promise) return false;
    requirement(known);
    return true;
  } catch {
    return false;
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

/** The headers of the application's own answer that the library may have to change. */
export interface AnswerHeaders {
  setCookie: readonly string[];
  cacheControl: string | null;
  vary: string | null;
}

const nameOf = (cookie: string) => cookie.slice(0, cookie.indexOf("="));

/**
 * What the application's own answer owes to who is signed in: the cookies, and that no cache keeps or mixes up what is
 * personal (rows HD-06, CVE-2023-30861). A `Cache-Control` of the application stays as it is unless a cookie is set. Null when nothing changes.
 * Cookies that the answer carries already (the library's own pages do) are not set twice.
 */
export function personalHeaders(auth: RequestAuth, given: AnswerHeaders): AnswerHeaders | null {
  if (!auth.isPersonal) return null;
  const cookies = auth.setCookies();
  const names = new Set(cookies.map(nameOf));
  const varies = given.vary?.split(",").map((name) => name.trim().toLowerCase()) ?? [];
  const variesByCookie = varies.includes("cookie") || varies.includes("*");
  return {
    setCookie: [...given.setCookie.filter((cookie) => !names.has(nameOf(cookie))), ...cookies],
    cacheControl: cookies.length > 0 ? "no-store" : (given.cacheControl ?? "no-store"),
    vary: variesByCookie ? given.vary : [given.vary, "Cookie"].filter((part) => part).join(", "),
  };
}
