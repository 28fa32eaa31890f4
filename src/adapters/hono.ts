/**
 * Latchkey on Hono: `app.use(latchkey(auth))`, then guards on the routes that need them.
 * @module
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Context, MiddlewareHandler } from "hono";
import type { Auth } from "../auth.ts";
import {
  asksForJson,
  bodyRefusal,
  type IncomingRequest,
  isUnsafe,
  notes,
  type Page,
  type RequestAuth,
  splitTarget,
} from "../core/requests/index.ts";
import { LatchkeyError } from "../platform/errors/index.ts";
import { type BodyOptions, type Fields, parseBody, parseForm, readBytes } from "../platform/http/index.ts";
import type { Duration } from "../platform/time/index.ts";
import { passesNow, type Requirement, refusalOf, requirements } from "./guard.ts";
import { setBeforeHeaders } from "./node-response.ts";
import type { RegisteredAuth, RegisteredSignedIn } from "./registered.ts";

declare module "hono" {
  interface ContextVariableMap {
    /**
     * Who is signed in and what their session remembers. Put there by `latchkey(auth)`. Own fields and the session
     * dictionary are typed by `Latchkey.Register`.
     */
    auth: RegisteredAuth;
  }
}

/**
 * The environment of an app with own user fields, where `Latchkey.Register` can't say it because the program has
 * several auth objects: `new Hono<AuthEnv<typeof auth>>()`. It types `user` only.
 */
export interface AuthEnv<A> {
  Variables: { auth: A extends Auth<infer Own, infer Values> ? RequestAuth<Own, Values> : RequestAuth };
}

/** Behind a guard somebody is signed in, and the types know it. */
export interface SignedInEnv {
  Variables: { auth: RegisteredSignedIn };
}

/** A guarded route's body may have this many bytes when the CSRF token is looked for in it; larger ones use the header. */
const GUARDED_BODY_BYTES = 1024 * 1024;

interface Entry {
  auth: Auth;
  incoming: IncomingRequest;
}

/** What the middleware knows about a request, for the guards behind it. */
const entries = notes<Context, Entry>("latchkey entry");

/** What `@hono/node-server` passes along: Node's own request and response. */
interface NodeBindings {
  incoming: IncomingMessage;
  outgoing: ServerResponse;
}

function nodeOf(c: Context): NodeBindings | undefined {
  const bindings = c.env as Partial<NodeBindings> | undefined;
  return bindings?.incoming?.socket === undefined || bindings.outgoing?.setHeader === undefined
    ? undefined
    : (bindings as NodeBindings);
}

/** Whoever else hands over the socket, as Node's server does, is believed about its address. */
function socketAddress(c: Context): string | undefined {
  const bindings = c.env as { incoming?: { socket?: { remoteAddress?: string } } } | undefined;
  return bindings?.incoming?.socket?.remoteAddress;
}

function nodeHeader({ headers }: IncomingMessage, name: string): string | null {
  const value = headers[name];
  return Array.isArray(value) ? value.join(", ") : (value ?? null);
}

type Header = readonly [name: string, value: string];

/** What an answer owes to caches when it depends on who is signed in (row HD-06, CVE-2023-30861). */
const personalHeaders: readonly Header[] = [
  ["Cache-Control", "no-store"],
  ["Vary", "Cookie"],
];

/**
 * Prepares them before the answer stands, when they cost little: on Node's response where there is one, which every
 * answer leaves through and where they are joined with the handler's own, else on Hono's context.
 */
function setPersonalHeaders(c: Context, outgoing: ServerResponse | undefined, auth: RequestAuth): void {
  if (outgoing !== undefined && !outgoing.headersSent) {
    setBeforeHeaders(outgoing, auth);
  } else if (!c.finalized) {
    for (const [name, value] of personalHeaders) c.header(name, value, { append: true });
  }
}

/** What a personal answer still lacks: its handler may have made it without the headers that were prepared for it. */
function missingHeaders(present: Headers, cookies: readonly string[]): Header[] {
  // A page of the library's layout carries its cookies already.
  const carried = cookies.length === 0 ? [] : present.getSetCookie();
  const missing = cookies
    .filter((cookie) => !carried.includes(cookie))
    .map((cookie): Header => ["Set-Cookie", cookie]);
  if (!present.has("Cache-Control")) missing.push(["Cache-Control", "no-store"]);
  if (!/\bcookie\b|\*/i.test(present.get("Vary") ?? "")) missing.push(["Vary", "Cookie"]);
  return missing;
}

/** Adds to an answer that stands. Its headers may be shared or immutable: the first goes through Hono, which copies. */
function addHeaders(c: Context, [first, ...rest]: Header[]): void {
  if (first === undefined) return;
  c.header(first[0], first[1], { append: true });
  for (const [name, value] of rest) c.res.headers.append(name, value);
}

/** Fields of a form that was parsed by somebody before us; files count as absent. */
function formFields(form: FormData): Fields {
  const pairs = [...form].filter((pair): pair is [string, string] => typeof pair[1] === "string");
  return parseForm(new URLSearchParams(pairs).toString());
}

/** Reads the body's fields through Hono's cache, so that it doesn't matter who reads it first or again. */
async function readFields(c: Context, limitBytes: number, options: BodyOptions): Promise<Fields> {
  const { req } = c;
  const type = req.header("content-type") ?? null;
  try {
    if (Object.keys(req.bodyCache).length === 0) {
      const body = req.raw.body as ReadableStream<Uint8Array> | null;
      const bytes = await readBytes(body, limitBytes, req.header("content-length") ?? null);
      // Hono keeps promises here, although its type says otherwise.
      (req.bodyCache as Record<string, unknown>).arrayBuffer = Promise.resolve(bytes.slice().buffer);
    }
    const multipart = /^multipart\/form-data\b/i.test(type ?? "");
    if (req.bodyCache.formData !== undefined || multipart) return formFields(await req.formData());
    const bytes = new Uint8Array(await req.arrayBuffer());
    if (bytes.byteLength > limitBytes) throw new LatchkeyError("body_too_large");
    return parseBody(type, bytes, options);
  } catch (error) {
    const refusal = bodyRefusal(error);
    if (refusal instanceof LatchkeyError) throw refusal;
    throw new LatchkeyError("malformed_body", { cause: error });
  }
}

/** The library's own routes: their body has their limit and their types, whoever read it before. */
async function readOwnFields(c: Context, limitBytes: number): Promise<Fields> {
  const { req } = c;
  if (/^multipart\//i.test(req.header("content-type") ?? ""))
    throw new LatchkeyError("unsupported_media_type");
  const length = Number(req.header("content-length") ?? 0);
  if (length > limitBytes) throw new LatchkeyError("body_too_large");
  return readFields(c, limitBytes, {});
}

/**
 * The library as middleware: answers its own paths, refuses what other sites send, and puts `c.var.auth` everywhere.
 * It may stand before or behind body parsers. `guardedBodyBytes` is what a body of the application's own guarded
 * routes may have (default 1 MiB); beyond it they answer 413.
 */
export function latchkey<Own extends object, Values extends object>(
  auth: Auth<Own, Values>,
  { guardedBodyBytes = GUARDED_BODY_BYTES }: { guardedBodyBytes?: number } = {},
): MiddlewareHandler<{ Variables: { auth: RequestAuth<Own, Values> } }> {
  const { bodyLimitBytes } = auth.settings;
  return async (c, next) => {
    const { raw } = c.req;
    const node = nodeOf(c);
    let fields: Promise<Fields> | undefined;
    let own = true;
    const incoming: IncomingRequest = {
      method: raw.method,
      ...splitTarget(node?.incoming.url ?? raw.url),
      socketAddress: socketAddress(c),
      // Node has parsed the headers already; a `Headers` object would be made of them for every request.
      header:
        node === undefined ? (name) => raw.headers.get(name) : (name) => nodeHeader(node.incoming, name),
      fields: () => {
        fields ??= own ? readOwnFields(c, bodyLimitBytes) : readFields(c, guardedBodyBytes, { nested: true });
        return fields;
      },
    };
    if (auth.owns(incoming)) {
      const answer = await auth.handle(incoming);
      if (answer !== null) return answer;
    }
    own = false;
    try {
      if (isUnsafe(incoming.method)) auth.checkOrigin(incoming);
      const looking = auth.forNow(incoming);
      const requestAuth = looking instanceof Promise ? await looking : looking;
      c.set("auth", requestAuth);
      const outgoing = node?.outgoing;
      const known = requestAuth as unknown as RequestAuth;
      requestAuth.whenPersonal(() => setPersonalHeaders(c, outgoing, known));
      entries.set(c as Context, { auth: auth as unknown as Auth, incoming });
      await next();
      // What a handler threw by `auth.require…` gets the library's answer instead of the framework's 500.
      if (c.error instanceof LatchkeyError) {
        const refusal = await auth.refuse(incoming, c.error);
        c.res = undefined;
        c.res = refusal;
        return;
      }
      const cookies = requestAuth.setCookies();
      // Without cookies, what was set on Node's response holds, whatever response the handler made.
      if (requestAuth.isPersonal && (cookies.length > 0 || outgoing === undefined || outgoing.headersSent)) {
        // An answer that sets a cookie is never stored, whatever the handler said (CVE-2023-30861).
        const mayBeStored = !/\bno-store\b/i.test(c.res.headers.get("Cache-Control") ?? "");
        if (cookies.length > 0 && mayBeStored) c.header("Cache-Control", "no-store");
        addHeaders(c, missingHeaders(c.res.headers, cookies));
      }
    } catch (error) {
      return auth.refuse(incoming, error);
    }
  };
}

function guard(requirement: Requirement): MiddlewareHandler<SignedInEnv> {
  return async (c, next) => {
    const entry = entries.get(c as Context);
    if (entry === undefined) {
      throw new TypeError("A guard needs app.use(latchkey(auth)) before it; refusing the request.");
    }
    if (passesNow(entry.auth, entry.incoming, requirement)) return next();
    const refusal = await refusalOf(entry.auth, entry.incoming, requirement);
    if (refusal !== null) return refusal;
    await next();
  };
}

/** Somebody must be signed in: pages lead to `/login`, APIs get 401 `login_required`. */
export const requireLogin = (): MiddlewareHandler<SignedInEnv> => guard(requirements.requireLogin());

/** Somebody with this role must be signed in; others get 403 `forbidden`. */
export const requireRole = (role: string): MiddlewareHandler<SignedInEnv> =>
  guard(requirements.requireRole(role));

/** One of the person's roles must grant this permission (option `roles`). */
export const requirePermission = (permission: string): MiddlewareHandler<SignedInEnv> =>
  guard(requirements.requirePermission(permission));

/** The last proof must be younger than `within`; pages lead to `/reauthenticate`. */
export const requireFreshLogin = (options: { within: Duration }): MiddlewareHandler<SignedInEnv> =>
  guard(requirements.requireFreshLogin(options));

function entryOf(c: Context): Entry {
  const entry = entries.get(c as Context);
  if (entry === undefined) throw new TypeError("This needs app.use(latchkey(auth)) before it.");
  return entry;
}

/** A page of the application in the library's layout, with the messages kept by `c.var.auth.flash`. Default status 200. */
export function page(c: Context, content: Page, status = 200): Promise<Response> {
  const { auth, incoming } = entryOf(c);
  return auth.page(incoming, content, status);
}

/**
 * The body's fields, read as strictly as the library reads its own: JSON or a form, nothing twice, no NUL. Throws a
 * `LatchkeyError`: `malformed_body`, `body_too_large`, `unsupported_media_type`.
 */
export function fields(c: Context): Promise<Record<string, unknown>> {
  return entryOf(c).incoming.fields();
}

/** Whether the client asked for JSON: its body is JSON, or its `Accept` prefers it to HTML. */
export function wantsJson(c: Context): boolean {
  return asksForJson(entryOf(c).incoming);
}

/** For handlers that check more than a guard can (an owner, a policy): turns what they throw into the right answer. */
export async function refuse(c: Context, error: unknown): Promise<Response> {
  const entry = entries.get(c as Context);
  if (entry === undefined) throw error;
  return entry.auth.refuse(entry.incoming, error);
}
