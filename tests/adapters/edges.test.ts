import { createServer, type IncomingMessage, type RequestListener, type Server } from "node:http";
import { connect } from "node:net";
import express from "express";
import fastify from "fastify";
import type { Auth } from "latchkey";
import * as onExpress from "latchkey/express";
import * as onFastify from "latchkey/fastify";
import * as onNode from "latchkey/node";
import { createTestAuth, type SignedInBrowser, type TestAuth } from "latchkey/testing";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

/* Cases of single frameworks, and requests that only plain sockets send. */

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

async function listen(listener: RequestListener): Promise<number> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as { port: number }).port;
}

/** Sends exactly these bytes. Returns the answers until the server closes or has answered the last request. */
function overSocket(port: number, bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () => socket.write(bytes));
    let received = "";
    socket.on("data", (chunk) => {
      received += chunk.toString();
    });
    socket.once("error", reject);
    socket.once("close", () => resolve(received));
  });
}

async function bytesOf(message: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of message) text += String(chunk);
  return text;
}

const statusLines = (received: string) => received.match(/^HTTP\/1\.1 \d+/gm) ?? [];
const form = { "content-type": "application/x-www-form-urlencoded" };

describe("express", () => {
  function app(): express.Express {
    const made = express();
    made.use(onExpress.latchkey(t.auth as Auth, { guardedBodyBytes: 2000 }));
    return made;
  }

  test("express: with the token in the header the body stays unread for uploads", async () => {
    const made = app();
    made.post("/upload", onExpress.requireLogin(), async (req, res) => {
      res.send(String((await bytesOf(req)).length));
    });
    const port = await listen(made);
    const upload = (headers: Record<string, string>) =>
      fetch(`http://127.0.0.1:${port}/upload`, {
        method: "POST",
        headers: { ...headers, "content-type": "multipart/form-data; boundary=x" },
        body: "x".repeat(300_000),
      });
    const answer = await upload(anna.headers);
    expect([answer.status, await answer.text()]).toEqual([200, "300000"]);
    expect((await upload({ cookie: anna.cookie })).status).toBe(403);
  });

  test("express: a form with repeated names reaches the application complete", async () => {
    const made = app();
    made.post("/tags", onExpress.requireLogin(), express.urlencoded(), (req, res) => void res.json(req.body));
    const port = await listen(made);
    const send = (body: string) =>
      fetch(`http://127.0.0.1:${port}/tags`, {
        method: "POST",
        headers: { ...form, cookie: anna.cookie },
        body,
      });
    const answer = await send(`tag=a&tag=b&csrf_token=${anna.csrfToken}`);
    expect([answer.status, await answer.json()]).toEqual([
      200,
      { tag: ["a", "b"], csrf_token: anna.csrfToken },
    ]);
    expect((await send(`tag=${"a".repeat(3000)}&csrf_token=${anna.csrfToken}`)).status).toBe(413);
  });

  test("express: a guard without the middleware lets no request pass", async () => {
    const made = express();
    made.get("/dashboard", onExpress.requireLogin(), (_, res) => void res.send("private"));
    made.use(
      ((_error, _req, res, _next) => void res.status(500).end()) satisfies express.ErrorRequestHandler,
    );
    const port = await listen(made);
    const answer = await fetch(`http://127.0.0.1:${port}/dashboard`, { headers: anna.headers });
    expect([answer.status, await answer.text()]).toEqual([500, ""]);
  });

  test("express: mounted below a path, the path is the original one", async () => {
    const below = createTestAuth({ basePath: "/auth" });
    const made = express();
    made.use("/auth", onExpress.latchkey(below.auth));
    const port = await listen(made);
    expect((await fetch(`http://127.0.0.1:${port}/auth/login`)).status).toBe(200);
    expect((await fetch(`http://127.0.0.1:${port}/login`)).status).toBe(404);
    await below.close();
  });

  test("express: application pages use the library's layout, with each cookie once", async () => {
    const made = app();
    made.get("/hello", (req, res) => {
      req.auth.flash("First.");
      return onExpress.page(req, res, { title: "Hello", body: req.auth.csrfField }, 201);
    });
    const port = await listen(made);
    const answer = await fetch(`http://127.0.0.1:${port}/hello`);
    expect([answer.status, (await answer.text()).includes("First.")]).toEqual([201, true]);
    expect(answer.headers.getSetCookie().map((cookie) => cookie.split("=")[0])).toEqual(["session"]);
    expect(answer.headers.get("x-powered-by")).toBeNull();
  });

  test("express: foreign errors go to their handler, refusals don't", async () => {
    const made = app();
    made.get("/crash", () => {
      throw new Error("boom");
    });
    made.get("/role", (req) => void req.auth.requireRole("admin"));
    made.use(onExpress.refuse);
    made.use(
      ((error, _req, res, _next) =>
        void res.status(599).send(error.message)) satisfies express.ErrorRequestHandler,
    );
    const port = await listen(made);
    const get = (path: string) =>
      fetch(`http://127.0.0.1:${port}${path}`, { headers: anna.headers, redirect: "manual" });
    expect([(await get("/crash")).status, (await get("/role")).status]).toEqual([599, 403]);
  });
});

describe("fastify", () => {
  test("fastify: a guard without the plugin lets no request pass, and Fastify answers foreign errors", async () => {
    const app = fastify();
    app.get("/dashboard", { preHandler: onFastify.requireLogin() }, async () => "private");
    app.setErrorHandler(onFastify.refuse);
    const answer = await app.inject({ url: "/dashboard", headers: anna.headers });
    expect([answer.statusCode, answer.body.includes('private"')]).toEqual([500, false]);
    await app.close();
  });

  test("fastify: application pages use the library's layout, with each cookie once", async () => {
    const app = fastify();
    app.register(onFastify.latchkey(t.auth as Auth));
    app.get("/hello", async (request, reply) =>
      onFastify.page(request, reply, { title: "Hello", body: request.auth.csrfField }, 201),
    );
    const answer = await app.inject({ url: "/hello" });
    expect([answer.statusCode, answer.cookies.map(({ name }) => name)]).toEqual([201, ["session"]]);
    await app.close();
  });
});

describe("node", () => {
  const guarded = () =>
    onNode.latchkey(t.auth as Auth, async (req, res) => {
      const user = await onNode.requireLogin(req, res);
      if (user !== null) res.end(`Welcome, ${user.email}`);
    });

  test("[IN-07] node: odd targets, missing hosts and expectations are answered, and pass no guard", async () => {
    const port = await listen(guarded());
    const ask = async (head: string) => statusLines(await overSocket(port, head));
    const close = "Connection: close\r\n\r\n";
    expect(await ask(`OPTIONS * HTTP/1.1\r\nHost: x\r\n${close}`)).toEqual(["HTTP/1.1 303"]);
    expect(await ask(`GET http://evil.example/login HTTP/1.1\r\nHost: x\r\n${close}`)).toEqual([
      "HTTP/1.1 200",
    ]);
    expect(await ask(`GET //login HTTP/1.1\r\nHost: x\r\n${close}`)).toEqual(["HTTP/1.1 303"]);
    expect(await ask(`GET /%zz?%=% HTTP/1.1\r\nHost: x\r\n${close}`)).toEqual(["HTTP/1.1 303"]);
    expect(await ask(`GET /login HTTP/1.1\r\n${close}`)).toEqual(["HTTP/1.1 400"]);
    expect(await ask("GET /login HTTP/1.0\r\n\r\n")).toEqual(["HTTP/1.1 200"]);
    expect(await ask(`GET /login HTTP/1.1\r\nHost: x\r\nExpect: a miracle\r\n${close}`)).toEqual([
      "HTTP/1.1 417",
    ]);
    const body = "login=a&password=b";
    const post = `POST /login HTTP/1.1\r\nHost: x\r\nContent-Type: ${form["content-type"]}\r\nExpect: 100-continue\r\n`;
    expect(await ask(`${post}Content-Length: ${body.length}\r\n${close}${body}`)).toEqual([
      "HTTP/1.1 100",
      "HTTP/1.1 403",
    ]);
  });

  test("node: the connection outlives a refused body", async () => {
    const port = await listen(guarded());
    const body = "x".repeat(70_000);
    const type = form["content-type"];
    const first = `POST /login HTTP/1.1\r\nHost: x\r\nContent-Type: ${type}\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
    const chunk = `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`;
    const second = `POST /login HTTP/1.1\r\nHost: x\r\nContent-Type: ${type}\r\nTransfer-Encoding: chunked\r\n\r\n${chunk}`;
    const third = "GET /csrf HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    expect(statusLines(await overSocket(port, first + second + third))).toEqual([
      "HTTP/1.1 413",
      "HTTP/1.1 413",
      "HTTP/1.1 200",
    ]);
  });

  test("node: an incomplete body affects no other request", async () => {
    const port = await listen(guarded());
    const head = `POST /login HTTP/1.1\r\nHost: x\r\nContent-Type: ${form["content-type"]}\r\nContent-Length: 100\r\n\r\nlogin=`;
    await new Promise<void>((resolve) => {
      const socket = connect(port, "127.0.0.1", () => socket.write(head, () => socket.destroy()));
      socket.once("close", () => resolve());
    });
    expect((await fetch(`http://127.0.0.1:${port}/login`)).status).toBe(200);
  });

  test("node: an error of a handler is refused without its details", async () => {
    const port = await listen(
      onNode.latchkey(t.auth as Auth, (req, res) => {
        if (req.url === "/late") res.write("begun");
        throw new Error("a secret detail");
      }),
    );
    const answer = await fetch(`http://127.0.0.1:${port}/`);
    expect([answer.status, (await answer.text()).includes("secret")]).toEqual([500, false]);
    const late = fetch(`http://127.0.0.1:${port}/late`).then((begun) => begun.text());
    await expect(late).rejects.toThrow();
  });

  test("node: readBody returns a body that no guard read, and the same again", async () => {
    const port = await listen(
      onNode.latchkey(t.auth as Auth, async (req, res) => {
        const bodies = [await onNode.readBody(req), await onNode.readBody(req)];
        res.end(JSON.stringify(bodies));
      }),
    );
    const answer = await fetch(`http://127.0.0.1:${port}/`, {
      method: "POST",
      headers: form,
      body: "a=1&a=2",
    });
    expect(await answer.json()).toEqual([{ a: ["1", "2"] }, { a: ["1", "2"] }]);
  });

  test("node: a guard throws if the request didn't come through the library", async () => {
    await expect(onNode.requireLogin({} as onNode.AuthMessage, {} as never)).rejects.toThrow(TypeError);
  });
});
