import { inspect } from "node:util";

/**
 * A text that must not be seen. Printed, logged or turned into JSON it is `[redacted]`. `reveal()` is the only way to
 * the text, and easy to search for.
 *
 * @example
 * const token = new Secret(input.login);
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
