import { createServer, type RequestListener, type Server, type ServerResponse } from "node:http";
import { getRequestListener } from "@hono/node-server";
import express from "express";
import fastify from "fastify";
import { Hono } from "hono";
import * as onExpress from "latchkey/express";
import * as onFastify from "latchkey/fastify";
import * as onHono from "latchkey/hono";
import * as onNext from "latchkey/next";
import * as onNode from "latchkey/node";
import { createTestAuth, type SignedInBrowser, type TestAuth } from "latchkey/testing";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

/* An adapter skips work for most requests. No answer may be incomplete because of that. */

let t: TestAuth;
let anna: SignedInBrowser;
let servers: Server[] = [];

beforeEach(async () => {
  t = createTestAuth() as TestAuth;
  anna = await t.as("anna@example.org");
});

afterEach(async () => {
  for (const server of servers) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
  servers = [];
  await t.close();
});

async function listen(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as { port: number }).port}/`;
}

const signedIn = (url: string) => fetch(url, { headers: anna.headers });

describe("a handler runs in the turn in which its request arrives, if the session is known", () => {
  type Make = (handled: () => void) => RequestListener | Promise<RequestListener>;
  const adapters: Record<string, Make> = {
    hono: (handled) => {
      const app = new Hono().use(onHono.latchkey(t.auth)).get("/", onHono.requireLogin(), (c) => {
        handled();
        return c.text("done");
      });
      return getRequestListener((request, env) => app.fetch(request, env));
    },
    express: (handled) =>
      express()
        .use(onExpress.latchkey(t.auth))
        .get("/", onExpress.requireLogin(), (_, res) => {
          handled();
          res.send("done");
        }),
    fastify: async (handled) => {
      const app = fastify();
      app.register(onFastify.latchkey(t.auth));
      app.get("/", async () => {
        handled();
        return "done";
      });
      await app.ready();
      return (req, res) => app.routing(req, res);
    },
    node: (handled) =>
      onNode.latchkey(t.auth, (_, res) => {
        handled();
        res.end("done");
      }),
  };

  test.each(Object.keys(adapters))("%s", async (name) => {
    const turns: string[] = [];
    const listener = await (adapters[name] as Make)(() => turns.push("handled"));
    const url = await listen((req, res) => {
      listener(req, res);
      turns.push("returned");
    });
    await signedIn(url);
    turns.length = 0;
    expect(await (await signedIn(url)).text()).toBe("done");
    expect(turns).toEqual(["handled", "returned"]);
  });
});

describe("[HD-06] a personal answer has its caching headers, however its head is written", () => {
  const heads: Record<string, (res: ServerResponse) => unknown> = {
    "no head": (res) => res,
    "a status": (res) => res.writeHead(201),
    "an object": (res) => res.writeHead(201, { "X-Own": "1" }),
    "a phrase and an object": (res) => res.writeHead(201, "Made", { "X-Own": "1" }),
    "a list": (res) => res.writeHead(201, ["X-Own", "1"]),
    "headers set before and an object": (res) =>
      res.setHeader("X-Before", "1").writeHead(201, { "X-Own": "1" }),
    "an object with a header that varies": (res) => res.writeHead(201, { vary: "Accept", "X-Own": "1" }),
    "an object with a cookie": (res) => res.writeHead(201, { "set-cookie": ["a=1", "b=2"], "X-Own": "1" }),
    "an object that is cached": (res) => res.writeHead(201, { "CACHE-CONTROL": "private, max-age=1" }),
  };

  async function answerOf(head: (res: ServerResponse) => unknown, personal: boolean) {
    const url = await listen(
      onNode.latchkey(t.auth, (req, res) => {
        const email = personal ? req.auth.user?.email : "anybody";
        head(res);
        res.end(email);
      }),
    );
    const { status, statusText, headers } = await signedIn(url);
    const own = [...headers].filter(([name]) => !["date", "connection", "keep-alive"].includes(name));
    return { status, statusText, headers: Object.fromEntries(own), cookies: headers.getSetCookie() };
  }

  test.each(Object.keys(heads))("%s", async (name) => {
    const head = heads[name] as (res: ServerResponse) => unknown;
    const open = await answerOf(head, false);
    const personal = await answerOf(head, true);
    const { vary, "cache-control": cacheControl } = open.headers;
    expect(personal).toEqual({
      ...open,
      headers: {
        ...open.headers,
        "cache-control": cacheControl ?? "no-store",
        vary: vary === undefined ? "Cookie" : `${vary}, Cookie`,
        ...("content-length" in open.headers ? { "content-length": "16" } : {}),
      },
    });
    expect(cacheControl).not.toBe("no-store");
  });

  test("a head that other middleware wraps too is written once, with the headers of both", async () => {
    const url = await listen((req, res) => {
      const listener = onNode.latchkey(t.auth, (asked, answer) => {
        const { writeHead } = answer;
        const email = asked.auth.user?.email;
        answer.writeHead = ((...given: Parameters<typeof writeHead>) => {
          answer.setHeader("X-Late", "1");
          return writeHead.apply(answer, given);
        }) as typeof writeHead;
        answer.writeHead(200, { "X-Own": "1" }).end(email);
      });
      listener(req, res);
    });
    const { headers } = await signedIn(url);
    const names = ["x-late", "x-own", "cache-control", "vary"];
    expect(names.map((name) => headers.get(name))).toEqual(["1", "1", "no-store", "Cookie"]);
  });

  test("fastify: an answer that bypasses the reply gets the headers", async () => {
    const app = fastify();
    app.register(onFastify.latchkey(t.auth));
    app.get("/", (request, reply) => {
      reply.hijack();
      reply.raw.end(request.auth.user?.email);
    });
    await app.ready();
    const { headers } = await signedIn(await listen((req, res) => app.routing(req, res)));
    expect([headers.get("cache-control"), headers.get("vary")]).toEqual(["no-store", "Cookie"]);
  });
});

test("[CVE-2023-30861] next: an answer that a handler returns to many visitors keeps no visitor's cookie", async () => {
  const shared = new Response(null, { status: 204 });
  const handler = onNext.withLogin(t.auth, (_, here) => {
    here.flash("Seen.");
    return shared;
  });
  const request = () => new Request("http://localhost:3000/", { headers: anna.headers });
  const answers = [await handler(request(), {}), await handler(request(), {})];
  expect(answers.map(({ headers }) => headers.getSetCookie().length)).toEqual([1, 1]);
  expect(shared.headers.getSetCookie()).toEqual([]);
  const fetched = onNext.withLogin(t.auth, () => Response.redirect("http://localhost:3000/x", 303));
  const { headers } = await fetched(request(), {});
  expect([headers.get("cache-control"), headers.get("vary")]).toEqual(["no-store", "Cookie"]);
});
