/**
 * Latchkey on Express: `app.use(latchkey(auth))`, then guards on the routes that need them.
 * @module
 */
import type { ErrorRequestHandler, NextFunction, Request, RequestHandler, Response } from "express";
import type { AdapterAuth } from "../adapter-auth.ts";
import type { Auth } from "../auth.ts";
import type { Page, RequestAuth } from "../core/requests/index.ts";
import { LatchkeyError } from "../platform/errors/index.ts";
import type { RegisteredAuth } from "../registered.ts";
import { createEntries } from "./entries.ts";
import { createGuards, type Guards, type Requirement, refusalOf } from "./guard.ts";
import { admit, NodeRequest } from "./node-request.ts";
import { sendResponse, setBeforeHeaders } from "./node-response.ts";
import { type BodyLimits, GUARDED_BODY_BYTES } from "./request-body.ts";

export type { Guards } from "./guard.ts";

declare global {
  namespace Express {
    interface Request {
      /**
       * The signed-in user and the session's values. `latchkey(auth)` sets it. Behind a guard
       * `req.auth.requireLogin()` is the user, typed; `Latchkey.Register` types the application's own fields.
       */
      auth: RegisteredAuth;
    }
  }
}

const entries = createEntries<Request>("app.use(latchkey(auth)) before it");

/**
 * The library as middleware: answers its own paths, refuses what other sites send, and puts `req.auth` everywhere. It
 * works before and after body parsers. `guardedBodyBytes` limits bodies of the application's guarded routes that no
 * parser read before (default 1 MiB). Beyond it they answer 413 `body_too_large`.
 *
 * @example
 * const app = express();
 * app.use(latchkey(auth));
 */
export function latchkey(
  auth: Pick<Auth, "adapter">,
  { guardedBodyBytes = GUARDED_BODY_BYTES }: { guardedBodyBytes?: number } = {},
): RequestHandler {
  const { adapter } = auth;
  const limits: BodyLimits = { ownBytes: adapter.settings.bodyLimitBytes, guardedBytes: guardedBodyBytes };
  return (req, res, next) => {
    const incoming = new NodeRequest(req, req.originalUrl, req, limits);
    try {
      const admitted = admit(adapter, incoming);
      if (admitted instanceof Promise) return passLater(adapter, incoming, admitted, req, res, next);
      enter(adapter, incoming, admitted, req, res);
    } catch (error) {
      return refuseRequest(adapter, incoming, error, res);
    }
    next();
  };
}

function enter(auth: AdapterAuth, incoming: NodeRequest, known: RequestAuth, req: Request, res: Response) {
  req.auth = known as RegisteredAuth;
  entries.set(req, { auth, incoming });
  setBeforeHeaders(res, known);
}

async function passLater(
  auth: AdapterAuth,
  incoming: NodeRequest,
  admitted: ReturnType<typeof admit>,
  req: Request,
  res: Response,
  next: NextFunction,
): Promise<void> {
  try {
    const known = await admitted;
    if (known instanceof globalThis.Response) return await sendResponse(known, res);
    enter(auth, incoming, known, req, res);
  } catch (error) {
    return refuseRequest(auth, incoming, error, res);
  }
  next();
}

async function refuseRequest(auth: AdapterAuth, incoming: NodeRequest, error: unknown, res: Response) {
  await sendResponse(await auth.refuse(incoming, error), res);
}

function guard(requirement: Requirement): RequestHandler {
  return (req, res, next) => {
    const refusing = refusalOf(entries.of(req), requirement);
    if (refusing === null) return next();
    return refusing.then((refusal) => (refusal === null ? next() : sendResponse(refusal, res)));
  };
}

const guards = createGuards(guard);

/**
 * Requires a signed-in user: pages lead to `/login`, APIs get 401 `login_required`. Like every guard it also requires
 * the CSRF token of a changing request. The token is in `X-CSRF-Token`, or as `csrf_token` in a form or JSON. For
 * another body (multipart), put its parser before the guard or send the header.
 *
 * @example
 * app.get("/dashboard", requireLogin(), (req, res) => void res.send(req.auth.requireLogin().email));
 */
export const requireLogin: Guards<RequestHandler>["requireLogin"] = guards.requireLogin;
/**
 * Requires a signed-in user with this role; others get 403 `forbidden`. The names are those of the registered auth
 * object (`Latchkey.Register`), else any text.
 *
 * @example
 * app.get("/reports", requireRole("admin"), (req, res) => void res.send("For administrators"));
 */
export const requireRole: Guards<RequestHandler>["requireRole"] = guards.requireRole;
/**
 * Requires that one of the user's roles grants this permission (option `roles`); others get 403 `forbidden`.
 *
 * @example
 * app.post("/posts", requirePermission("posts.edit"), (req, res) => void res.send("Published"));
 */
export const requirePermission: Guards<RequestHandler>["requirePermission"] = guards.requirePermission;
/**
 * Requires a proof of the user's identity younger than `within`. Pages lead to `/reauthenticate`, APIs get 403
 * `reauthentication_required`.
 *
 * @example
 * app.post("/api-keys", requireFreshLogin({ within: "10m" }), (req, res) => void res.send("Made"));
 */
export const requireFreshLogin: Guards<RequestHandler>["requireFreshLogin"] = guards.requireFreshLogin;

/**
 * A page of the application in the library's layout, with the messages kept by `req.auth.flash`. Default status 200.
 * Throws a `TypeError` if the request didn't come through `latchkey(auth)`.
 *
 * @example
 * app.get("/about", (req, res) => page(req, res, { title: "About", body: ui.html`<p>Hello</p>` }));
 */
export async function page(req: Request, res: Response, content: Page, status = 200): Promise<void> {
  const { auth, incoming } = entries.of(req);
  await sendResponse(await auth.page(incoming, content, status), res);
}

/**
 * Error middleware, `app.use(refuse)` after all routes. It answers what `req.auth.requireOwner(…)` and similar
 * functions throw. Other errors go to the next handler.
 *
 * @example
 * app.use(refuse);
 */
export const refuse: ErrorRequestHandler = async (error, req, res, next) => {
  const entry = entries.find(req);
  if (entry === undefined || res.headersSent || !(error instanceof LatchkeyError)) return next(error);
  await sendResponse(await entry.auth.refuse(entry.incoming, error), res);
};
