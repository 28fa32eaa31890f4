import { inspect } from "node:util";

/**
 * A text that must not be seen. Printed, logged or turned into JSON it is `[redacted]`. `reveal()` is the only way to
 * the text, and easy to search for.
 *
 * @example
 * const outcome = await unwrap(auth.account.login({ login: "anna", password }, auth.context({ address: "127.0.0.1" })));
 * const cookie = `${auth.settings.cookies.session}=${outcome.sessionToken?.reveal()}`;
 * @see Row LG-03
 */
export class Secret {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  reveal(): string {
    return this.#text;
  }

  toString(): string {
    return "[redacted]";
  }

  toJSON(): string {
    return "[redacted]";
  }

  [inspect.custom](): string {
    return "[redacted]";
  }
}
