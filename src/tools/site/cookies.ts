/** The parts of a `Set-Cookie` header. Attribute names are in lower case; an attribute without a value is `""`. */
export interface SetCookie {
  name: string;
  value: string;
  attributes: Map<string, string>;
}

/** The name and the value of a cookie pair. */
export function readCookiePair(pair: string): [name: string, value: string] {
  const equals = pair.indexOf("=");
  if (equals === -1) return [pair.trim(), ""];
  return [pair.slice(0, equals).trim(), pair.slice(equals + 1).trim()];
}

/** Parses a `Set-Cookie` header. */
export function parseSetCookie(header: string): SetCookie {
  const [pair = "", ...rest] = header.split(";");
  const [name, value] = readCookiePair(pair);
  const attributes = new Map(
    rest.map((part): [string, string] => {
      const [name = "", value = ""] = part.trim().split("=", 2);
      return [name.toLowerCase(), value];
    }),
  );
  return { name, value, attributes };
}

/** Keeps the cookies that an answer sets, and drops the ones that it clears. */
export function takeCookies(cookies: Map<string, string>, setCookies: readonly string[]): void {
  for (const { name, value, attributes } of setCookies.map(parseSetCookie)) {
    if (attributes.get("max-age") === "0") cookies.delete(name);
    else cookies.set(name, value);
  }
}

/** The `Cookie` header; empty without cookies. */
export function cookieHeader(cookies: ReadonlyMap<string, string>): string {
  return [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
}
