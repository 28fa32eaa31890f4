/**
 * Latchkey on Express: `app.use(latchkey(auth))`, then guards on the routes that need them.
 * @module
 */
import type { ErrorRequestHandler, NextFunction, Request, RequestHandler, Response } from "express";
import type { AdapterAuth } from "../adapter-auth.ts";
import type { Auth } from "../auth.ts";
import type { Page, RequestAuth } from "../core/requests/index.ts";
import { LatchkeyError } from "../platform/errors/index.ts";
import { adapterOf } from "./adapter-of.ts";
import { createEntries } from "./entries.ts";
import { createGuards, type Requirement, refusalOf } from "./guard.ts";
import { admit, NodeRequest } from "./node-request.ts";
import { sendResponse, setBeforeHeaders } from "./node-response.ts";
import type { RegisteredAuth } from "./registered.ts";
import { type BodyLimits, GUARDED_BODY_BYTES } from "./request-body.ts";

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
 * The library as middleware: answers its own paths, refuses requests from other sites, and sets `req.auth`
 * everywhere. It may come before or after body parsers. `guardedBodyBytes` limits the body of guarded routes that no
 * parser has read (default 1 MiB); beyond it they answer 413.
 */
export function latchkey<Own extends object, Values extends object>(
  auth: Auth<Own, Values>,
  { guardedBodyBytes = GUARDED_BODY_BYTES }: { guardedBodyBytes?: number } = {},
): RequestHandler {
  const adapter = adapterOf(auth);
  const limits: BodyLimits = { ownBytes: auth.settings.bodyLimitBytes, guardedBytes: guardedBodyBytes };
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
  req.auth = known;
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
 * the CSRF token of changing requests: in `X-CSRF-Token`, or as `csrf_token` in a form or JSON. For other bodies
 * (multipart) put their parser before the guard, or send the header.
 */
export const requireLogin = guards.requireLogin;
/** Requires a signed-in user with this role; other users get 403 `forbidden`. */
export const requireRole = guards.requireRole;
/** Requires that one of the user's roles grants this permission (option `roles`). */
export const requirePermission = guards.requirePermission;
/** Requires that the last proof is younger than `within`; pages lead to `/reauthenticate`. */
export const requireFreshLogin = guards.requireFreshLogin;

/** A page of the application in the library's layout, with the messages kept by `req.auth.flash`. Default status 200. */
export async function page(req: Request, res: Response, content: Page, status = 200): Promise<void> {
  const { auth, incoming } = entries.of(req);
  await sendResponse(await auth.page(incoming, content, status), res);
}

/**
 * Error middleware, `app.use(refuse)` behind all routes: turns the errors of `req.auth.requireOwner(…)` and the like
 * into answers. Other errors go on to the next handler.
 */
export const refuse: ErrorRequestHandler = async (error, req, res, next) => {
  const entry = entries.find(req);
  if (entry === undefined || res.headersSent || !(error instanceof LatchkeyError)) return next(error);
  await sendResponse(await entry.auth.refuse(entry.incoming, error), res);
};
