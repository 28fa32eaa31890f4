const MAXIMUM_PAIR_BYTES = 4096;
const COOKIE_NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const COOKIE_VALUE = /^[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]*$/;

const TAB = 0x09;
const SPACE = 0x20;
const EQUALS = 0x3d;

/** The cookies this library sets, by purpose; `secure` says whether they carry the Secure attribute. */
export type CookieNames = { session: string; device: string; data: string; secure: boolean };

/**
 * The cookie names for an origin. On https they are `__Host-session` and so on, with Secure; on http they are the
 * bare names without Secure. A cookie of a development server then never counts in production (RFC 6265bis 4.1.3.2).
 */
export function cookieNamesFor(origin: URL): CookieNames {
  const secure = origin.protocol === "https:";
  const prefix = secure ? "__Host-" : "";
  return { session: `${prefix}session`, device: `${prefix}device`, data: `${prefix}data`, secure };
}

/**
 * The value of one cookie in a Cookie header, or null. Follows the grammar of RFC 6265 4.2.1 exactly. `;` and spaces
 * separate pairs, space or tab is trimmed only around the whole header, and names are compared exactly.
 *
 * Also null for a name that occurs twice: a sibling subdomain can plant a second one. Also null for a value outside the
 * cookie alphabet (quoted, backslash, comma, space) and for a `$Version` header.
 *
 * Every request runs this: one pass, no map, no regular expression made per call.
 */
export function readCookie(header: string | null | undefined, name: string): string | null {
  if (!header || name === "") return null;

  let position = 0;
  let end = header.length;
  while (position < end && isOptionalSpace(header.charCodeAt(position))) position++;
  while (end > position && isOptionalSpace(header.charCodeAt(end - 1))) end--;
  // RFC 2965 puts $Version first and changes the meaning of the rest. No browser sends it, so it is an attack.
  if (header.startsWith("$Version", position)) return null;

  let valueStart = -1;
  let valueEnd = -1;
  while (position < end) {
    while (position < end && header.charCodeAt(position) === SPACE) position++;
    const separator = header.indexOf(";", position);
    const pairEnd = separator === -1 || separator > end ? end : separator;
    const equals = position + name.length;
    if (equals < pairEnd && header.charCodeAt(equals) === EQUALS && header.startsWith(name, position)) {
      if (valueStart !== -1) return null;
      valueStart = equals + 1;
      valueEnd = pairEnd;
    }
    position = pairEnd + 1;
  }

  if (valueStart === -1) return null;
  const value = header.slice(valueStart, valueEnd);
  return COOKIE_VALUE.test(value) ? value : null;
}

/** All values of a name, unchecked and in their order. Several paths may have a cookie of that name. */
export function readCookies(header: string, name: string): string[] {
  return header
    .split(";")
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${name}=`))
    .map((pair) => pair.slice(name.length + 1));
}

/**
 * A Set-Cookie header value: always `Path=/`, never Domain, HttpOnly and `SameSite=Lax` unless the options say
 * otherwise. Without `maxAgeSeconds` the cookie ends with the browser session.
 *
 * Throws a RangeError if name and value together exceed 4096 bytes, since browsers would silently drop the cookie. The
 * same if the age isn't a whole number of seconds. Throws a TypeError if name or value don't fit a cookie.
 */
export function serializeCookie(
  name: string,
  value: string,
  options: { secure: boolean; maxAgeSeconds?: number; httpOnly?: boolean; sameSite?: "Lax" | "Strict" },
): string {
  if (!COOKIE_NAME.test(name)) throw new TypeError("The cookie's name must be an RFC 6265 token.");
  const size = name.length + Buffer.byteLength(value);
  if (size > MAXIMUM_PAIR_BYTES) {
    throw new RangeError(
      `The cookie "${name}" is ${size} bytes with its name, but browsers keep at most ${MAXIMUM_PAIR_BYTES}.`,
    );
  }
  if (!COOKIE_VALUE.test(value)) {
    throw new TypeError(`The value of the cookie "${name}" has characters that RFC 6265 does not allow.`);
  }
  if (!options.secure && /^__(?:host|secure)-/i.test(name)) {
    throw new TypeError(`The cookie "${name}" needs Secure, or browsers refuse its prefix.`);
  }

  let cookie = `${name}=${value}; Path=/`;
  if (options.maxAgeSeconds !== undefined) {
    if (!Number.isSafeInteger(options.maxAgeSeconds) || options.maxAgeSeconds < 0) {
      throw new RangeError(
        `The Max-Age of the cookie "${name}" must be a whole number of seconds, 0 or more.`,
      );
    }
    cookie += `; Max-Age=${options.maxAgeSeconds}`;
  }
  if (options.httpOnly !== false) cookie += "; HttpOnly";
  if (options.secure) cookie += "; Secure";
  return `${cookie}; SameSite=${options.sameSite ?? "Lax"}`;
}

/** The Set-Cookie header value that removes a cookie set by {@link serializeCookie}. */
export function clearCookie(name: string, options: { secure: boolean }): string {
  return serializeCookie(name, "", { secure: options.secure, maxAgeSeconds: 0 });
}

function isOptionalSpace(code: number): boolean {
  return code === SPACE || code === TAB;
}
