import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { type AddressInfo, createServer as createTcpServer, type Socket } from "node:net";
import { getRequestListener } from "@hono/node-server";
import { afterEach, describe, expect, test } from "vitest";
import { createTestApplication, productionVariables } from "../../../tests/support/application.ts";
import { selfSignedCertificate } from "../../../tests/support/certificate.ts";
import type { Finding } from "./finding.ts";
import { inspectSite } from "./inspect-site.ts";
import { openLines } from "./live-lines.ts";
import { runDoctor } from "./run-doctor.ts";

const stops: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

type Listener = (request: IncomingMessage, response: ServerResponse) => unknown;

/** A server whose listener is made once its port is known. */
async function serve(
  make: (port: number) => Promise<Listener> | Listener,
  tls?: { key: string; cert: string },
) {
  const server = tls === undefined ? createServer() : createTlsServer(tls);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  stops.push(async () => {
    server.closeAllConnections();
    server.close();
  });
  const listener = await make(port);
  server.on("request", (request, response) => void listener(request, response));
  return port;
}

const certificate = selfSignedCertificate(["localhost", "127.0.0.1"]);

/** The application in production behind TLS, and the requests it got. */
async function goodSite() {
  const heard: { path: string; body: string }[] = [];
  let application: Awaited<ReturnType<typeof createTestApplication>> | undefined;
  const port = await serve(async (port) => {
    const made = await createTestApplication({ ...productionVariables, ORIGIN: `https://localhost:${port}` });
    application = made;
    stops.push(() => made.close());
    const listener = getRequestListener(async (asked, env) => {
      const { pathname } = new URL(asked.url);
      heard.push({ path: pathname, body: await asked.clone().text() });
      return made.app.fetch(asked, env);
    });
    return (request, response) => {
      // app/server.ts refuses it before the application sees it.
      if (request.method === "TRACE") response.writeHead(405, { Allow: "GET, HEAD, POST" }).end();
      else return listener(request, response);
    };
  }, certificate);
  if (application === undefined) throw new Error("The application was not made.");
  return { base: new URL(`https://localhost:${port}`), heard, application };
}

const notOk = (findings: Finding[]) =>
  findings.filter(({ level }) => level === "serious" || level === "warning");
const liveGroups = ["connection", "headers", "cookies", "behaviour", "proxies", "timing"];

describe("the application in production", () => {
  test("[HD-01] [HD-02] [HD-06] [CK-01] the application in production has no bad finding, within 60 requests that send no mail", async () => {
    const { base, heard, application } = await goodSite();
    const variables = { NODE_ENV: "production", ORIGIN: base.origin, DATABASE_URL: "sqlite::memory:" };
    const findings = (await runDoctor({ variables, url: base, ca: certificate.cert })).filter(({ group }) =>
      liveGroups.includes(group),
    );
    // Hashes in tests cost next to nothing. The check of times must report that.
    expect(notOk(findings).filter(({ check }) => check !== "login-time")).toEqual([]);
    expect(findings.find(({ check }) => check === "cookie-flags")?.finding).toContain("__Host-session");
    expect(findings.find(({ check }) => check === "csrf")?.level).toBe("ok");
    expect(findings.find(({ check }) => check === "forgot-password-time")?.level).toBe("ok");
    expect(new Set(findings.map(({ group }) => group))).toEqual(new Set(liveGroups));

    expect(heard.length).toBeGreaterThan(40);
    expect(heard.length).toBeLessThanOrEqual(60);
    const addresses = heard.flatMap(({ body }) => body.match(/[^"\s]+@[^"\s]+/g) ?? []);
    expect(addresses.length).toBeGreaterThan(15);
    for (const address of addresses) expect(address).toMatch(/^doctor-[0-9a-f-]{36}@example\.invalid$/);
    expect(await application.t.mails()).toEqual([]);
    expect(JSON.stringify(findings)).not.toMatch(/[A-Za-z0-9_-]{43}/);
  });

  test("[TH-08] the recorded client address is looked up by the answer's request id", async () => {
    const { base, application } = await goodSite();
    const asked: string[] = [];
    const live = await inspectSite(
      base,
      async (id) => {
        asked.push(id);
        const row = await application.auth.database.one<{ address: string }>(
          "SELECT address FROM audit WHERE request_id = $1",
          id,
        );
        return row?.address ?? null;
      },
      certificate.cert,
    );
    expect(asked).toHaveLength(1);
    expect(live.seenAddress).toBe("127.0.0.1");
    expect(live.ownAddress).toBe("127.0.0.1");
  });

  test("an untrusted certificate ends the run before any request", async () => {
    const { base, heard } = await goodSite();
    const findings = (await runDoctor({ variables: {}, url: base })).filter(({ group }) =>
      liveGroups.includes(group),
    );
    expect(findings.filter(({ level }) => level === "serious").map(({ check }) => check)).toEqual([
      "reachable",
      "certificate",
    ]);
    expect(heard).toEqual([]);
  });
});

/** A site with every fault at once. */
function sloppy(request: IncomingMessage, response: ServerResponse): void {
  const path = request.url ?? "";
  const host = request.headers["x-forwarded-host"] ?? request.headers.host;
  response.setHeader("Set-Cookie", "session=canary-value; Domain=localhost");
  response.setHeader("X-Powered-By", "Express");
  response.setHeader("Content-Type", "text/html");
  if (request.method === "TRACE") return void response.end(JSON.stringify(request.headers));
  if (path === "/csrf") return void response.end(JSON.stringify({ csrf_token: "canary-token" }));
  if (path === "/dashboard") return void response.writeHead(302, { Location: `http://${host}/login` }).end();
  if (path.startsWith("/doctor-")) {
    return void response.writeHead(500).end(new Error("no such page").stack?.replaceAll("file://", ""));
  }
  if (path === "/.env") return void response.end("SECRET_KEYS=canary-key\n");
  if (path === "/.git/HEAD") return void response.end("ref: refs/heads/main\n");
  if (path === "/readyz") return void response.writeHead(503).end();
  if (path === "/" && host?.includes("elsewhere")) return void response.end();
  response.end(`<form action="http://${host}/x"><input name="csrf_token"><input name="password">`);
}

test("every fault of a bad site is found, and none of its secrets is shown", async () => {
  const port = await serve(() => sloppy);
  const base = new URL(`http://localhost:${port}`);
  const findings = await runDoctor({ variables: {}, url: base });
  const serious = findings.filter(({ level }) => level === "serious").map(({ check }) => check);
  const expected = [
    "ready",
    "csp-scripts",
    "framing",
    "no-store",
    "cookie-flags",
    "files",
    "error-pages",
    "csrf",
  ];
  expect(new Set(serious)).toEqual(new Set([...expected, "methods", "host-header"]));
  expect(JSON.stringify(findings)).not.toContain("canary");
});

test("[TH-08] a refused TRUSTED_PROXIES isn't judged", async () => {
  const port = await serve(() => (_request, response) => {
    response.setHeader("Via", "1.1 proxy");
    response.end();
  });
  const level = async (trusted: string) => {
    const findings = await runDoctor({
      variables: { TRUSTED_PROXIES: trusted },
      url: `http://localhost:${port}`,
    });
    return findings.find(({ check }) => check === "client-address")?.level;
  };
  expect([await level("0"), await level("some")]).toEqual(["warning", "note"]);
});

describe("the bounds of the doctor", () => {
  test("the doctor follows no redirect and asks only this origin", async () => {
    const visits: string[] = [];
    const other = await serve(() => (request, response) => {
      visits.push(request.url ?? "");
      response.end();
    });
    const port = await serve(() => (_request, response) => {
      response.writeHead(302, { Location: `http://localhost:${other}/` }).end();
    });
    const live = await inspectSite(new URL(`http://localhost:${port}`), null);
    expect(visits).toEqual([]);
    expect(live.pages["/"]).toMatchObject({ status: 302 });
  });

  test("the path of a mounted library is kept", async () => {
    const paths: string[] = [];
    const port = await serve(() => (request, response) => {
      paths.push(request.url ?? "");
      response.writeHead(404).end();
    });
    await inspectSite(new URL(`http://localhost:${port}/auth/`), null);
    expect(paths.filter((path) => !path.startsWith("/auth/"))).toEqual(["/readyz"]);
  });

  test("no request goes beyond the budget, and an answer is read up to 256 KiB", async () => {
    let asked = 0;
    const port = await serve(() => (_request, response) => {
      asked += 1;
      response.end("x".repeat(1024 * 1024));
    });
    const lines = openLines(new URL(`http://localhost:${port}`), { requests: 2 });
    const first = await lines.ask("/");
    expect("body" in first && first.body.length).toBe(256 * 1024);
    await lines.ask("/");
    expect(await lines.ask(`/${randomUUID()}`)).toEqual({ failed: "budget" });
    expect(asked).toBe(2);
    lines.close();
  });

  test("the doctor gives up a site that never answers, for each request and for all together", async () => {
    const sockets = new Set<Socket>();
    const silent = createTcpServer((socket) => void sockets.add(socket));
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    stops.push(async () => {
      for (const socket of sockets) socket.destroy();
      silent.close();
    });
    const base = new URL(`http://127.0.0.1:${(silent.address() as AddressInfo).port}`);
    for (const limits of [{ eachMs: 20 }, { allMs: 20 }]) {
      const lines = openLines(base, limits);
      expect(await lines.ask("/")).toEqual({ failed: "timeout" });
      lines.close();
    }
  });
});
