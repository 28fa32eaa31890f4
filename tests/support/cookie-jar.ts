/** One `Set-Cookie` header, taken apart. Attribute names are in lower case; attributes without a value are `""`. */
export interface SetCookie {
  name: string;
  value: string;
  attributes: Map<string, string>;
}

/** Takes a `Set-Cookie` header apart. */
export function parseSetCookie(header: string): SetCookie {
  const [pair = "", ...rest] = header.split(";");
  const equals = pair.indexOf("=");
  const attributes = new Map(
    rest.map((part): [string, string] => {
      const [name = "", value = ""] = part.trim().split("=", 2);
      return [name.toLowerCase(), value];
    }),
  );
  return { name: pair.slice(0, equals).trim(), value: pair.slice(equals + 1).trim(), attributes };
}

/** The cookies of an answer. */
export function cookiesOf(response: Response): SetCookie[] {
  return response.headers.getSetCookie().map(parseSetCookie);
}

/** What a browser keeps: the newest value of each name, until it is cleared. */
export class CookieJar {
  readonly #values = new Map<string, string>();

  /** Keeps what an answer sets, and drops what it clears. */
  take(response: Response): void {
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

  delete(name: string): void {
    this.#values.delete(name);
  }

  clear(): void {
    this.#values.clear();
  }

  get names(): string[] {
    return [...this.#values.keys()];
  }

  get values(): string[] {
    return [...this.#values.values()];
  }

  /** The `Cookie` header. */
  get header(): string {
    return [...this.#values].map(([name, value]) => `${name}=${value}`).join("; ");
  }
}
