import {
  cookieHeader,
  parseSetCookie,
  readCookiePair,
  type SetCookie,
  takeCookies,
} from "../../src/tools/site/cookies.ts";

export type { SetCookie };

/** The cookies of an answer. */
export function cookiesOf({ headers }: { headers: Headers }): SetCookie[] {
  return headers.getSetCookie().map(parseSetCookie);
}

/** The cookies of a browser: the newest value of each name, until it is cleared. */
export class CookieJar {
  readonly #values: Map<string, string>;

  /** Begins with the cookies of a `Cookie` header. */
  constructor(header = "") {
    const pairs = header === "" ? [] : header.split("; ");
    this.#values = new Map(pairs.map(readCookiePair));
  }

  /** Keeps what an answer sets, and drops what it clears. */
  take(response: { headers: Headers }): void {
    takeCookies(this.#values, response.headers.getSetCookie());
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
    return cookieHeader(this.#values);
  }
}
