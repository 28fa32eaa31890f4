/**
 * Latchkey on Fastify: `app.register(latchkey(auth))`, then guards as `preHandler` of the routes that need them.
 * @module
 */
import { Readable } from "node:stream";
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
import type { RegisteredAuth } from "../registered.ts";
import { bodyOf } from "./body-of.ts";
import { createEntries } from "./entries.ts";
import { createGuards, type Guards, type Requirement, refusalOf } from "./guard.ts";
import { admit, NodeRequest } from "./node-request.ts";
import { setBeforeHeaders } from "./node-response.ts";
import { type BodyLimits, GUARDED_BODY_BYTES, parseApplicationBody } from "./request-body.ts";

export type { Guards } from "./guard.ts";

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
  const body = await bodyOf(response);
  if (body === null) return reply.send();
  if (body instanceof Uint8Array) return reply.send(Buffer.from(body));
  return reply.send(Readable.from(body, { objectMode: false }));
}

/**
 * The library as a plugin of its instance, usually the root. It answers its own paths, refuses requests from other
 * sites, and sets `request.auth` everywhere. Forms need a parser in Fastify. The plugin adds one if none exists, so
 * register your own (`@fastify/formbody`) before.
 *
 * @example
 * const app = fastify();
 * app.register(latchkey(auth));
 */
export function latchkey(auth: Pick<Auth, "adapter">): FastifyPluginAsync {
  const { adapter } = auth;
  const limits: BodyLimits = {
    ownBytes: adapter.settings.bodyLimitBytes,
    guardedBytes: GUARDED_BODY_BYTES,
  };

  // A hook with a callback: an `async` hook creates promises for every request.
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

  // As `fastify-plugin` does: the hooks apply to the parent instead of a separate scope.
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
  request.auth = known as RegisteredAuth;
  entries.set(request, { auth, incoming });
  // On Node's response, so that an answer that bypasses Fastify's reply has it too.
  setBeforeHeaders(reply.raw, known);
}

/** Whether the request continues to the application. Otherwise it was answered. */
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

/** A `preHandler` hook, after the body with the CSRF token is parsed. */
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
 * the CSRF token of a changing request. The token is in `X-CSRF-Token`, or as `csrf_token` in a form or JSON. For
 * another body (multipart), put its parser before the guard or send the header.
 *
 * @example
 * app.get("/dashboard", { preHandler: requireLogin() }, async (request) => request.auth.requireLogin().email);
 */
export const requireLogin: Guards<Guard>["requireLogin"] = guards.requireLogin;
/**
 * Requires a signed-in user with this role; others get 403 `forbidden`. The names are those of the registered auth
 * object (`Latchkey.Register`), else any text.
 *
 * @example
 * app.get("/reports", { preHandler: requireRole("admin") }, async () => "For administrators");
 */
export const requireRole: Guards<Guard>["requireRole"] = guards.requireRole;
/**
 * Requires that one of the user's roles grants this permission (option `roles`); others get 403 `forbidden`.
 *
 * @example
 * app.post("/posts", { preHandler: requirePermission("posts.edit") }, async () => "Published");
 */
export const requirePermission: Guards<Guard>["requirePermission"] = guards.requirePermission;
/**
 * Requires a proof of the user's identity younger than `within`. Pages lead to `/reauthenticate`, APIs get 403
 * `reauthentication_required`.
 *
 * @example
 * app.post("/api-keys", { preHandler: requireFreshLogin({ within: "10m" }) }, async () => "Made");
 */
export const requireFreshLogin: Guards<Guard>["requireFreshLogin"] = guards.requireFreshLogin;

/**
 * A page of the application in the library's layout, with the messages kept by `request.auth.flash`. Default status 200.
 * Throws a `TypeError` if the request didn't come through `latchkey(auth)`.
 *
 * @example
 * app.get("/about", (request, reply) => page(request, reply, { title: "About", body: ui.html`<p>Hello</p>` }));
 */
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
 * An error handler, `app.setErrorHandler(refuse)`: it answers what `request.auth.requireOwner(…)` and similar functions
 * throw. Other errors get Fastify's answer.
 *
 * @example
 * app.setErrorHandler(refuse);
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
