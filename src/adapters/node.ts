/**
 * Latchkey on plain `node:http`: `createServer(latchkey(auth, handler))`, with guards as functions.
 * @module
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AdapterAuth } from "../adapter-auth.ts";
import type { Auth } from "../auth.ts";
import type { PermissionName, RoleGrants, RoleName } from "../core/access/index.ts";
import type { Page, RequestAuth } from "../core/requests/index.ts";
import type { User } from "../core/users/index.ts";
import type { Duration } from "../platform/time/index.ts";
import { createEntries, type Entry } from "./entries.ts";
import { type Requirement, refusalOf, requirements } from "./guard.ts";
import { admit, NodeRequest } from "./node-request.ts";
import { sendResponse, setBeforeHeaders } from "./node-response.ts";
import { type BodyLimits, GUARDED_BODY_BYTES } from "./request-body.ts";

/** A request that passed the library. */
export interface AuthMessage<
  Own extends object = object,
  Values extends object = Record<string, unknown>,
  Roles extends RoleGrants = RoleGrants,
> extends IncomingMessage {
  /** The signed-in user and the session's values. */
  auth: RequestAuth<Own, Values, Roles>;
}

/** The application's handler, for every request that isn't the library's. What it throws becomes a refusal. */
export type Handler<
  Own extends object = object,
  Values extends object = Record<string, unknown>,
  Roles extends RoleGrants = RoleGrants,
> = (req: AuthMessage<Own, Values, Roles>, res: ServerResponse) => unknown;

interface NodeEntry extends Entry {
  incoming: NodeRequest;
}

const entries = createEntries<IncomingMessage, NodeEntry>("createServer(latchkey(auth, handler))");

/**
 * The library in front of a handler. It answers its own paths, refuses requests from other sites, and sets `req.auth`.
 * `guardedBodyBytes` limits a form or JSON of the application (default 1 MiB). Beyond it guards and `readBody` answer
 * 413 `body_too_large`.
 *
 * @example
 * createServer(latchkey(auth, (req, res) => res.end(`Hello, ${req.auth.user?.email ?? "visitor"}`))).listen(3000);
 */
export function latchkey<Own extends object, Values extends object, Roles extends RoleGrants>(
  auth: Auth<Own, Values, Roles>,
  handler: Handler<Own, Values, Roles>,
  { guardedBodyBytes = GUARDED_BODY_BYTES }: { guardedBodyBytes?: number } = {},
): (req: IncomingMessage, res: ServerResponse) => void {
  const { adapter } = auth;
  const limits: BodyLimits = { ownBytes: auth.settings.bodyLimitBytes, guardedBytes: guardedBodyBytes };

  /** Calls the handler; its result may be a promise. */
  function serve(incoming: NodeRequest, known: RequestAuth, message: IncomingMessage, res: ServerResponse) {
    const req = message as AuthMessage<Own, Values, Roles>;
    req.auth = known as RequestAuth<Own, Values, Roles>;
    entries.set(req, { auth: adapter, incoming });
    setBeforeHeaders(res, known);
    return handler(req, res);
  }

  async function serveLater(
    incoming: NodeRequest,
    admitted: ReturnType<typeof admit>,
    req: IncomingMessage,
    res: ServerResponse,
  ): Promise<void> {
    const known = await admitted;
    if (known instanceof Response) await sendResponse(known, res);
    else await serve(incoming, known, req, res);
  }

  return (req, res) => {
    const incoming = new NodeRequest(req, req.url ?? "/", {}, limits);
    try {
      const admitted = admit(adapter, incoming);
      const served =
        admitted instanceof Promise
          ? serveLater(incoming, admitted, req, res)
          : serve(incoming, admitted, req, res);
      if (isThenable(served)) served.then(undefined, (error) => refuse(adapter, incoming, error, res));
    } catch (error) {
      refuse(adapter, incoming, error, res);
    }
  };
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === "function";
}

/** Only a broken connection makes it fail: any other error was answered. */
function refuse(auth: AdapterAuth, incoming: NodeRequest, error: unknown, res: ServerResponse): void {
  auth
    .refuse(incoming, error)
    .then((response) => sendResponse(response, res))
    .catch(() => res.destroy());
}

const noBody: BodyLimits = { ownBytes: 0, guardedBytes: 0 };

/**
 * For any server on Node, before its framework. If hashing has no slot for a sign-in or registration, it answers 503
 * `overloaded` and returns true. It returns false for every other request. The framework would give the same answer,
 * but a flood would cost many times as much.
 *
 * @example
 * createServer((req, res) => refuseFlood(auth, req, res) || app(req, res)).listen(3000);
 */
export function refuseFlood(auth: Pick<Auth, "adapter">, req: IncomingMessage, res: ServerResponse): boolean {
  if (req.method !== "POST") return false;
  const incoming = new NodeRequest(req, req.url ?? "/", {}, noBody);
  const answer = auth.adapter.floodAnswer(incoming);
  if (answer === null) return false;
  res.writeHead(answer.status, { ...answer.headers, "Content-Length": Buffer.byteLength(answer.body) });
  res.end(answer.body);
  return true;
}

async function demand<Own extends object>(
  req: AuthMessage<Own, object>,
  res: ServerResponse,
  requirement: Requirement,
): Promise<User<Own> | null> {
  const refusing = refusalOf(entries.of(req), requirement);
  const refusal = refusing === null ? null : await refusing;
  if (refusal === null) return req.auth.requireLogin();
  await sendResponse(refusal, res);
  return null;
}

/**
 * The user, or null if the request was refused and answered. Pages lead to `/login`, APIs get 401 `login_required`.
 * Like every guard it also requires the CSRF token of a changing request. The token is in `X-CSRF-Token`, or as
 * `csrf_token` in a form or JSON.
 *
 * @example
 * const listener = latchkey(auth, async (req, res) => {
 *   const user = await requireLogin(req, res);
 *   if (user !== null) res.end(`Welcome, ${user.email}`);
 * });
 */
export function requireLogin<Own extends object>(
  req: AuthMessage<Own, object>,
  res: ServerResponse,
): Promise<User<Own> | null> {
  return demand(req, res, requirements.requireLogin());
}

/**
 * The user with this role, or null: others get 403 `forbidden`.
 *
 * @example
 * const administrator = await requireRole(req, res, "admin");
 * if (administrator === null) return;
 */
export function requireRole<Own extends object, Roles extends RoleGrants>(
  req: AuthMessage<Own, object, Roles>,
  res: ServerResponse,
  role: RoleName<Roles>,
): Promise<User<Own> | null> {
  return demand(req, res, requirements.requireRole(role));
}

/**
 * The user, if one of their roles grants this permission (option `roles`), or null: others get 403 `forbidden`.
 *
 * @example
 * const editor = await requirePermission(req, res, "posts.edit");
 * if (editor === null) return;
 */
export function requirePermission<Own extends object, Roles extends RoleGrants>(
  req: AuthMessage<Own, object, Roles>,
  res: ServerResponse,
  permission: PermissionName<Roles>,
): Promise<User<Own> | null> {
  return demand(req, res, requirements.requirePermission(permission));
}

/**
 * The user, if the last proof is younger than `within`, or null. Pages lead to `/reauthenticate`, APIs get 403
 * `reauthentication_required`.
 *
 * @example
 * const user = await requireFreshLogin(req, res, { within: "10m" });
 * if (user === null) return;
 */
export function requireFreshLogin<Own extends object>(
  req: AuthMessage<Own, object>,
  res: ServerResponse,
  options: { within: Duration },
): Promise<User<Own> | null> {
  return demand(req, res, requirements.requireFreshLogin(options));
}

/**
 * The form or JSON of a request, before or after a guard, as often as you like. Undefined for other types, whose bytes
 * stay on `req`. Names given twice are a list. Throws a `LatchkeyError`: `malformed_body` (400) or `body_too_large`
 * (413). The library answers it if the handler doesn't catch it.
 *
 * @example
 * const listener = latchkey(auth, async (req, res) => {
 *   if ((await requireLogin(req, res)) !== null) res.end(JSON.stringify(await readBody(req)));
 * });
 */
export async function readBody(req: IncomingMessage): Promise<unknown> {
  return entries.of(req).incoming.applicationBody();
}

/**
 * A page of the application in the library's layout, with the messages kept by `req.auth.flash`. Default status 200.
 * Rejects with a `TypeError` if the request didn't come through `latchkey(auth, handler)`.
 *
 * @example
 * const listener = latchkey(auth, (req, res) => page(req, res, { title: "About", body: ui.html`<p>Hello</p>` }));
 */
export async function page(
  req: IncomingMessage,
  res: ServerResponse,
  content: Page,
  status = 200,
): Promise<void> {
  const { auth, incoming } = entries.of(req);
  await sendResponse(await auth.page(incoming, content, status), res);
}
