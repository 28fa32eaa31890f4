/**
 * Latchkey on Next (App Router): `export const { GET, POST } = handlers(auth)` in `app/[...latchkey]/route.ts`, and
 * guards for server components, server actions and route handlers.
 * @module
 */
import type { Auth } from "../auth.ts";
import type { PermissionName, RoleGrants, RoleName } from "../core/access/index.ts";
import {
  type IncomingRequest,
  isUnsafe,
  notes,
  type RequestAuth,
  splitTarget,
} from "../core/requests/index.ts";
import type { Session } from "../core/sessions/index.ts";
import type { User } from "../core/users/index.ts";
import { LatchkeyError } from "../platform/errors/index.ts";
import { type Fields, readBytes } from "../platform/http/index.ts";
import type { Duration } from "../platform/time/index.ts";
import { type Requirement, refusalOf, requirements } from "./guard.ts";
import { personalHeaders } from "./personal-headers.ts";
import { GUARDED_BODY_BYTES, mayHoldToken, tokenOf } from "./request-body.ts";

/** A route handler as Next calls it. */
export type RouteHandler = (request: Request) => Promise<Response>;

type Method = "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE";

/**
 * The library's pages as route handlers, for a catch-all route such as `app/[...latchkey]/route.ts`; the application's
 * own routes go before it. Unknown paths are answered 404. Next doesn't report the client's address: put a proxy in
 * front that sets `X-Forwarded-For`, and declare it with `trustedProxies`.
 *
 * @example
 * export const { GET, HEAD, POST, PUT, PATCH, DELETE } = handlers(auth); // app/[...latchkey]/route.ts
 */
export function handlers(auth: Pick<Auth, "adapter" | "handle">): Record<Method, RouteHandler> {
  const answer: RouteHandler = async (request) =>
    (await auth.handle(request)) ?? auth.adapter.refuse(request, new LatchkeyError("not_found"));
  return { GET: answer, HEAD: answer, POST: answer, PUT: answer, PATCH: answer, DELETE: answer };
}

/** What a guard may require besides a signed-in user. */
export interface Demands<Roles extends RoleGrants = RoleGrants> {
  /** 403 `forbidden` without this role. */
  role?: RoleName<Roles>;
  /** 403 `forbidden` unless a role grants it (option `roles`). */
  permission?: PermissionName<Roles>;
  /** The last proof must be younger than this; pages lead to `/reauthenticate`. */
  freshWithin?: Duration;
}

function requirementOf<Roles extends RoleGrants>({
  role,
  permission,
  freshWithin,
}: Demands<Roles>): Requirement {
  const all = [requirements.requireLogin()];
  if (role !== undefined) all.push(requirements.requireRole(role));
  if (permission !== undefined) all.push(requirements.requirePermission(permission));
  if (freshWithin !== undefined) all.push(requirements.requireFreshLogin({ within: freshWithin }));
  return (auth) => {
    for (const demand of all) demand(auth);
  };
}

/** Looks for the token in a copy, so that the handler can still read its body. */
async function readToken(request: Request): Promise<Fields> {
  const type = request.headers.get("content-type");
  if (!mayHoldToken(type) || request.bodyUsed) return tokenOf(type, undefined);
  const { body } = request.clone();
  const bytes = await readBytes(
    body as ReadableStream<Uint8Array> | null,
    GUARDED_BODY_BYTES,
    request.headers.get("content-length"),
  );
  return tokenOf(type, bytes);
}

function withPersonalHeaders(response: Response, auth: RequestAuth): Response {
  const cookies = auth.setCookies();
  const changed = personalHeaders(auth, {
    setCookie: cookies.length === 0 ? [] : response.headers.getSetCookie(),
    cacheControl: response.headers.get("cache-control"),
    vary: response.headers.get("vary"),
  });
  if (changed === null) return response;
  if (cookies.length === 0 && setInPlace(response.headers, changed)) return response;
  // A copy: a handler may return one response for many visitors, but a cookie is for one.
  const headers = new Headers(response.headers);
  if (cookies.length > 0) {
    headers.delete("set-cookie");
    for (const cookie of changed.setCookie) headers.append("set-cookie", cookie);
  }
  setInPlace(headers, changed);
  return new Response(response.body, { status: response.status, statusText: response.statusText, headers });
}

/** Returns whether that was possible: headers of redirects and fetched responses can't be changed. */
function setInPlace(
  headers: Headers,
  { cacheControl, vary }: { cacheControl: string; vary: string },
): boolean {
  try {
    headers.set("cache-control", cacheControl);
    headers.set("vary", vary);
    return true;
  } catch {
    return false;
  }
}

/** The request of a route handler. Next doesn't report the client's address. */
class RouteRequest implements IncomingRequest {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly socketAddress = undefined;
  readonly #request: Request;
  #fields: Promise<Fields> | undefined;

  constructor(request: Request) {
    const { path, query } = splitTarget(request.url);
    this.method = request.method;
    this.path = path;
    this.query = query;
    this.#request = request;
  }

  header(name: string): string | null {
    return this.#request.headers.get(name);
  }

  fields(): Promise<Fields> {
    this.#fields ??= readToken(this.#request);
    return this.#fields;
  }
}

/** The request's auth behind a guard: a user is signed in. */
export type HereSignedIn<
  Own extends object = object,
  Values extends object = Record<string, unknown>,
  Roles extends RoleGrants = RoleGrants,
> = RequestAuth<Own, Values, Roles> & {
  readonly user: User<Own>;
  readonly session: Session;
};

/**
 * Guards a route handler of the application. Refuses visitors, requests from other sites, and users without what
 * `demands` names. A changing request needs the CSRF token: `X-CSRF-Token`, or `csrf_token` in a form or JSON. Cookies
 * are set on the handler's response. The library answers what the handler throws, except Next's `redirect()`.
 *
 * @example
 * export const POST = withLogin(auth, async (request, { user }) => Response.json({ author: user.email }));
 */
export function withLogin<
  Own extends object,
  Values extends object,
  Roles extends RoleGrants,
  Context = unknown,
>(
  auth: Auth<Own, Values, Roles>,
  handler: (
    request: Request,
    here: HereSignedIn<Own, Values, Roles>,
    context: Context,
  ) => Promise<Response> | Response,
  demands: Demands<Roles> = {},
): (request: Request, context: Context) => Promise<Response> {
  const requirement = requirementOf(demands);
  const { adapter } = auth;
  return async (request, context) => {
    const incoming = new RouteRequest(request);
    try {
      if (isUnsafe(incoming.method)) adapter.checkOrigin(incoming);
      const refusing = refusalOf({ auth: adapter, incoming }, requirement);
      const refusal = refusing === null ? null : await refusing;
      if (refusal !== null) return refusal;
      const known = await adapter.forNow(incoming);
      const response = await handler(request, known as unknown as HereSignedIn<Own, Values, Roles>, context);
      return withPersonalHeaders(response, known);
    } catch (error) {
      if (isNextSignal(error)) throw error;
      return adapter.refuse(incoming, error);
    }
  };
}

/** `redirect()` and similar functions throw an error with a digest, which Next must catch. */
function isNextSignal(error: unknown): boolean {
  return error instanceof Error && "digest" in error && typeof error.digest === "string";
}

/** One wrapped request for each request of Next, so that several components share one look-up. */
const wrapped = notes<object, IncomingRequest>();

/**
 * The auth of the request that a server component or server action runs in. It is read-only there: cookies need
 * `saveCookies`, which Next allows only in actions.
 *
 * @example
 * const { user, csrfToken } = await currentAuth(auth);
 */
export async function currentAuth<Own extends object, Values extends object, Roles extends RoleGrants>(
  auth: Auth<Own, Values, Roles>,
): Promise<RequestAuth<Own, Values, Roles>> {
  const { headers } = await import("next/headers.js");
  const given = await headers();
  let incoming = wrapped.get(given);
  if (incoming === undefined) {
    incoming = {
      method: "GET",
      path: "/",
      query: "",
      socketAddress: undefined,
      header: (name) => given.get(name),
      fields: async () => Object.create(null),
    };
    wrapped.set(given, incoming);
  }
  return auth.for(incoming);
}

/** The place of a guard. */
export interface Place {
  /**
   * The path that the visitor returns to after signing in; Next doesn't report it. Default: the option
   * `pages.afterLogin`.
   */
  returnTo?: string;
}

/**
 * The user, in a server component or server action. Redirects visitors to `/login` (or `/reauthenticate`), and shows the
 * application's not-found page to users without a demanded role or permission.
 *
 * @example
 * const user = await requireLogin(auth, { returnTo: "/dashboard" });
 */
export async function requireLogin<Own extends object, Values extends object, Roles extends RoleGrants>(
  auth: Auth<Own, Values, Roles>,
  { returnTo = auth.settings.pages.afterLogin, ...demands }: Demands<Roles> & Place = {},
): Promise<User<Own>> {
  const here = await currentAuth(auth);
  try {
    requirementOf<Roles>(demands as Demands<Roles>)(here as unknown as RequestAuth);
    return here.requireLogin();
  } catch (error) {
    if (!(error instanceof LatchkeyError)) throw error;
    const { redirect, notFound } = await import("next/navigation.js");
    const next = `?next=${encodeURIComponent(returnTo)}`;
    if (error.code === "login_required") return redirect(`${auth.settings.basePath}/login${next}`);
    if (error.code === "reauthentication_required") {
      return redirect(`${auth.settings.basePath}/reauthenticate${next}`);
    }
    return notFound();
  }
}

/**
 * Sets the cookies that signing in, signing out, flashes and the session dictionary need. Only in server actions.
 *
 * @example
 * const here = await currentAuth(auth);
 * await auth.account.logout({}, here);
 * await saveCookies(here);
 */
export async function saveCookies(requestAuth: Pick<RequestAuth, "setCookies">): Promise<void> {
  const { cookies } = await import("next/headers.js");
  const jar = await cookies();
  for (const cookie of requestAuth.setCookies()) {
    const [pair = "", ...attributes] = cookie.split("; ");
    const equals = pair.indexOf("=");
    const maxAge = attributes.find((attribute) => attribute.startsWith("Max-Age="));
    jar.set(pair.slice(0, equals), pair.slice(equals + 1), {
      path: "/",
      httpOnly: attributes.includes("HttpOnly"),
      secure: attributes.includes("Secure"),
      sameSite: attributes.includes("SameSite=Strict") ? "strict" : "lax",
      ...(maxAge === undefined ? {} : { maxAge: Number(maxAge.slice("Max-Age=".length)) }),
    });
  }
}
