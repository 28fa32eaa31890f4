import { clearCookie, serializeCookie } from "../../platform/http/index.ts";

/** The cookies of an answer: the last value for each name counts. */
export class OutgoingCookies {
  readonly #lines = new Map<string, string>();
  readonly #secure: boolean;

  constructor(secure: boolean) {
    this.#secure = secure;
  }

  /** Without `maxAgeSeconds` it lives until the browser closes. */
  set(name: string, value: string, maxAgeSeconds?: number): void {
    const lifetime = maxAgeSeconds === undefined ? {} : { maxAgeSeconds };
    this.#lines.set(name, serializeCookie(name, value, { secure: this.#secure, ...lifetime }));
  }

  /** Makes the browser drop it. */
  clear(name: string): void {
    this.#lines.set(name, clearCookie(name, { secure: this.#secure }));
  }

  /** Withdraws a cookie before it is sent. */
  leave(name: string): void {
    this.#lines.delete(name);
  }

  get isEmpty(): boolean {
    return this.#lines.size === 0;
  }

  /** The `Set-Cookie` values. */
  lines(): string[] {
    return [...this.#lines.values()];
  }
}
