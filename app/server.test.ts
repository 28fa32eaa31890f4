import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { createTestApplication, type TestApplication } from "../tests/support/application.ts";
import { silentLogger } from "./logging.ts";
import { createHttpServer, type HttpServer } from "./server.ts";

let application: TestApplication;
let server: HttpServer;
let port: number;

beforeAll(async () => {
  application = await createTestApplication();
  server = createHttpServer({ log: silentLogger, https: false });
  port = await server.listen(0, "127.0.0.1");
  server.answerWith(application.app.fetch);
});
afterAll(async () => {
  await server.stop();
  await application.close();
});

/** Sends raw bytes and resolves with the whole answer once the server closed. */
function raw(bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1");
    let received = "";
    socket.setEncoding("latin1");
    socket.on("data", (text) => {
      received += text;
    });
    // The test doesn't half-close the connection: the server must end it.
    socket.on("error", (error: NodeJS.ErrnoException) => error.code !== "ECONNRESET" && reject(error));
    socket.on("close", () => resolve(received));
    socket.write(Buffer.from(bytes, "latin1"));
  });
}

const status = (answer: string): number => Number(/^HTTP\/1\.1 (\d{3}) /.exec(answer)?.[1] ?? 0);
const answers = (received: string): number => received.match(/HTTP\/1\.1 \d{3} /g)?.length ?? 0;
const host = "Host: localhost";
const form = "Content-Type: application/x-www-form-urlencoded";

describe("ambiguous framing is refused and the connection closed", () => {
  const smuggled = "GET /smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n";
  const cases: [string, string][] = [
    ["both lengths", `${host}\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`],
    ["an unknown coding", `${host}\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n`],
    ["a coding behind another", `${host}\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n`],
    ["two codings", `${host}\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: x\r\n\r\n0\r\n\r\n`],
    ["two equal lengths", `${host}\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\nx`],
    ["two lengths", `${host}\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxy`],
    ["a signed length", `${host}\r\nContent-Length: +5\r\n\r\nxxxxx`],
    ["a list of lengths", `${host}\r\nContent-Length: 5,5\r\n\r\nxxxxx`],
    ["a hexadecimal length", `${host}\r\nContent-Length: 0x5\r\n\r\nxxxxx`],
    ["a negative length", `${host}\r\nContent-Length: -1\r\n\r\n`],
    ["a negative chunk", `${host}\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n\r\n`],
    ["a huge chunk size", `${host}\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n\r\n`],
    ["a folded header", `${host}\r\nX-A: b\r\n c\r\n\r\n`],
    ["a bare CR", `${host}\r\nX-A: b\rX-B: c\r\n\r\n`],
    ["NUL in a header", `${host}\r\nX-A: b\0c\r\n\r\n`],
    ["a space before the colon", `${host}\r\nX-A : b\r\n\r\n`],
    ["a header without a name", `${host}\r\n: b\r\n\r\n`],
  ];

  test.each(cases)("[IN-07] %s", async (_name, rest) => {
    const received = await raw(`POST /login HTTP/1.1\r\n${form}\r\n${rest}${smuggled}`);
    expect(status(received)).toBe(400);
    expect(answers(received)).toBe(1);
    expect(received).toMatch(/\r\nConnection: close\r\n/i);
  });

  test.each([
    ["HTTP/0.9", "GET /\r\n\r\n"],
    ["HTTP/1.0 without a host", "GET / HTTP/1.0\r\n\r\n"],
    ["HTTP/1.1 without a host", "GET / HTTP/1.1\r\n\r\n"],
    ["HTTP/3.7", `GET / HTTP/3.7\r\n${host}\r\n\r\n`],
    ["no HTTP at all", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n"],
    [
      "bare line feeds between chunks",
      `POST /login HTTP/1.1\r\n${host}\r\nTransfer-Encoding: chunked\r\n\r\n1\nx\n0\n\n`,
    ],
    ["a backslash in the path", `GET /a\\b HTTP/1.1\r\n${host}\r\nConnection: close\r\n\r\n`],
    ["an impossible host", `GET / HTTP/1.1\r\nHost: a b<c>\r\nConnection: close\r\n\r\n`],
  ])("[IN-07] %s is 400", async (_name, bytes) => {
    const received = await raw(bytes);
    expect(status(received)).toBe(400);
    expect(answers(received)).toBe(1);
  });

  test("[IN-07] trailers are ignored", async () => {
    const { cookie } = await application.t.as("ann@example.org");
    const trailer = `Cookie: ${cookie}\r\nAuthorization: Bearer x`;
    const received = await raw(
      `GET /session HTTP/1.1\r\n${host}\r\nTransfer-Encoding: chunked\r\nTrailer: Cookie\r\nConnection: close\r\n\r\n0\r\n${trailer}\r\n\r\n`,
    );
    expect(status(received)).toBe(401);
  });

  test("[SL-06] pipelined requests don't share a session", async () => {
    const { cookie } = await application.t.as("ann@example.org");
    const received = await raw(
      `GET /session HTTP/1.1\r\n${host}\r\nCookie: ${cookie}\r\n\r\nGET /session HTTP/1.1\r\n${host}\r\nConnection: close\r\n\r\n`,
    );
    expect([...received.matchAll(/HTTP\/1\.1 (\d{3})/g)].map((match) => match[1])).toEqual(["200", "401"]);
  });
});

describe("limits", () => {
  test("[IN-01] headers beyond 16 KiB or 100 lines are 431", async () => {
    const large = `X-Large: ${"x".repeat(17_000)}`;
    expect(status(await raw(`GET / HTTP/1.1\r\n${host}\r\n${large}\r\n\r\n`))).toBe(431);
    const many = Array.from({ length: 150 }, (_, number) => `X-${number}: 1`).join("\r\n");
    expect(status(await raw(`GET / HTTP/1.1\r\n${host}\r\n${many}\r\n\r\n`))).toBe(431);
  });

  test("[IN-07] a chunk's extension beyond 16 KiB is refused", async () => {
    const chunk = `1;${"x".repeat(64 * 1024)}\r\nx\r\n0\r\n\r\n`;
    const received = await raw(
      `POST /login HTTP/1.1\r\n${host}\r\n${form}\r\nTransfer-Encoding: chunked\r\n\r\n${chunk}`,
    );
    expect([0, 400, 413]).toContain(status(received));
    expect(received).not.toContain("200 OK");
  });

  test("[IN-01] a chunked body that grows beyond 64 KiB is 413", async () => {
    const chunk = `8000\r\n${"x".repeat(0x8000)}\r\n`;
    const received = await raw(
      `POST /login HTTP/1.1\r\n${host}\r\n${form}\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n${chunk}${chunk}${chunk}0\r\n\r\n`,
    );
    expect(status(received)).toBe(413);
  });
});

describe("methods", () => {
  test.each([
    ["TRACE", 405],
    ["PROPFIND", 405],
    ["GETX", 501],
    ["MOVEX", 501],
  ])("[HD-10] %s is %i with Allow, and echoes nothing", async (method, expected) => {
    const received = await raw(
      `${method} / HTTP/1.1\r\n${host}\r\nX-Canary: canary\r\nConnection: close\r\n\r\n`,
    );
    expect(status(received)).toBe(expected);
    expect(received).toMatch(/\r\nAllow: GET, HEAD, POST\r\n/);
    expect(received).not.toContain("canary");
    expect(received).toMatch(/\r\nX-Request-Id: /);
    expect(received).toMatch(/\r\nX-Content-Type-Options: nosniff\r\n/);
  });

  test("[HD-10] CONNECT is 405 with Allow", async () => {
    const received = await raw(`CONNECT example.org:443 HTTP/1.1\r\nHost: example.org:443\r\n\r\n`);
    expect(status(received)).toBe(405);
    expect(received).toMatch(/\r\nAllow: /);
  });

  test("[IN-08] an absolute target gets the same verdict, and its host is ignored", async () => {
    const received = await raw(
      `GET http://evil.example/dashboard HTTP/1.1\r\n${host}\r\nConnection: close\r\n\r\n`,
    );
    expect(status(received)).toBe(303);
    expect(received).not.toContain("evil.example");
    expect(received).toMatch(/location: \/login\?next=%2Fdashboard\r\n/i);
  });
});

describe("slow clients and many clients", () => {
  /** Opens a connection and sends only this. */
  async function open(to: number, bytes = ""): Promise<Socket> {
    const socket = connect(to, "127.0.0.1");
    onTestFinished(() => void socket.destroy());
    socket.on("error", () => undefined);
    await once(socket, "connect");
    socket.write(bytes);
    return socket;
  }

  test("[IN-01] A-DO-06 2,000 silent or half-sent connections don't delay other requests", async () => {
    const { cookie } = await application.t.as("ann@example.org");
    // Longer than any machine needs, so no connection is cut off meanwhile.
    const timeouts = { headersMs: 600_000, requestMs: 600_000, checkEveryMs: 2_000 };
    const patient = createHttpServer({ log: silentLogger, https: false, timeouts });
    const at = await patient.listen(0, "127.0.0.1");
    patient.answerWith(application.app.fetch);
    onTestFinished(() => patient.stop());
    const beginnings = [
      "",
      "G",
      `GET / HTTP/1.1\r\n${host}\r\nX-Slow: `,
      `POST /login HTTP/1.1\r\n${host}\r\n`,
    ];
    const idle = Array.from({ length: 2000 }, (_, index) => open(at, beginnings[index % 4]));
    const sockets = await Promise.all(idle);
    for (let count = 0; count < 50; count += 1) {
      const session = await fetch(`http://127.0.0.1:${at}/session`, { headers: { cookie } });
      expect(session.status).toBe(200);
      await session.arrayBuffer();
    }
    expect(sockets.filter(({ destroyed }) => !destroyed)).toHaveLength(2000);
    for (const socket of sockets) socket.destroy();
  });

  test.each([
    ["slow headers are", `GET /login HTTP/1.1\r\n${host}\r\nX-Slow: `],
    ["a slow body is", `POST /login HTTP/1.1\r\n${host}\r\n${form}\r\nContent-Length: 60000\r\n\r\nlogin=`],
    ["slow chunks are", `POST /login HTTP/1.1\r\n${host}\r\n${form}\r\nTransfer-Encoding: chunked\r\n\r\n`],
  ])("[IN-01] A-DO-06 %s cut off with or without 408, and never reach the application", async (_, begin) => {
    const requestMs = begin.endsWith("X-Slow: ") ? 600_000 : 60;
    const timeouts = { headersMs: 40, requestMs, checkEveryMs: 10 };
    const hasty = createHttpServer({ log: silentLogger, https: false, timeouts });
    const at = await hasty.listen(0, "127.0.0.1");
    let bodies = 0;
    hasty.answerWith(async (request) => {
      await request.text();
      bodies += 1;
      return new Response("read");
    });
    onTestFinished(() => hasty.stop());
    const socket = await open(at, begin);
    let received = "";
    socket.setEncoding("latin1").on("data", (text) => {
      received += text;
    });
    const drop = begin.includes("chunked") ? "1\r\nx\r\n" : "x";
    const dripping = setInterval(() => void socket.write(drop), 5);
    // A write may meet the closed connection first, which `once` would report as an error.
    await new Promise((resolve) => socket.once("close", resolve));
    clearInterval(dripping);
    expect([0, 408]).toContain(status(received));
    expect(bodies).toBe(0);
    expect((await fetch(`http://127.0.0.1:${at}/`)).status).toBe(200);
  });

  test("[IN-01] A-DO-06 a client that closes its sending half still gets the answer", async () => {
    const socket = await open(port);
    socket.end(`GET /login HTTP/1.1\r\n${host}\r\nConnection: close\r\n\r\n`);
    let received = "";
    for await (const text of socket.setEncoding("latin1")) received += text;
    expect(status(received)).toBe(200);
    expect(received).toContain("</html>");
  });

  test("[IN-01] A-DO-06 a client that never reads or disconnects delays no other client", async () => {
    const request = `GET /login HTTP/1.1\r\n${host}\r\n\r\n`;
    const silent = await open(port);
    silent.pause();
    silent.write(request.repeat(200));
    const leaving = await open(
      port,
      `POST /login HTTP/1.1\r\n${host}\r\n${form}\r\nContent-Length: 100\r\n\r\nlogin`,
    );
    leaving.resetAndDestroy();
    for (let count = 0; count < 10; count += 1) {
      const answer = await fetch(`http://127.0.0.1:${port}/login`);
      expect(answer.status).toBe(200);
      await answer.arrayBuffer();
    }
  });
});

test("requests wait until the application is ready", async () => {
  const early = createHttpServer({ log: silentLogger, https: false });
  const at = await early.listen(0, "127.0.0.1");
  const answer = fetch(`http://127.0.0.1:${at}/healthz`);
  early.answerWith(application.app.fetch);
  expect((await answer).status).toBe(200);
  await early.stop();
});
