import { Secret } from "../../platform/crypto/index.ts";
import { type Html, hiddenField } from "../../platform/html/index.ts";
import { clientAddress, readCookie, requestId } from "../../platform/http/index.ts";
import type { Core, RequestFacts } from "../core.ts";
import type { Call, Effects } from "../operations/index.ts";
import type { Account, EndReason, LoginCompleted, Session, SessionCheck } from "../sessions/index.ts";
import type { User } from "../users/index.ts";
import { chooseLocale } from "../words/index.ts";
import { BrowserValue } from "./browser-value.ts";
import type { Flash, FlashCategory } from "./data-cookie.ts";
import { withOwnCookies } from "./doubled-cookies.ts";
import type { IncomingRequest } from "./incoming-request.ts";
import { OutgoingCookies } from "./outgoing-cookies.ts";
import { RememberedValues } from "./remembered-values.ts";
import type { RequestAuth } from "./request-auth.ts";
import type { SessionData } from "./session-data.ts";
import { UserGuards } from "./user-guards.ts";

const asSecret = (text: string | null): Secret | null => (text === null ? null : new Secret(text));

/**
 * The library's view of one request: the user, the session's values, the CSRF token of its forms. Made once a request.
 * Only the session check runs at once; the rest runs on demand.
 */
export class AuthState<Fields extends object = object, Values extends object = Record<string, unknown>>
  extends UserGuards<Fields>
  implements RequestAuth<Fields, Values>, Effects, Call
{
  readonly #core: Core;
  readonly #request: IncomingRequest;
  #check: SessionCheck;
  readonly #browser: BrowserValue;
  #remembered: RememberedValues | undefined;
  #address: string | undefined;
  #requestId: string | undefined;
  #accepted: string | undefined;
  readonly #bearer: boolean;
  readonly #outgoing: OutgoingCookies;
  #usedSession = false;
  #whenPersonal: (() => void) | undefined;

  /** Looks at a request's cookie and checks its session; synchronous if the database allows. */
  static from(core: Core, request: IncomingRequest): AuthState | Promise<AuthState> {
    const own = withOwnCookies(core, request);
    return own instanceof Promise
      ? own.then((chosen) => AuthState.#from(core, chosen))
      : AuthState.#from(core, own);
  }

  static #from(core: Core, request: IncomingRequest): AuthState | Promise<AuthState> {
    // A bearer request's cookies don't count, whether its token is valid or not.
    // Row AT-05.
    const bearer = /^bearer\b/i.test(request.header("authorization") ?? "");
    const token = bearer ? null : readCookie(request.header("cookie"), core.settings.cookies.session);
    const check = core.sessions.check(token);
    if (check instanceof Promise)
      return check.then((later) => new AuthState(core, request, token, later, bearer));
    return new AuthState(core, request, token, check, bearer);
  }

  /** An anonymous request, for refusing one whose session can't be checked. */
  // Row TH-12.
  static anonymous(core: Core, request: IncomingRequest): AuthState {
    return new AuthState(core, request, null, { state: "none" }, false);
  }

  private constructor(
    core: Core,
    request: IncomingRequest,
    token: string | null,
    check: SessionCheck,
    bearer: boolean,
  ) {
    super(core);
    this.#core = core;
    this.#request = request;
    this.#check = check;
    this.#bearer = bearer;
    this.#outgoing = new OutgoingCookies(core.settings.cookies.secure);
    this.#browser = new BrowserValue(core, request, this.#outgoing, {
      token,
      state: check.state,
      client: () => ({ address: this.address, userAgent: request.header("user-agent") }),
    });
  }

  /** The signed-in user, or null. */
  get user(): User<Fields> | null {
    this.#noteUse();
    return this.#check.state === "live" ? (this.#check.user as User<Fields>) : null;
  }

  /** The live session, or null. */
  get session(): Session | null {
    this.#noteUse();
    return this.#check.state === "live" ? this.#check.session : null;
  }

  /** Why this browser's session ended; null for a browser that never had one. */
  get endedReason(): EndReason | null {
    return this.#check.state === "ended" ? this.#check.reason : null;
  }

  /** Names the request in answers and in the log. */
  get requestId(): string {
    this.#requestId ??= requestId(this.#request.header("x-request-id"));
    return this.#requestId;
  }

  /** The client's address, trusted only as far as `trustedProxies` says. */
  get address(): string {
    this.#address ??= clientAddress(
      this.#request.socketAddress,
      this.#request.header("x-forwarded-for"),
      this.#core.settings.trustedProxies,
    );
    return this.#address;
  }

  /**
   * The language of the answer: the account's if it is switched on, else the best of `Accept-Language`, else the
   * default.
   */
  get locale(): string {
    const { locales } = this.#core;
    const [standard = "en"] = locales;
    if (locales.length < 2) return standard;
    const own = this.#check.state === "live" ? this.#check.user.locale : null;
    if (own !== null && locales.includes(own)) return own;
    this.#accepted ??= chooseLocale(this.#request.header("accept-language"), locales) ?? standard;
    return this.#accepted;
  }

  /** The headers that the library's answers depend on, for `Vary`. */
  get vary(): string {
    const asked = this.#core.locales.length < 2 ? [] : ["Accept-Language"];
    return ["Cookie", "Accept", ...asked].join(", ");
  }

  /** Facts about the request for operations, throttling and the audit. */
  get facts(): RequestFacts {
    const { cookies } = this.#core.settings;
    return {
      address: this.address,
      userAgent: this.#request.header("user-agent"),
      requestId: this.requestId,
      // Cookies don't count beside a bearer token.
      deviceToken: this.#bearer ? null : asSecret(readCookie(this.#request.header("cookie"), cookies.device)),
      preSession: this.#bearer ? null : asSecret(this.#browser.anonymous),
      sessionId: this.#check.state === "live" ? this.#check.session.id : null,
      userId: this.#check.state === "live" ? this.#check.user.id : null,
      locale: this.locale,
    };
  }

  /** The session dictionary. */
  get data(): SessionData<Values> {
    return this.#values.data as SessionData<Values>;
  }

  /** Keeps a message for the next page that shows messages. */
  flash(message: string, category: FlashCategory = "info"): void {
    this.#values.addFlash({ message, category });
  }

  /** The kept messages; each is shown once. */
  takeFlashes(): Flash[] {
    return this.#values.takeFlashes();
  }

  /** The secret of a mailed link that was opened at this page and moved out of the address bar. */
  // Row RS-07.
  movedToken(path: string): string | null {
    return this.#values.movedToken(path);
  }

  /**
   * Stores the secret of a mailed link for its page, in the sealed cookie; null clears it. Returns whether it fits
   * there.
   */
  moveToken(path: string, token: string | null): boolean {
    return this.#values.moveToken(path, token);
  }

  /** The token of forms and `X-CSRF-Token`. Bound to the session, or to the anonymous browser before it. */
  get csrfToken(): string {
    return this.#browser.csrfToken;
  }

  /** The hidden input with the CSRF token. */
  get csrfField(): Html {
    return hiddenField("csrf_token", this.csrfToken);
  }

  /** Whether the request changed what its token is bound to, by signing in or out. */
  get tokenChanged(): boolean {
    return this.#browser.changed;
  }

  /**
   * Whether this is the token of the session or browser that the request came from. `ownPage`: the browser's headers
   * prove that a page of this origin sent it.
   */
  csrfTokenMatches(token: unknown, { ownPage = false } = {}): boolean {
    return this.#browser.csrfTokenMatches(token, { ownPage });
  }

  /** Whether the request carries `Authorization: Bearer`, so that its cookies don't count. */
  // Row AT-05.
  get usesBearer(): boolean {
    return this.#bearer;
  }

  get account(): Account | null {
    const { user, session } = this;
    return user === null || session === null ? null : { user, session };
  }

  /** A signed-in account acts for itself. */
  get actor(): string | null {
    return this.#check.state === "live" ? this.#check.user.id : null;
  }

  get effects(): Effects {
    return this;
  }

  requireAccount(): Account {
    return this.requireSession();
  }

  recognise(): RequestFacts {
    // A browser with an ended session still posts with its value, but its new token gets a new one.
    this.#browser.identify();
    return this.facts;
  }

  /** The pending sign-in identifies the browser from here on; it is signed out until the last step. */
  holdLogin(token: Secret): void {
    if (this.#check.state === "live") this.#values.endSession();
    this.#check = { state: "none" };
    this.#browser.becomePending(token.reveal());
  }

  /** Takes over a completed login: sets the cookies, and acts as that user from here on. */
  signIn(completed: LoginCompleted): void {
    const { session, sessionToken, deviceToken, user } = completed;
    const remembered = this.#values;
    const previous = this.#check.state === "live" ? this.#check.user.id : null;
    const before = previous === null ? "anonymous" : previous === user.id ? "same person" : "another";
    this.#check = { state: "live", session, user };
    const now = this.#core.clock.now();
    const maxAge = session.remembered ? Math.floor((session.expiresAt - now) / 1000) : undefined;
    this.#browser.becomeSession(sessionToken.reveal(), maxAge);
    this.keepDevice(deviceToken);
    remembered.beginSession(session, { before });
  }

  /** Stores the value that identifies this device from here on. It starts no session. */
  keepDevice(deviceToken: Secret): void {
    const { cookies, lifetimes } = this.#core.settings;
    this.#outgoing.set(cookies.device, deviceToken.reveal(), Math.floor(lifetimes.deviceMs / 1000));
  }

  /**
   * Forgets the session in this browser: clears the cookies, and is anonymous from here on. With `forgetDevice`
   * (default false) it also forgets the device.
   */
  signOut({ forgetDevice = false }: { forgetDevice?: boolean } = {}): void {
    const remembered = this.#values;
    this.#check = { state: "none" };
    this.#browser.clear();
    if (forgetDevice) this.#outgoing.clear(this.#core.settings.cookies.device);
    remembered.endSession();
  }

  /** The `Set-Cookie` values for this request's answer. */
  setCookies(): string[] {
    return this.#outgoing.lines();
  }

  /** Whether the answer depends on the session, and so must not be stored by caches. */
  get isPersonal(): boolean {
    return !this.#outgoing.isEmpty || (this.#usedSession && this.#check.state === "live");
  }

  /** Calls `action` once the answer depends on the session, so that adapters needn't change a finished answer. */
  whenPersonal(action: () => void): void {
    if (this.isPersonal) action();
    else this.#whenPersonal = action;
  }

  /** Loads the server-side dictionary; `auth.for` does it if the options ask for that store. */
  async loadData(): Promise<void> {
    await this.#values.load();
  }

  /** Made on demand: a plain check of the session doesn't need it. */
  get #values(): RememberedValues {
    const session = this.#check.state === "live" ? this.#check.session : null;
    this.#remembered ??= new RememberedValues(this.#core, this.#request, this.#outgoing, session);
    return this.#remembered;
  }

  #noteUse(): void {
    if (this.#usedSession) return;
    this.#usedSession = true;
    if (this.#check.state === "live") this.#whenPersonal?.();
  }
}
