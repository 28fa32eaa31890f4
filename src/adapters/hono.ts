/**
 * Latchkey on Hono: `app.use(latchkey(auth))`, then guards on the routes that need them.
 * @module
 */
import type { ServerResponse } from "node:http";
import type { Context, MiddlewareHandler, Next } from "hono";
import type { Auth } from "../auth.ts";
import type { RoleGrants } from "../core/access/index.ts";
import { asksForJson, isUnsafe, type Page, type RequestAuth } from "../core/requests/index.ts";
import { LatchkeyError } from "../platform/errors/index.ts";
import type { RegisteredAuth, RegisteredSignedIn, RequestAuthOf } from "../registered.ts";
import { createEntries } from "./entries.ts";
import { createGuards, type Guards, type Requirement, refusalOf } from "./guard.ts";
import { HonoRequest, nodeOf } from "./hono-request.ts";
import { setBeforeHeaders } from "./node-response.ts";
import { variesByCookie } from "./personal-headers.ts";
import { type BodyLimits, GUARDED_BODY_BYTES } from "./request-body.ts";

export type { Guards } from "./guard.ts";

declare module "hono" {
  interface ContextVariableMap {
    /**
     * The signed-in user and the session's values. `latchkey(auth)` sets it. `Latchkey.Register` types the
     * application's own fields and the session dictionary.
     */
    auth: RegisteredAuth;
  }
}

/**
 * The environment of an app with own user fields: `new Hono<AuthEnv<typeof auth>>()`. For programs with several auth
 * objects, for which `Latchkey.Register` doesn't work. Behind a guard `user` is never null.
 */
export interface AuthEnv<A> {
  Variables: { auth: RequestAuthOf<{ auth: A }> };
}

/** Behind a guard a user is signed in, and the types know it. */
export interface SignedInEnv {
  Variables: { auth: RegisteredSignedIn };
}

const entries = createEntries<Context>("app.use(latchkey(auth)) before it");

type Header = readonly [name: string, value: string];

/** The caching headers of an answer that depends on the signed-in user. */
// Row HD-06, CVE-2023-30861.
const personalHeaders: readonly Header[] = [
  ["Cache-Control", "no-store"],
  ["Vary", "Cookie"],
];

/**
 * Prepares the headers early if that is cheap. On Node they go to Node's response, which joins them with the
 * handler's own. Elsewhere they go to Hono's context.
 */
function setPersonalHeaders(c: Context, outgoing: ServerResponse | undefined, auth: RequestAuth): void {
  if (outgoing !== undefined && !outgoing.headersSent) {
    setBeforeHeaders(outgoing, auth);
  } else if (!c.finalized) {
    for (const [name, value] of personalHeaders) c.header(name, value, { append: true });
  }
}

/** The missing headers of a personal answer: its handler may have ignored the prepared ones. */
function missingHeaders(present: Headers, cookies: readonly string[]): Header[] {
  // A page of the library's layout already carries its cookies.
  const carried = cookies.length === 0 ? [] : present.getSetCookie();
  const missing = cookies
    .filter((cookie) => !carried.includes(cookie))
    .map((cookie): Header => ["Set-Cookie", cookie]);
  if (!present.has("Cache-Control")) missing.push(["Cache-Control", "no-store"]);
  if (!variesByCookie(present.get("Vary") ?? "")) missing.push(["Vary", "Cookie"]);
  return missing;
}

/**
 * Adds headers to a finished answer. Its headers may be shared or immutable: the first goes through Hono, which
 * copies.
 */
function addHeaders(c: Context, [first, ...rest]: Header[]): void {
  if (first === undefined) return;
  c.header(first[0], first[1], { append: true });
  for (const [name, value] of rest) c.res.headers.append(name, value);
}

/**
 * The library as middleware: answers its own paths, refuses what other sites send, and puts `c.var.auth` everywhere. It
 * works before and after body parsers. `guardedBodyBytes` limits bodies of the application's guarded routes (default 1
 * MiB). Beyond it they answer 413 `body_too_large`.
 *
 * @example
 * const app = new Hono();
 * app.use(latchkey(auth));
 */
export function latchkey<Own extends object, Values extends object, Roles extends RoleGrants>(
  auth: Auth<Own, Values, Roles>,
  { guardedBodyBytes = GUARDED_BODY_BYTES }: { guardedBodyBytes?: number } = {},
): MiddlewareHandler<{ Variables: { auth: RequestAuth<Own, Values, Roles> } }> {
  const { adapter } = auth;
  const limits: BodyLimits = { ownBytes: auth.settings.bodyLimitBytes, guardedBytes: guardedBodyBytes };
  return async (c, next) => {
    const node = nodeOf(c);
    const incoming = new HonoRequest(c, node?.incoming, limits);
    if (adapter.owns(incoming)) {
      const answer = await adapter.handle(incoming);
      if (answer !== null) return answer;
    }
    incoming.release();
    try {
      if (isUnsafe(incoming.method)) adapter.checkOrigin(incoming);
      const looking = adapter.forNow(incoming);
      const known = looking instanceof Promise ? await looking : looking;
      const outgoing = node?.outgoing;
      c.set("auth", known as RequestAuth<Own, Values, Roles>);
      known.whenPersonal(() => setPersonalHeaders(c, outgoing, known));
      entries.set(c, { auth: adapter, incoming });
      await next();
      // An error of `auth.require…` in a handler gets the library's answer instead of the framework's 500.
      if (c.error instanceof LatchkeyError) {
        const refusal = await adapter.refuse(incoming, c.error);
        c.res = undefined;
        c.res = refusal;
        return;
      }
      finish(c, known, outgoing);
    } catch (error) {
      return adapter.refuse(incoming, error);
    }
  };
}

/** Gives a finished answer its missing headers. */
function finish(c: Context, auth: RequestAuth, outgoing: ServerResponse | undefined): void {
  if (!auth.isPersonal) return;
  const cookies = auth.setCookies();
  // Without cookies, the headers on Node's response apply to any response of the handler.
  if (cookies.length === 0 && outgoing !== undefined && !outgoing.headersSent) return;
  // An answer that sets a cookie is never stored, whatever the handler said (CVE-2023-30861).
  const mayBeStored = !/\bno-store\b/i.test(c.res.headers.get("Cache-Control") ?? "");
  if (cookies.length > 0 && mayBeStored) c.header("Cache-Control", "no-store");
  addHeaders(c, missingHeaders(c.res.headers, cookies));
}

function guard(requirement: Requirement): MiddlewareHandler<SignedInEnv> {
  return (c, next) => {
    const refusing = refusalOf(entries.of(c), requirement);
    if (refusing === null) return next();
    return answerOrGoOn(refusing, next);
  };
}

async function answerOrGoOn(refusing: Promise<Response | null>, next: Next): Promise<Response | undefined> {
  const refusal = await refusing;
  if (refusal !== null) return refusal;
  await next();
}

const guards = createGuards(guard);

/**
 * Requires a signed-in user: pages lead to `/login`, APIs get 401 `login_required`. Like every guard it also requires
 * the CSRF token of a changing request. The token is in `X-CSRF-Token`, or as `csrf_token` in a form or JSON. For
 * another body (multipart), put its parser before the guard or send the header.
 *
 * @example
 * app.get("/dashboard", requireLogin(), (c) => c.text(`Welcome, ${c.var.auth.user.email}`));
 */
export const requireLogin: Guards<MiddlewareHandler<SignedInEnv>>["requireLogin"] = guards.requireLogin;
/**
 * Requires a signed-in user with this role; others get 403 `forbidden`. The names are those of the registered auth
 * object (`Latchkey.Register`), else any text.
 *
 * @example
 * app.get("/reports", requireRole("admin"), (c) => c.text("For administrators"));
 */
export const requireRole: Guards<MiddlewareHandler<SignedInEnv>>["requireRole"] = guards.requireRole;
/**
 * Requires that one of the user's roles grants this permission (option `roles`); others get 403 `forbidden`.
 *
 * @example
 * app.post("/posts", requirePermission("posts.edit"), (c) => c.text("Published"));
 */
export const requirePermission: Guards<MiddlewareHandler<SignedInEnv>>["requirePermission"] =
  guards.requirePermission;
/**
 * Requires a proof of the user's identity younger than `within`. Pages lead to `/reauthenticate`, APIs get 403
 * `reauthentication_required`.
 *
 * @example
 * app.post("/api-keys", requireFreshLogin({ within: "10m" }), (c) => c.text("Made"));
 */
export const requireFreshLogin: Guards<MiddlewareHandler<SignedInEnv>>["requireFreshLogin"] =
  guards.requireFreshLogin;

/**
 * A page of the application in the library's layout, with the messages kept by `c.var.auth.flash`. Default status 200.
 * Throws a `TypeError` if the request didn't come through `latchkey(auth)`.
 *
 * @example
 * app.get("/about", (c) => page(c, { title: "About", body: ui.html`<p>Hello</p>` }));
 */
export function page(c: Context, content: Page, status = 200): Promise<Response> {
  const { auth, incoming } = entries.of(c);
  return auth.page(incoming, content, status);
}

/**
 * The body's fields, read as strictly as the library reads its own: JSON or a form, no field twice, no NUL. Throws a
 * `LatchkeyError`: `malformed_body`, `body_too_large`, `unsupported_media_type`.
 *
 * @example
 * app.post("/notes", requireLogin(), async (c) => c.json({ note: (await fields(c)).note }));
 */
export function fields(c: Context): Promise<Record<string, unknown>> {
  return entries.of(c).incoming.fields();
}

/**
 * Whether the client wants JSON: its body is JSON, or its `Accept` prefers it to HTML.
 *
 * @example
 * app.get("/me", requireLogin(), (c) => (wantsJson(c) ? c.json(c.var.auth.user) : c.text(c.var.auth.user.email)));
 */
export function wantsJson(c: Context): boolean {
  return asksForJson(entries.of(c).incoming);
}

/**
 * For handlers that check more than a guard can, such as an owner or a policy. It answers what they throw. Rejects with
 * the same error if the request didn't come through `latchkey(auth)`.
 *
 * @example
 * app.notFound((c) => refuse(c, new LatchkeyError("not_found")));
 */
export async function refuse(c: Context, error: unknown): Promise<Response> {
  const entry = entries.find(c);
  if (entry === undefined) throw error;
  return entry.auth.refuse(entry.incoming, error);
}
