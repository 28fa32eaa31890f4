import { sign, verifySignature } from "../../platform/crypto/index.ts";
import { readCookie } from "../../platform/http/index.ts";
import type { Core } from "../core.ts";
import type { SessionCheck } from "../sessions/index.ts";
import type { IncomingRequest } from "./incoming-request.ts";
import type { OutgoingCookies } from "./outgoing-cookies.ts";
import {
  anonymousToken,
  type Client,
  createPreSession,
  isAnonymousToken,
  readPreSession,
} from "./pre-session.ts";

/**
 * The value of the session cookie. It identifies a session, a pending sign-in, or an anonymous browser. CSRF tokens are
 * bound to it.
 */
export class BrowserValue {
  readonly #core: Core;
  readonly #request: IncomingRequest;
  readonly #outgoing: OutgoingCookies;
  /** The live session's value, or null. */
  #session: string | null;
  /** The value of an ended session: it only identifies forms of its pages. */
  readonly #ended: string | null;
  /** The value before a sign-in, or null; undefined until it is read. */
  #anonymous: string | null | undefined;
  readonly #client: () => Client;
  #changed = false;

  constructor(
    core: Core,
    request: IncomingRequest,
    outgoing: OutgoingCookies,
    { token, state, client }: { token: string | null; state: SessionCheck["state"]; client: () => Client },
  ) {
    this.#client = client;
    this.#core = core;
    this.#request = request;
    this.#outgoing = outgoing;
    this.#session = state === "live" ? token : null;
    this.#ended = state === "ended" ? token : null;
    this.#anonymous = state === "none" ? undefined : null;
  }

  /** Whether the request changed the value, by signing in or out. */
  get changed(): boolean {
    return this.#changed;
  }

  /** The value of an anonymous browser or a pending sign-in, or null. */
  get anonymous(): string | null {
    if (this.#anonymous === undefined) {
      const value = readCookie(this.#request.header("cookie"), this.#core.settings.cookies.session);
      this.#anonymous = readPreSession(this.#core.keys, value);
    }
    return this.#anonymous;
  }

  /** The value; a browser without one gets one. */
  identify(): string {
    const existing = this.#session ?? this.anonymous;
    if (existing !== null) return existing;
    const created = createPreSession(this.#core.keys, this.#core.clock.now(), this.#client());
    this.#anonymous = created;
    this.#outgoing.set(this.#core.settings.cookies.session, created);
    return created;
  }

  /** The CSRF token that is bound to the value. */
  get csrfToken(): string {
    const { keys } = this.#core;
    const value = this.identify();
    return this.#session === null ? anonymousToken(keys, value) : sign(keys, "csrf", value);
  }

  /** Whether this is the CSRF token of the request's value. `ownPage`: the headers prove a page of this origin. */
  csrfTokenMatches(token: unknown, { ownPage }: { ownPage: boolean }): boolean {
    if (typeof token !== "string" || token === "") return false;
    const { keys } = this.#core;
    const anonymous = this.#session === null ? this.anonymous : null;
    if (anonymous !== null) return isAnonymousToken(keys, anonymous, token, { ownPage });
    // A page may outlive its session: its forms get "not signed in", not "from another site".
    // Row LO-06.
    const subject = this.#session ?? this.#ended;
    return subject !== null && verifySignature(keys, "csrf", subject, token);
  }

  /** Becomes the value of a pending sign-in. */
  becomePending(token: string): void {
    this.#replace(null, token);
    this.#outgoing.set(this.#core.settings.cookies.session, token);
  }

  /** Becomes the value of a session. Without `maxAgeSeconds` it lives until the browser closes. */
  becomeSession(token: string, maxAgeSeconds: number | undefined): void {
    this.#replace(token, this.#anonymous ?? null);
    this.#outgoing.set(this.#core.settings.cookies.session, token, maxAgeSeconds);
  }

  /** Clears the value. */
  clear(): void {
    this.#replace(null, null);
    this.#outgoing.clear(this.#core.settings.cookies.session);
  }

  #replace(session: string | null, anonymous: string | null): void {
    this.#changed = true;
    this.#session = session;
    this.#anonymous = anonymous;
  }
}
