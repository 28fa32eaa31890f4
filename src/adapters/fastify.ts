/**
 * Latchkey on Fastify: `app.register(latchkey(auth))`, then guards as `preHandler` of the routes that need them.
 * @module
 */
import type {
  FastifyError,
  FastifyInstance,
  FastifyPluginAsync,
  FastifyReply,
  FastifyRequest,
} from "fastify";
import type { Auth } from "../auth.ts";
import type { IncomingRequest, Page, RequestAuth } from "../core/requests/index.ts";
import { LatchkeyError } from "../platform/errors/index.ts";
import type { Duration } from "../platform/time/index.ts";
import { personalHeaders, type Requirement, refusalOf, requirements } from "./guard.ts";
import { admit, fromNodeRequest } from "./node-request.ts";
import type { RegisteredAuth } from "./registered.ts";
import { GUARDED_BODY_BYTES, parseApplicationBody } from "./request-body.ts";

declare module "fastify" {
  interface FastifyRequest {
    /**
     * Who is signed in and what their session remembers. Put there by `latchkey(auth)`. Behind a guard
     * `request.auth.requireLogin()` is the user, typed; own fields by `Latchkey.Register`.
     */
    auth: RegisteredAuth;
  }
}

const FORM = "application/x-www-form-urlencoded";

interface Entry {
  auth: Auth;
  incoming: IncomingRequest;
  requestAuth: RequestAuth;
}

/** What the plugin knows about a request, for the guards behind it. */
const entries = new WeakMap<FastifyRequest, Entry>();

function entryOf(request: FastifyRequest): Entry {
  const entry = entries.get(request);
  if (entry !== undefined) return entry;
  throw new TypeError("This needs app.register(latchkey(auth)); refusing the request.");
}

async function answer(reply: FastifyReply, response: Response): Promise<FastifyReply> {
  reply.code(response.status);
  for (const [name, value] of response.headers) {
    // `header` appends cookies; what the application varies by stays.
    const before = name === "vary" ? reply.getHeader(name) : undefined;
    reply.header(name, before === undefined ? value : `${String(before)}, ${value}`);
  }
  return reply.send(response.body === null ? undefined : Buffer.from(await response.arrayBuffer()));
}

function listOf(value: number | string | string[] | undefined): string[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [String(value)];
}

function setPersonalHeaders(reply: FastifyReply, auth: RequestAuth): void {
  const changed = personalHeaders(auth, {
    setCookie: listOf(reply.getHeader("set-cookie")),
    cacheControl: listOf(reply.getHeader("cache-control")).join(", ") || null,
    vary: listOf(reply.getHeader("vary")).join(", ") || null,
  });
  if (changed === null) return;
  reply.removeHeader("set-cookie");
  if (changed.setCookie.length > 0) reply.header("set-cookie", [...changed.setCookie]);
  reply.header("cache-control", changed.cacheControl);
  reply.header("vary", changed.vary);
}

/**
 * The library as a plugin of the instance it is registered on, the root as a rule: answers its own paths, refuses what
 * other sites send, and puts `request.auth` everywhere. Forms need a parser in Fastify: one is added unless there is
 * one, so register your own (`@fastify/formbody`) before.
 */
export function latchkey<Own extends object, Values extends object>(
  auth: Auth<Own, Values>,
): FastifyPluginAsync {
  const { bodyLimitBytes } = auth.settings;

  async function onRequest(request: FastifyRequest, reply: FastifyReply) {
    const nodeRequest = fromNodeRequest(request.raw, {
      target: request.originalUrl,
      body: {
        get: () => request.body,
        set: (body) => {
          request.body = body;
        },
      },
      bodyLimitBytes,
      guardedBodyBytes: GUARDED_BODY_BYTES,
    });
    const { incoming } = nodeRequest;
    try {
      const requestAuth = await admit(auth, nodeRequest);
      if (requestAuth instanceof Response) return await answer(reply, requestAuth);
      request.auth = requestAuth as unknown as RegisteredAuth;
      entries.set(request, {
        auth: auth as unknown as Auth,
        incoming,
        requestAuth: requestAuth as unknown as RequestAuth,
      });
    } catch (error) {
      return answer(reply, await auth.refuse(incoming, error));
    }
  }

  async function plugin(instance: FastifyInstance): Promise<void> {
    instance.decorateRequest("auth");
    if (!instance.hasContentTypeParser(FORM)) {
      instance.addContentTypeParser(FORM, { parseAs: "buffer" }, async (_: FastifyRequest, body: Buffer) =>
        parseApplicationBody(FORM, body),
      );
    }
    instance.addHook("onRequest", onRequest);
    instance.addHook("onSend", async (request, reply) => {
      const entry = entries.get(request);
      if (entry !== undefined) setPersonalHeaders(reply, entry.requestAuth);
    });
  }

  // What `fastify-plugin` does: the hooks are the parent's, not those of a scope of their own.
  return Object.assign(plugin, {
    [Symbol.for("skip-override")]: true,
    [Symbol.for("fastify.display-name")]: "latchkey",
  });
}

/** A hook for `preHandler`, where the body is there to look for the CSRF token in. */
export type Guard = (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply | undefined>;

function guard(requirement: Requirement): Guard {
  return async (request, reply) => {
    const { auth, incoming } = entryOf(request);
    const refusal = await refusalOf(auth, incoming, requirement);
    return refusal === null ? undefined : answer(reply, refusal);
  };
}

/**
 * Somebody must be signed in: pages lead to `/login`, APIs get 401 `login_required`. Like every guard it also demands
 * the CSRF token of requests that may change something: in `X-CSRF-Token`, or as `csrf_token` in the parsed body.
 */
export const requireLogin = (): Guard => guard(requirements.requireLogin());

/** Somebody with this role must be signed in; others get 403 `forbidden`. */
export const requireRole = (role: string): Guard => guard(requirements.requireRole(role));

/** One of the person's roles must grant this permission (option `roles`). */
export const requirePermission = (permission: string): Guard =>
  guard(requirements.requirePermission(permission));

/** The last proof must be younger than `within`; pages lead to `/reauthenticate`. */
export const requireFreshLogin = (options: { within: Duration }): Guard =>
  guard(requirements.requireFreshLogin(options));

/** A page of the application in the library's layout, with the messages kept by `request.auth.flash`. Default status 200. */
export async function page(
  request: FastifyRequest,
  reply: FastifyReply,
  content: Page,
  status = 200,
): Promise<FastifyReply> {
  const { auth, incoming } = entryOf(request);
  return answer(reply, await auth.page(incoming, content, status));
}

/**
 * An error handler, `app.setErrorHandler(refuse)`: what `request.auth.requireOwner(…)` and its like throw becomes the
 * right answer. Other errors get Fastify's own.
 */
export async function refuse(
  error: FastifyError | Error,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const entry = entries.get(request);
  if (entry === undefined || !(error instanceof LatchkeyError)) throw error;
  return answer(reply, await entry.auth.refuse(entry.incoming, error));
}
