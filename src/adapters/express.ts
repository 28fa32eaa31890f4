/**
 * Latchkey on Express: `app.use(latchkey(auth))`, then guards on the routes that need them.
 * @module
 */
import type { ErrorRequestHandler, Request, RequestHandler, Response } from "express";
import type { Auth } from "../auth.ts";
import type { IncomingRequest, Page, RequestAuth } from "../core/requests/index.ts";
import { LatchkeyError } from "../platform/errors/index.ts";
import type { Duration } from "../platform/time/index.ts";
import { type Requirement, refusalOf, requirements } from "./guard.ts";
import { admit, fromNodeRequest } from "./node-request.ts";
import { sendResponse, setBeforeHeaders } from "./node-response.ts";
import type { RegisteredAuth } from "./registered.ts";
import { GUARDED_BODY_BYTES } from "./request-body.ts";

declare global {
  namespace Express {
    interface Request {
      /**
       * Who is signed in and what their session remembers. Put there by `latchkey(auth)`. Behind a guard
       * `req.auth.requireLogin()` is the user, typed; own fields by `Latchkey.Register`.
       */
      auth: RegisteredAuth;
    }
  }
}

interface Entry {
  auth: Auth;
  incoming: IncomingRequest;
}

/** What the middleware knows about a request, for the guards behind it. */
const entries = new WeakMap<object, Entry>();

function entryOf(req: Request): Entry {
  const entry = entries.get(req);
  if (entry !== undefined) return entry;
  throw new TypeError("This needs app.use(latchkey(auth)) before it; refusing the request.");
}

/**
 * The library as middleware: answers its own paths, refuses what other sites send, and puts `req.auth` everywhere.
 * It may stand before or behind body parsers. `guardedBodyBytes` is what a body of the application's own guarded
 * routes may have where no parser stood before the guard (default 1 MiB); beyond it they answer 413.
 */
export function latchkey<Own extends object, Values extends object>(
  auth: Auth<Own, Values>,
  { guardedBodyBytes = GUARDED_BODY_BYTES }: { guardedBodyBytes?: number } = {},
): RequestHandler {
  const { bodyLimitBytes } = auth.settings;
  return async (req, res, next) => {
    const nodeRequest = fromNodeRequest(req, {
      target: req.originalUrl,
      body: {
        get: () => req.body as unknown,
        set: (body) => {
          req.body = body;
        },
      },
      bodyLimitBytes,
      guardedBodyBytes,
    });
    const { incoming } = nodeRequest;
    try {
      const requestAuth = await admit(auth, nodeRequest);
      if (requestAuth instanceof globalThis.Response) return await sendResponse(requestAuth, res);
      req.auth = requestAuth as unknown as RegisteredAuth;
      entries.set(req, { auth: auth as unknown as Auth, incoming });
      setBeforeHeaders(res, requestAuth as unknown as RequestAuth);
    } catch (error) {
      return sendResponse(await auth.refuse(incoming, error), res);
    }
    next();
  };
}

function guard(requirement: Requirement): RequestHandler {
  return async (req, res, next) => {
    let refusal: globalThis.Response | null;
    try {
      const { auth, incoming } = entryOf(req);
      refusal = await refusalOf(auth, incoming, requirement);
    } catch (error) {
      return next(error);
    }
    if (refusal !== null) return sendResponse(refusal, res);
    next();
  };
}

/**
 * Somebody must be signed in: pages lead to `/login`, APIs get 401 `login_required`. Like every guard it also demands
 * the CSRF token of requests that may change something: in `X-CSRF-Token`, or as `csrf_token` in a form or JSON. For
 * other bodies (multipart) put their parser before the guard, or send the header.
 */
export const requireLogin = (): RequestHandler => guard(requirements.requireLogin());

/** Somebody with this role must be signed in; others get 403 `forbidden`. */
export const requireRole = (role: string): RequestHandler => guard(requirements.requireRole(role));

/** One of the person's roles must grant this permission (option `roles`). */
export const requirePermission = (permission: string): RequestHandler =>
  guard(requirements.requirePermission(permission));

/** The last proof must be younger than `within`; pages lead to `/reauthenticate`. */
export const requireFreshLogin = (options: { within: Duration }): RequestHandler =>
  guard(requirements.requireFreshLogin(options));

/** A page of the application in the library's layout, with the messages kept by `req.auth.flash`. Default status 200. */
export async function page(req: Request, res: Response, content: Page, status = 200): Promise<void> {
  const { auth, incoming } = entryOf(req);
  await sendResponse(await auth.page(incoming, content, status), res);
}

/**
 * Error middleware, `app.use(refuse)` behind all routes: what `req.auth.requireOwner(…)` and its like throw becomes the
 * right answer. Other errors go on to the next handler.
 */
export const refuse: ErrorRequestHandler = async (error, req, res, next) => {
  const entry = entries.get(req);
  if (entry === undefined || res.headersSent || !(error instanceof LatchkeyError)) return next(error);
  await sendResponse(await entry.auth.refuse(entry.incoming, error), res);
};
