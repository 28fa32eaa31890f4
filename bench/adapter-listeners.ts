/* The same route on every adapter: bare, behind the library, and behind a guard. */
import type { RequestListener, ServerResponse } from "node:http";
import { getRequestListener, type HttpBindings } from "@hono/node-server";
import express from "express";
import fastify from "fastify";
import { Hono } from "hono";
import * as onExpress from "latchkey/express";
import * as onFastify from "latchkey/fastify";
import * as onHono from "latchkey/hono";
import * as onNext from "latchkey/next";
import * as onNode from "latchkey/node";
import { createTestAuth } from "latchkey/testing";
import { type Adapter, dashboard, type Place } from "./dashboard.ts";

const { auth, as } = createTestAuth({ database: `sqlite:${process.env.BENCH_DATABASE}` });
/** The cookie of a signed-in visitor. */
export const { cookie } = await as("anna@example.org");

const path = "/dashboard";
const open = dashboard("anna@example.org");
type All = Record<Place, RequestListener>;
export type Listeners = All | Omit<All, "behind" | "empty">;

const hono = (app: Hono) => getRequestListener(app.fetch);

/** The headers of a personal answer, as the leanest program sets them. */
function setPersonal(response: ServerResponse): void {
  response.setHeader("Cache-Control", "no-store");
  response.setHeader("Vary", "Cookie");
}

function onHonoListeners(): Listeners {
  return {
    bare: hono(new Hono().get(path, (c) => c.json(open))),
    behind: hono(new Hono().use(onHono.latchkey(auth)).get(path, (c) => c.json(open)) as unknown as Hono),
    guarded: hono(
      new Hono()
        .use(onHono.latchkey(auth))
        .get(path, onHono.requireLogin(), (c) => c.json(dashboard(c.var.auth.user.email))) as unknown as Hono,
    ),
    empty: hono(new Hono().use(async (_, next) => next()).get(path, (c) => c.json(open))),
    emptyGuarded: hono(
      new Hono<{ Bindings: HttpBindings }>()
        .use(async (c, next) => {
          setPersonal(c.env.outgoing);
          await next();
        })
        .get(
          path,
          (_, next) => next(),
          (c) => c.json(open),
        ) as unknown as Hono,
    ),
  };
}

function onExpressListeners(): Listeners {
  return {
    bare: express().get(path, (_, res) => void res.json(open)),
    behind: express()
      .use(onExpress.latchkey(auth))
      .get(path, (_, res) => void res.json(open)),
    guarded: express()
      .use(onExpress.latchkey(auth))
      .get(path, onExpress.requireLogin(), (req, res) => {
        res.json(dashboard(req.auth.requireLogin().email));
      }),
    empty: express()
      .use((_req, _res, next) => next())
      .get(path, (_, res) => void res.json(open)),
    emptyGuarded: express()
      .use((_, res, next) => {
        setPersonal(res);
        next();
      })
      .get(
        path,
        (_req, _res, next) => next(),
        (_, res) => void res.json(open),
      ),
  };
}

async function onFastifyListeners(): Promise<Listeners> {
  const bare = fastify();
  bare.get(path, async () => open);
  const behind = fastify();
  behind.register(onFastify.latchkey(auth));
  behind.get(path, async () => open);
  const guarded = fastify();
  guarded.register(onFastify.latchkey(auth));
  guarded.get(path, { preHandler: onFastify.requireLogin() }, async (request) =>
    dashboard(request.auth.requireLogin().email),
  );
  const empty = fastify();
  empty.addHook("onRequest", (_request, _reply, done) => done());
  empty.get(path, async () => open);
  const emptyGuarded = fastify();
  emptyGuarded.addHook("onRequest", (_, reply, done) => {
    setPersonal(reply.raw);
    done();
  });
  emptyGuarded.get(path, { preHandler: (_request, _reply, done) => done() }, async () => open);
  for (const app of [bare, behind, guarded, empty, emptyGuarded]) await app.ready();
  return {
    bare: (req, res) => bare.routing(req, res),
    behind: (req, res) => behind.routing(req, res),
    guarded: (req, res) => guarded.routing(req, res),
    empty: (req, res) => empty.routing(req, res),
    emptyGuarded: (req, res) => emptyGuarded.routing(req, res),
  };
}

function onNodeListeners(): Listeners {
  const json = { "Content-Type": "application/json" };
  const handler: RequestListener = (req, res) => {
    if (req.url === path) res.writeHead(200, json).end(JSON.stringify(open));
    else res.writeHead(404).end();
  };
  return {
    bare: handler,
    behind: onNode.latchkey(auth, handler),
    guarded: onNode.latchkey(auth, async (req, res) => {
      if (req.url !== path) return res.writeHead(404).end();
      const user = await onNode.requireLogin(req, res);
      return user && res.writeHead(200, json).end(JSON.stringify(dashboard(user.email)));
    }),
    empty: (req, res) => handler(req, res),
    emptyGuarded: async (req, res) => {
      setPersonal(res);
      await undefined;
      return handler(req, res);
    },
  };
}

/**
 * Only the function of Next's route handler, called with a `Request` as Next makes one (all headers copied). A route of
 * Next that doesn't call the library never meets it, so `behind` doesn't exist.
 */
function onNextListeners(): Listeners {
  const serve =
    (handler: (request: Request) => Promise<Response> | Response): RequestListener =>
    async (req, res) => {
      const headers = new Headers();
      for (const [name, value] of Object.entries(req.headers)) headers.append(name, String(value));
      const init = { method: req.method ?? "GET", headers };
      const response = await handler(new Request(`http://localhost:3000${req.url}`, init));
      res.statusCode = response.status;
      response.headers.forEach((value, name) => void res.appendHeader(name, value));
      res.end(Buffer.from(await response.arrayBuffer()));
    };
  const guarded = onNext.withLogin(auth, (_, { user }) => Response.json(dashboard(user.email)));
  return {
    bare: serve(() => Response.json(open)),
    guarded: serve((request) => guarded(request, {})),
    emptyGuarded: serve(async () => {
      const response = Response.json(open);
      response.headers.set("Cache-Control", "no-store");
      response.headers.set("Vary", "Cookie");
      return response;
    }),
  };
}

export const listenersOf: Record<Adapter, () => Listeners | Promise<Listeners>> = {
  hono: onHonoListeners,
  express: onExpressListeners,
  fastify: onFastifyListeners,
  node: onNodeListeners,
  next: onNextListeners,
};
