/** One `Set-Cookie` header, taken apart. Attribute names are in lower case; attributes without a value are `""`. */
export interface SetCookie {
  name: string;
  value: string;
  attributes: Map<string, string>;
}

/** Takes a `Set-Cookie` header apart. */
export function parseSetCookie(header: string): SetCookie {
  const [pair = "", ...rest] = header.split(";");
  const [name, value] = nameAndValue(pair);
  const attributes = new Map(
    rest.map((part): [string, string] => {
      const [name = "", value = ""] = part.trim().split("=", 2);
      return [name.toLowerCase(), value];
    }),
  );
  return { name, value, attributes };
}

function nameAndValue(pair: string): [string, string] {
  const equals = pair.indexOf("=");
  return [pair.slice(0, equals).trim(), pair.slice(equals + 1).trim()];
}

/** The cookies of an answer. */
export function cookiesOf({ headers }: { headers: Headers }): SetCookie[] {
  return headers.getSetCookie().map(parseSetCookie);
}

/** What a browser keeps: the newest value of each name, until it is cleared. */
export class CookieJar {
  readonly #values: Map<string, string>;

  /** Begins with the cookies of a `Cookie` header. */
  constructor(header = "") {
    const pairs = header === "" ? [] : header.split("; ");
    this.#values = new Map(pairs.map(nameAndValue));
  }

  /** Keeps what an answer sets, and drops what it clears. */
  take(response: { headers: Headers }): void {
    for (const { name, value, attributes } of cookiesOf(response)) {
      if (attributes.get("max-age") === "0") this.#values.delete(name);
      else this.#values.set(name, value);
    }
  }

  get(name: string): string | undefined {
    return this.#values.get(name);
  }

  set(name: string, value: string): void {
    this.#values.set(name, value);
  }

  get values(): string[] {
    return [...this.#values.values()];
  }

  /** The `Cookie` header. */
  get header(): string {
    return [...this.#values].map(([name, value]) => `${name}=${value}`).join("; ");
  }
}
