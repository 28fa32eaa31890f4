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
  onRequestHookHandler,
} from "fastify";
import type { AdapterAuth } from "../adapter-auth.ts";
import type { Auth } from "../auth.ts";
import type { Page, RequestAuth } from "../core/requests/index.ts";
import { LatchkeyError } from "../platform/errors/index.ts";
import { adapterOf } from "./adapter-of.ts";
import { createEntries } from "./entries.ts";
import { createGuards, type Requirement, refusalOf } from "./guard.ts";
import { admit, NodeRequest } from "./node-request.ts";
import { setBeforeHeaders } from "./node-response.ts";
import type { RegisteredAuth } from "./registered.ts";
import { type BodyLimits, GUARDED_BODY_BYTES, parseApplicationBody } from "./request-body.ts";

declare module "fastify" {
  interface FastifyRequest {
    /**
     * The signed-in user and the session's values. `latchkey(auth)` sets it. Behind a guard
     * `request.auth.requireLogin()` is the user, typed; `Latchkey.Register` types the application's own fields.
     */
    auth: RegisteredAuth;
  }
}

const FORM = "application/x-www-form-urlencoded";

const entries = createEntries<FastifyRequest>("app.register(latchkey(auth))");

async function answer(reply: FastifyReply, response: Response): Promise<FastifyReply> {
  reply.code(response.status);
  for (const [name, value] of response.headers) {
    // `header` appends cookies; the application's own `Vary` stays.
    const before = name === "vary" ? reply.getHeader(name) : undefined;
    reply.header(name, before === undefined ? value : `${String(before)}, ${value}`);
  }
  return reply.send(response.body === null ? undefined : Buffer.from(await response.arrayBuffer()));
}

/**
 * The library as a plugin of the instance it is registered on, usually the root. It answers its own paths, refuses
 * requests from other sites, and sets `request.auth` everywhere. Forms need a parser in Fastify: the plugin adds one
 * unless there is one, so register yours (`@fastify/formbody`) before it.
 */
export function latchkey<Own extends object, Values extends object>(
  auth: Auth<Own, Values>,
): FastifyPluginAsync {
  const adapter = adapterOf(auth);
  const limits: BodyLimits = {
    ownBytes: auth.settings.bodyLimitBytes,
    guardedBytes: GUARDED_BODY_BYTES,
  };

  // A hook with a callback: an `async` one creates promises for every request.
  const onRequest: onRequestHookHandler = (request, reply, done) => {
    const incoming = new NodeRequest(request.raw, request.originalUrl, request, limits);
    try {
      const admitted = admit(adapter, incoming);
      if (admitted instanceof Promise) {
        passLater(adapter, incoming, admitted, request, reply).then((passes) => {
          if (passes) done();
        }, done);
        return;
      }
      enter(adapter, incoming, admitted, request, reply);
    } catch (error) {
      refuseRequest(adapter, incoming, error, reply).catch(done);
      return;
    }
    done();
  };

  async function plugin(instance: FastifyInstance): Promise<void> {
    instance.decorateRequest("auth");
    if (!instance.hasContentTypeParser(FORM)) {
      instance.addContentTypeParser(FORM, { parseAs: "buffer" }, async (_: FastifyRequest, body: Buffer) =>
        parseApplicationBody(FORM, body),
      );
    }
    instance.addHook("onRequest", onRequest);
  }

  // As `fastify-plugin` does: the hooks apply to the parent, not to a scope of their own.
  return Object.assign(plugin, {
    [Symbol.for("skip-override")]: true,
    [Symbol.for("fastify.display-name")]: "latchkey",
  });
}

function enter(
  auth: AdapterAuth,
  incoming: NodeRequest,
  known: RequestAuth,
  request: FastifyRequest,
  reply: FastifyReply,
): void {
  request.auth = known;
  entries.set(request, { auth, incoming });
  // On Node's response, so that an answer that bypasses Fastify's reply has it too.
  setBeforeHeaders(reply.raw, known);
}

/** Whether the request goes on to the application; otherwise it was answered. */
async function passLater(
  auth: AdapterAuth,
  incoming: NodeRequest,
  admitted: ReturnType<typeof admit>,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<boolean> {
  try {
    const known = await admitted;
    if (!(known instanceof Response)) {
      enter(auth, incoming, known, request, reply);
      return true;
    }
    await answer(reply, known);
  } catch (error) {
    await refuseRequest(auth, incoming, error, reply);
  }
  return false;
}

async function refuseRequest(auth: AdapterAuth, incoming: NodeRequest, error: unknown, reply: FastifyReply) {
  await answer(reply, await auth.refuse(incoming, error));
}

/** A `preHandler` hook: there the body with the CSRF token is parsed. */
export type Guard = (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply | undefined>;

function guard(requirement: Requirement): Guard {
  return async (request, reply) => {
    const refusing = refusalOf(entries.of(request), requirement);
    const refusal = refusing === null ? null : await refusing;
    return refusal === null ? undefined : answer(reply, refusal);
  };
}

const guards = createGuards(guard);

/**
 * Requires a signed-in user: pages lead to `/login`, APIs get 401 `login_required`. Like every guard it also requires
 * the CSRF token of changing requests: in `X-CSRF-Token`, or as `csrf_token` in the parsed body.
 */
export const requireLogin = guards.requireLogin;
/** Requires a signed-in user with this role; other users get 403 `forbidden`. */
export const requireRole = guards.requireRole;
/** Requires that one of the user's roles grants this permission (option `roles`). */
export const requirePermission = guards.requirePermission;
/** Requires that the last proof is younger than `within`; pages lead to `/reauthenticate`. */
export const requireFreshLogin = guards.requireFreshLogin;

/** A page of the application in the library's layout, with the messages kept by `request.auth.flash`. Default status 200. */
export async function page(
  request: FastifyRequest,
  reply: FastifyReply,
  content: Page,
  status = 200,
): Promise<FastifyReply> {
  const { auth, incoming } = entries.of(request);
  return answer(reply, await auth.page(incoming, content, status));
}

/**
 * An error handler, `app.setErrorHandler(refuse)`: turns the errors of `request.auth.requireOwner(…)` and the like
 * into answers. Other errors get Fastify's own.
 */
export async function refuse(
  error: FastifyError | Error,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const entry = entries.find(request);
  if (entry === undefined || !(error instanceof LatchkeyError)) throw error;
  return answer(reply, await entry.auth.refuse(entry.incoming, error));
}
