import { createServer, type RequestListener, type Server } from "node:http";
import { parse } from "node:querystring";
import { serve } from "@hono/node-server";
import express, { type Express } from "express";
import fastify, { type FastifyInstance } from "fastify";
import { Hono } from "hono";
import type { Auth } from "latchkey";
import * as onExpress from "latchkey/express";
import * as onFastify from "latchkey/fastify";
import * as onHono from "latchkey/hono";
import * as onNext from "latchkey/next";
import * as onNode from "latchkey/node";

/*
 * The same small application on every framework. It has a guarded page, a guarded form that shows its fields, and a
 * page for administrators. Other pages need a fresh login, set a cookie and a flash, or refuse in the handler.
 */

export interface Running {
  url: string;
  close(): Promise<void>;
}

export interface Mount {
  name: string;
  start(auth: Auth): Promise<Running>;
  /** A parser of the framework comes before the library and answers bodies that it can't read. */
  parsesFirst?: true;
  /** It has only the library's pages. */
  ownNotFound?: true;
}

const tag = "id=1; Path=/; HttpOnly";

function addressOf(server: Server): string {
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The server has no port.");
  return `http://127.0.0.1:${address.port}`;
}

async function listen(listener: RequestListener): Promise<Running> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: addressOf(server),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function serveWeb(fetch: (request: Request) => Response | Promise<Response>): Promise<Running> {
  return new Promise((resolve) => {
    const server = serve({ fetch, port: 0, hostname: "127.0.0.1" }, () => {
      const close = () =>
        new Promise<void>((closed) => {
          server.close(() => closed());
          (server as Server).closeAllConnections();
        });
      resolve({ url: addressOf(server as Server), close });
    });
  });
}

function honoApp(auth: Auth, before?: (app: Hono) => void): Hono {
  const app = new Hono();
  before?.(app);
  app.use(onHono.latchkey(auth));
  app.get("/dashboard", onHono.requireLogin(), (c) => c.text(`Welcome, ${c.var.auth.user.email}`));
  app.post("/notes", onHono.requireLogin(), async (c) => {
    const isForm = c.req.header("content-type")?.startsWith("application/x-www-form-urlencoded");
    return c.json({ got: isForm ? await c.req.parseBody() : await c.req.json() }, 201);
  });
  app.get("/admin", onHono.requireRole("admin"), (c) => c.text("administrators"));
  app.get("/vault", onHono.requireFreshLogin({ within: "10m" }), (c) => c.text("vault"));
  app.get("/flash", (c) => {
    c.var.auth.flash("Kept.", "info");
    return c.body("flashed", 200, { "Set-Cookie": tag, Vary: "Origin", "Cache-Control": "public" });
  });
  app.onError((error, c) => onHono.refuse(c, error));
  app.get("/others", (c) => {
    c.var.auth.requireOwner("somebody else");
    return c.text("never");
  });
  return app;
}

function expressApp(auth: Auth, before?: (app: Express) => void): Express {
  const app = express();
  before?.(app);
  app.use(onExpress.latchkey(auth));
  app.get("/dashboard", onExpress.requireLogin(), (req, res) => {
    res.type("text").send(`Welcome, ${req.auth.requireLogin().email}`);
  });
  // Parsers after the guard must find the body read. They must neither wait for it nor lose it.
  app.post("/notes", onExpress.requireLogin(), express.json(), express.urlencoded(), (req, res) => {
    res.status(201).json({ got: req.body });
  });
  app.get("/admin", onExpress.requireRole("admin"), (_, res) => void res.send("administrators"));
  app.get(
    "/vault",
    onExpress.requireFreshLogin({ within: "10m" }),
    (_, res) => void res.type("text").send("vault"),
  );
  app.get("/flash", (req, res) => {
    req.auth.flash("Kept.", "info");
    res.writeHead(200, { "Set-Cookie": tag, Vary: "Origin", "Cache-Control": "public" }).end("flashed");
  });
  app.get("/others", (req, res) => {
    req.auth.requireOwner("somebody else");
    res.send("never");
  });
  app.use(onExpress.refuse);
  return app;
}

async function fastifyApp(auth: Auth, before?: (app: FastifyInstance) => void): Promise<Running> {
  const app = fastify();
  before?.(app);
  app.register(onFastify.latchkey(auth));
  app.setErrorHandler(onFastify.refuse);
  app.get("/dashboard", { preHandler: onFastify.requireLogin() }, async (request) => {
    return `Welcome, ${request.auth.requireLogin().email}`;
  });
  app.post("/notes", { preHandler: onFastify.requireLogin() }, async (request, reply) => {
    return reply.code(201).send({ got: request.body });
  });
  app.get("/admin", { preHandler: [onFastify.requireRole("admin")] }, async () => "administrators");
  // A separate scope, as plugins have: hooks and parsers apply there too.
  app.register(async (scope) => {
    scope.get("/vault", { preHandler: onFastify.requireFreshLogin({ within: "10m" }) }, async () => "vault");
  });
  app.get("/flash", async (request, reply) => {
    request.auth.flash("Kept.", "info");
    return reply
      .header("set-cookie", tag)
      .header("vary", "Origin")
      .header("cache-control", "public")
      .send("flashed");
  });
  app.get("/others", async (request) => {
    request.auth.requireOwner("somebody else");
    return "never";
  });
  const url = await app.listen({ port: 0, host: "127.0.0.1" });
  return {
    url,
    async close() {
      app.server.closeAllConnections();
      await app.close();
    },
  };
}

function nodeListener(auth: Auth): RequestListener {
  return onNode.latchkey(auth, async (req, res) => {
    switch (`${req.method} ${req.url}`) {
      case "GET /dashboard": {
        const user = await onNode.requireLogin(req, res);
        return user && res.end(`Welcome, ${user.email}`);
      }
      case "POST /notes": {
        if ((await onNode.requireLogin(req, res)) === null) return;
        const got = await onNode.readBody(req);
        return res.writeHead(201, { "content-type": "application/json" }).end(JSON.stringify({ got }));
      }
      case "GET /admin":
        return (await onNode.requireRole(req, res, "admin")) && res.end("administrators");
      case "GET /vault":
        return (await onNode.requireFreshLogin(req, res, { within: "10m" })) && res.end("vault");
      case "GET /flash":
        req.auth.flash("Kept.", "info");
        return res
          .writeHead(200, "OK", ["Set-Cookie", tag, "Vary", "Origin", "Cache-Control", "public"])
          .end("flashed");
      case "GET /others":
        return res.end(req.auth.requireOwner("somebody else").id);
      default:
        return res.writeHead(404).end("not found here");
    }
  });
}

/** Routes requests as Next does with an app folder, as far as the tests need it. */
function nextApp(auth: Auth): (request: Request) => Promise<Response> {
  const own: Record<string, (request: Request, context: unknown) => Promise<Response>> = {
    "GET /dashboard": onNext.withLogin(auth, (_, { user }) => new Response(`Welcome, ${user.email}`)),
    "POST /notes": onNext.withLogin(auth, async (request) => {
      const isForm = request.headers.get("content-type")?.startsWith("application/x-www-form-urlencoded");
      const text = await request.text();
      return Response.json({ got: isForm ? parse(text) : JSON.parse(text) }, { status: 201 });
    }),
    "GET /admin": onNext.withLogin(auth, () => new Response("administrators"), { role: "admin" }),
    "GET /vault": onNext.withLogin(auth, () => new Response("vault"), { freshWithin: "10m" }),
    "GET /flash": onNext.withLogin(auth, (_, here) => {
      here.flash("Kept.", "info");
      return new Response("flashed", {
        headers: { "Set-Cookie": tag, Vary: "Origin", "Cache-Control": "public" },
      });
    }),
    "GET /others": onNext.withLogin(auth, (_, here) => new Response(here.requireOwner("somebody else").id)),
  };
  const library = onNext.handlers(auth);
  return async (request) => {
    const { pathname } = new URL(request.url);
    const handler = own[`${request.method} ${pathname}`];
    if (handler !== undefined) return handler(request, {});
    return library[request.method as keyof typeof library](request);
  };
}

/** Like `cookie-parser` and loggers that read all fields. */
function looksAtCookies(app: Express): void {
  app.use((req, _, next) => {
    Object.assign(req, { cookies: parse(req.headers.cookie ?? "", "; ") });
    next();
  });
}

export const mounts: Mount[] = [
  { name: "hono", start: (auth) => serveWeb(honoApp(auth).fetch) },
  {
    name: "hono after a body was read",
    start: (auth) =>
      serveWeb(
        honoApp(auth, (app) =>
          app.use(async (c, next) => {
            await c.req.text();
            await next();
          }),
        ).fetch,
      ),
  },
  { name: "express before parsers", start: (auth) => listen(expressApp(auth)) },
  {
    name: "express after json, text and plain urlencoded",
    parsesFirst: true,
    start: (auth) =>
      listen(
        expressApp(auth, (app) => {
          looksAtCookies(app);
          app.use(express.json(), express.text(), express.urlencoded({ extended: false }));
        }),
      ),
  },
  {
    name: "express after json and extended urlencoded",
    parsesFirst: true,
    start: (auth) =>
      listen(
        expressApp(auth, (app) => {
          looksAtCookies(app);
          app.use(express.urlencoded({ extended: true }), express.json());
        }),
      ),
  },
  { name: "fastify", start: (auth) => fastifyApp(auth) },
  {
    name: "fastify with its own form parser",
    start: (auth) =>
      fastifyApp(auth, (app) => {
        app.addContentTypeParser(
          "application/x-www-form-urlencoded",
          { parseAs: "string" },
          (_, body, done) => done(null, parse(body as string)),
        );
      }),
  },
  { name: "node", start: (auth) => listen(nodeListener(auth)) },
  { name: "next", ownNotFound: true, start: (auth) => serveWeb(nextApp(auth)) },
];
