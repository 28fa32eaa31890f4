import type { RequestAuth } from "../core/requests/index.ts";

/** The headers of the application's own answer that the library may have to change. */
export interface AnswerHeaders {
  setCookie: readonly string[];
  cacheControl: string | null;
  vary: string | null;
}

const nameOf = (cookie: string) => cookie.slice(0, cookie.indexOf("="));

/** Whether a `Vary` header names the cookie. */
export function variesByCookie(vary: string): boolean {
  const names = vary.split(",").map((name) => name.trim().toLowerCase());
  return names.includes("cookie") || names.includes("*");
}

/** The `Vary` header with the cookie. */
function varyByCookie(given: string | null): string {
  if (given === null || given === "") return "Cookie";
  return variesByCookie(given) ? given : `${given}, Cookie`;
}

function withCookies(given: readonly string[], cookies: readonly string[]): readonly string[] {
  if (cookies.length === 0) return given;
  const names = new Set(cookies.map(nameOf));
  return [...given.filter((cookie) => !names.has(nameOf(cookie))), ...cookies];
}

/**
 * The headers of a personal answer: its cookies, and the ban on caching it. A `Cache-Control` of the application stays
 * unless a cookie is set. Null if nothing changes. Cookies that the answer already carries (the library's own pages do)
 * aren't set twice.
 * @see rows HD-06, CVE-2023-30861
 */
export function personalHeaders(
  auth: RequestAuth,
  given: AnswerHeaders,
): (AnswerHeaders & { cacheControl: string; vary: string }) | null {
  if (!auth.isPersonal) return null;
  const cookies = auth.setCookies();
  return {
    setCookie: withCookies(given.setCookie, cookies),
    cacheControl: cookies.length > 0 ? "no-store" : (given.cacheControl ?? "no-store"),
    vary: varyByCookie(given.vary),
  };
}
