import { Secret, sign, verifySignature } from "../../platform/crypto/index.ts";
import { LatchkeyError } from "../../platform/errors/index.ts";
import { type Html, hiddenField } from "../../platform/html/index.ts";
import { clientAddress, readCookie, requestId } from "../../platform/http/index.ts";
import { type Duration, milliseconds } from "../../platform/time/index.ts";
import { ifAllowed, type Policy } from "../access/index.ts";
import type { Core, RequestFacts } from "../core.ts";
import type { Call, Effects } from "../operations/index.ts";
import type { Account, EndReason, LoginCompleted, Session, SessionCheck } from "../sessions/index.ts";
import type { User } from "../users/index.ts";
import { chooseLocale } from "../words/index.ts";
import type { Flash, FlashCategory } from "./data-cookie.ts";
import type { IncomingRequest } from "./incoming-request.ts";
import { OutgoingCookies } from "./outgoing-cookies.ts";
import { createPreSession, readPreSession } from "./pre-session.ts";
import { RememberedValues } from "./remembered-values.ts";
import type { RequestAuth } from "./request-auth.ts";
import type { SessionData } from "./session-data.ts";

type AnyPolicy<Resource> = Pick<Policy<Resource, boolean | Promise<boolean>>, "allows">;

const asSecret = (text: string | null): Secret | null => (text === null ? null : new Secret(text));

/**
 * The library's view of one request: the user, the session's values, the CSRF token of its forms. One for each
 * request; everything beyond the session check happens only on demand.
 */
export class AuthState<Fields extends object = object, Values extends object = Record<string, unknown>>
  implements RequestAuth<Fields, Values>, Effects, Call
{
  readonly #core: Core;
  readonly #request: IncomingRequest;
  #check: SessionCheck;
  /** The live session's cookie value, or null. */
  #sessionToken: string | null;
  /** The cookie value of an ended session: it only identifies forms of its pages. */
  readonly #endedToken: string | null;
  #preSession: string | null | undefined;
  #remembered: RememberedValues | undefined;
  #address: string | undefined;
  #requestId: string | undefined;
  #accepted: string | undefined;
  #bearer: boolean;
  readonly #outgoing: OutgoingCookies;
  #usedSession = false;
  #tokenChanged = false;
  #whenPersonal: (() => void) | undefined;

  /** Looks at a request's cookie and checks its session; synchronous if the database allows. */
  static from(core: Core, request: IncomingRequest): AuthState | Promise<AuthState> {
    // A bearer request's cookies don't count, whether its token is valid or not.
    // Row AT-05.
    const bearer = /^bearer\b/i.test(request.header("authorization") ?? "");
    const token = bearer ? null : readCookie(request.header("cookie"), core.settings.cookies.session);
    const check = core.sessions.check(token);
    if (check instanceof Promise)
      return check.then((later) => new AuthState(core, request, token, later, bearer));
    return new AuthState(core, request, token, check, bearer);
  }

  /** An anonymous request, for the refusal of one whose session can't be checked: never a wrong allow. */
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
    this.#core = core;
    this.#request = request;
    this.#check = check;
    this.#bearer = bearer;
    this.#outgoing = new OutgoingCookies(core.settings.cookies.secure);
    this.#sessionToken = check.state === "live" ? token : null;
    this.#endedToken = check.state === "ended" ? token : null;
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

  /** The headers that the library's answers depend on, as `Vary` names them. */
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
      preSession: this.#bearer ? null : asSecret(this.#readPreSession()),
      sessionId: this.#check.state === "live" ? this.#check.session.id : null,
      userId: this.#check.state === "live" ? this.#check.user.id : null,
      locale: this.locale,
    };
  }

  hasRole(role: string): boolean {
    return this.user?.roles.includes(role) ?? false;
  }

  /** Whether one of the user's roles grants this permission (option `roles`; `"*"` grants all). */
  hasPermission(permission: string): boolean {
    const grants = this.#core.settings.roles;
    return (
      this.user?.roles.some((role) => {
        const granted = Object.hasOwn(grants, role) ? grants[role] : undefined;
        return granted?.includes(permission) === true || granted?.includes("*") === true;
      }) ?? false
    );
  }

  can<Resource>(policy: Pick<Policy<Resource>, "allows">, resource: Resource): boolean;
  can<Resource>(
    policy: Pick<Policy<Resource, Promise<boolean>>, "allows">,
    resource: Resource,
  ): Promise<boolean>;
  /** Whether a policy allows the user this on that. */
  can<Resource>(policy: AnyPolicy<Resource>, resource: Resource): boolean | Promise<boolean> {
    return policy.allows(this.user, resource);
  }

  /** The user; throws `login_required` without a session. */
  requireLogin(): User<Fields> {
    const { user } = this;
    if (user === null) throw new LatchkeyError("login_required");
    return user;
  }

  /** The user with their session; throws `login_required`. */
  requireSession(): { user: User<Fields>; session: Session } {
    const user = this.requireLogin();
    const { session } = this;
    if (session === null) throw new LatchkeyError("login_required");
    return { user, session };
  }

  /** Throws `login_required` or `forbidden`. */
  requireRole(role: string): User<Fields> {
    const user = this.requireLogin();
    if (!user.roles.includes(role))
      throw new LatchkeyError("forbidden", { detail: `role ${role} is needed` });
    return user;
  }

  /** Throws `login_required` or `forbidden`. */
  requirePermission(permission: string): User<Fields> {
    const user = this.requireLogin();
    if (!this.hasPermission(permission)) {
      throw new LatchkeyError("forbidden", { detail: `permission ${permission} is needed` });
    }
    return user;
  }

  require<Resource>(policy: Pick<Policy<Resource>, "allows">, resource: Resource): User<Fields>;
  require<Resource>(
    policy: Pick<Policy<Resource, Promise<boolean>>, "allows">,
    resource: Resource,
  ): Promise<User<Fields>>;
  /** Throws `login_required`, or `forbidden` unless the policy allows it. */
  require<Resource>(policy: AnyPolicy<Resource>, resource: Resource): User<Fields> | Promise<User<Fields>> {
    const user = this.requireLogin();
    return ifAllowed(policy.allows(user, resource), user);
  }

  /** Throws `login_required`, or `forbidden` unless `ownerId` is the user. */
  requireOwner(ownerId: string): User<Fields> {
    const user = this.requireLogin();
    if (user.id !== ownerId) throw new LatchkeyError("forbidden", { detail: "another user owns this" });
    return user;
  }

  /** Throws `login_required`, or `reauthentication_required` if the last proof is older than `within`. */
  requireFreshLogin(within: Duration): User<Fields> {
    const { user, session } = this.requireSession();
    if (this.#core.clock.now() - session.authenticatedAt > milliseconds(within, "within")) {
      throw new LatchkeyError("reauthentication_required");
    }
    return user;
  }

  /** The session dictionary. */
  get data(): SessionData<Values> {
    return this.#values.data as SessionData<Values>;
  }

  /** Keeps a message for the next page that shows messages. */
  flash(message: string, category: FlashCategory = "info"): void {
    this.#values.addFlash({ message, category });
  }

  /** The kept messages; they are shown once. */
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
    return sign(this.#core.keys, "csrf", this.#csrfSubject());
  }

  /** The hidden input with the CSRF token. */
  get csrfField(): Html {
    return hiddenField("csrf_token", this.csrfToken);
  }

  /** Whether the request changed what its token is bound to, by signing in or out. */
  get tokenChanged(): boolean {
    return this.#tokenChanged;
  }

  /** Whether this is the token of the session or browser that the request came from. */
  csrfTokenMatches(token: unknown): boolean {
    if (typeof token !== "string" || token === "") return false;
    // A page may outlive its session: its forms get "not signed in", not "from another site".
    // Row LO-06.
    const subject = this.#sessionToken ?? this.#readPreSession() ?? this.#endedToken;
    return subject !== null && verifySignature(this.#core.keys, "csrf", subject, token);
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
    // A browser with an ended session still posts under that value; the token it gets here has a value of its own.
    this.#csrfSubject();
    return this.facts;
  }

  /** The pending sign-in identifies the browser from here on; it is signed out until the last step. */
  holdLogin(token: Secret): void {
    if (this.#check.state === "live") this.#values.endSession();
    this.#check = { state: "none" };
    this.#tokenChanged = true;
    this.#sessionToken = null;
    this.#preSession = token.reveal();
    this.#outgoing.set(this.#core.settings.cookies.session, token.reveal());
  }

  /** Takes over a completed login: sets the cookies, and acts as that user from here on. */
  signIn(completed: LoginCompleted): void {
    const { cookies } = this.#core.settings;
    const { session, sessionToken, deviceToken, user } = completed;
    const remembered = this.#values;
    const previous = this.#check.state === "live" ? this.#check.user.id : null;
    const before = previous === null ? "anonymous" : previous === user.id ? "same person" : "another";
    this.#check = { state: "live", session, user };
    this.#tokenChanged = true;
    this.#sessionToken = sessionToken.reveal();
    const now = this.#core.clock.now();
    const maxAge = session.remembered ? Math.floor((session.expiresAt - now) / 1000) : undefined;
    this.#outgoing.set(cookies.session, sessionToken.reveal(), maxAge);
    this.keepDevice(deviceToken);
    remembered.beginSession(session, { before });
  }

  /** Stores what identifies this browser from here on; that starts no session. */
  keepDevice(deviceToken: Secret): void {
    const { cookies, lifetimes } = this.#core.settings;
    this.#outgoing.set(cookies.device, deviceToken.reveal(), Math.floor(lifetimes.deviceMs / 1000));
  }

  /**
   * Forgets the session in this browser: clears the cookies, and is anonymous from here on. `forgetDevice` (default
   * false): the browser is no longer a known device either.
   */
  signOut({ forgetDevice = false }: { forgetDevice?: boolean } = {}): void {
    const remembered = this.#values;
    this.#check = { state: "none" };
    this.#tokenChanged = true;
    this.#sessionToken = null;
    this.#preSession = null;
    const { cookies } = this.#core.settings;
    this.#outgoing.clear(cookies.session);
    if (forgetDevice) this.#outgoing.clear(cookies.device);
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

  /** Calls `action` once the answer depends on the session, so that adapters needn't touch a finished one. */
  whenPersonal(action: () => void): void {
    if (this.isPersonal) action();
    else this.#whenPersonal = action;
  }

  /** Loads the server-side dictionary; `auth.for` does it if the options ask for that store. */
  async loadData(): Promise<void> {
    await this.#values.load();
  }

  /** Made on demand: a plain check of the session needs none of it. */
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

  #csrfSubject(): string {
    const existing = this.#sessionToken ?? this.#readPreSession();
    if (existing !== null) return existing;
    const created = createPreSession(this.#core.keys);
    this.#preSession = created;
    this.#outgoing.set(this.#core.settings.cookies.session, created);
    return created;
  }

  #readPreSession(): string | null {
    if (this.#preSession === undefined) {
      const value = readCookie(this.#request.header("cookie"), this.#core.settings.cookies.session);
      this.#preSession = this.#check.state === "none" ? readPreSession(this.#core.keys, value) : null;
    }
    return this.#preSession;
  }
}
