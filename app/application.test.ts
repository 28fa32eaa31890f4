import { afterEach, describe, expect, test, vi } from "vitest";
import {
  type Ask,
  createTestApplication,
  productionVariables,
  type TestApplication,
} from "../tests/support/application.ts";
import { createLog, requestLog } from "./logging.ts";

let open: TestApplication[] = [];

afterEach(async () => {
  for (const application of open) await application.close();
  open = [];
});

async function start(variables: Record<string, string> = {}): Promise<TestApplication> {
  const application = await createTestApplication(variables);
  open.push(application);
  return application;
}

const behindProxy = { ...productionVariables, TRUSTED_PROXIES: "1" };

describe("pages", () => {
  test("the home page is public, the dashboard needs a login", async () => {
    const { ask, t } = await start();
    const home = await ask("/");
    expect(home.status).toBe(200);
    expect(await home.text()).toContain('href="/register"');
    const refused = await ask("/dashboard");
    expect([refused.status, refused.headers.get("location")]).toEqual([303, "/login?next=%2Fdashboard"]);
    const { headers } = await t.as({ email: "ann@example.org", username: "ann" });
    expect(await (await ask("/dashboard", { headers })).text()).toContain("Welcome, ann!");
    const json = await (await ask("/dashboard", { headers, wantsJson: true })).json();
    expect(json).toEqual({ user: { id: expect.any(String), name: "ann" }, posts: [] });
  });

  test("the navigation depends on the visitor", async () => {
    const { ask, t } = await start();
    const links = async (headers = {}) => {
      const navigation = /<ul class="navigation">.*?<\/ul>/s.exec(await (await ask("/", { headers })).text());
      return [...(navigation?.[0] ?? "").matchAll(/href="([^"]+)"[^>]*>([^<]+)</g)].map((match) => match[2]);
    };
    expect(await links()).toEqual(["Posts", "Log in", "Create account"]);
    expect(await links((await t.as("ann@example.org")).headers)).toEqual(["Posts", "Dashboard", "New post"]);
    const admin = await t.as("root@example.org", { roles: ["admin"] });
    expect(await links(admin.headers)).toEqual(["Posts", "Dashboard", "New post", "Users"]);
  });

  test("no page offers closed registration", async () => {
    const { ask } = await start({ REGISTRATION: "closed" });
    expect(await (await ask("/")).text()).not.toContain('href="/register"');
  });

  test("an answer sets each cookie once", async () => {
    const { ask } = await start();
    const names = (await ask("/login")).headers.getSetCookie();
    expect(new Set(names).size).toBe(names.length);
    const { t } = await start();
    const signedIn = await t.as("ann@example.org");
    const created = await open[1]?.ask("/posts/new", {
      headers: { cookie: signedIn.cookie },
      form: { csrf_token: signedIn.csrfToken, title: "x", content: "y" },
    });
    expect(created?.headers.getSetCookie()).toHaveLength(1);
  });
});

describe("what a browser loads", () => {
  test("a first visit to the login page takes at most 10 kB, style sheet, script and icon included", async () => {
    const { ask } = await start();
    const headers = { "accept-encoding": "gzip, deflate, br" };
    const page = await (await ask("/login", { headers })).text();
    const paths = Array.from(
      page.matchAll(/(?:href|src)="(\/assets\/[^"]+\.(?:css|js|svg))"/g),
      ([, path]) => path,
    );
    expect(paths).toHaveLength(3);
    let bytes = Buffer.byteLength(page);
    for (const path of paths) {
      const answer = await ask(path as string, { headers });
      expect([path, answer.headers.get("content-encoding")]).toEqual([path, "br"]);
      bytes += (await answer.arrayBuffer()).byteLength;
    }
    expect(bytes).toBeLessThanOrEqual(10_000);
  });

  test("a browser without SVG finds its icon", async () => {
    const { ask } = await start();
    const answer = await ask("/favicon.ico");
    expect([answer.status, answer.headers.get("content-type")]).toEqual([200, "image/x-icon"]);
    const [reserved, kind] = new Uint16Array(await answer.arrayBuffer(), 0, 2);
    expect([reserved, kind]).toEqual([0, 1]);
  });

  test("the home page describes itself to search engines", async () => {
    const { ask } = await start();
    expect(await (await ask("/")).text()).toMatch(/<meta name="description" content="Share what you think/);
  });
});

describe("every answer", () => {
  const cases: [string, Ask][] = [
    ["/", {}],
    ["/posts", { wantsJson: true }],
    ["/nowhere", {}],
    ["/healthz", {}],
    ["/dashboard", {}],
    ["/posts", { method: "DELETE" }],
    ["/posts/new", { json: {} }],
  ];

  test.each(cases)("[HD-01] %s %o carries the request id and the security headers", async (path, options) => {
    const { ask } = await start(productionVariables);
    const { headers } = await ask(path, options);
    expect(headers.get("x-request-id")).toMatch(/^[A-Za-z0-9_-]{8,64}$/);
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    const isPage = headers.get("content-type")?.startsWith("text/html") ?? false;
    expect(headers.get("cache-control")).toBe(isPage ? "no-store, no-transform" : "no-store");
    expect(headers.get("content-security-policy")).toContain("frame-ancestors 'none'");
    expect(headers.get("strict-transport-security")).toMatch(/^max-age=31536000/);
  });

  test("a harmless request id is returned, and a harmful one is replaced", async () => {
    const { ask } = await start();
    const given = { "x-request-id": "from-the-proxy-1" };
    expect((await ask("/posts", { headers: given })).headers.get("x-request-id")).toBe("from-the-proxy-1");
    const odd = { "x-request-id": "<script>alert(1)</script>" };
    expect((await ask("/posts", { headers: odd })).headers.get("x-request-id")).toMatch(/^[\w-]{22,}$/);
  });

  test("[HD-09] errors neither reveal internals nor echo the request", async () => {
    const application = await start();
    const { ask, auth } = application;
    const answers = [
      await ask("/canary<b>?canary=1"),
      await ask("/posts", { method: "PUT" }),
      await ask("/login", { json: { login: "x".repeat(70_000) } }),
    ];
    auth.database.all = () => Promise.reject(new Error("canary: SELECT secret FROM users"));
    answers.push(await ask("/posts"), await ask("/posts", { wantsJson: true }));
    expect(answers.map(({ status }) => status)).toEqual([404, 405, 413, 500, 500]);
    for (const answer of answers) {
      const text = await answer.text();
      expect(text).not.toMatch(/canary|node_modules|\bat .*\.ts|hono|node\.js|SELECT/i);
      expect(answer.headers.get("x-powered-by")).toBeNull();
      expect(answer.headers.get("server")).toBeNull();
      expect(text.length).toBeGreaterThan(50);
    }
  });

  test("[HD-10] an undeclared method of a path is 405 with the declared ones", async () => {
    const { ask } = await start();
    const allow = async (path: string, method: string) => {
      const response = await ask(path, { method });
      return [response.status, response.headers.get("allow")];
    };
    expect(await allow("/", "POST")).toEqual([405, "GET, HEAD"]);
    expect(await allow("/posts/new", "DELETE")).toEqual([405, "GET, HEAD, POST"]);
    expect(await allow("/posts/abc/delete", "GET")).toEqual([405, "POST"]);
    expect(await allow("/dashboard", "OPTIONS")).toEqual([405, "GET, HEAD"]);
    expect(await allow("/login", "PUT")).toEqual([405, "GET, HEAD, POST"]);
  });
});

describe("files that must not be served", () => {
  const paths = [
    "/.git/config",
    "/.git/HEAD",
    "/.env",
    "/package.json",
    "/app/main.ts",
    "/src/index.ts",
    "/assets/latchkey.js.map",
    "/assets/../package.json",
    "/assets/..%2f..%2fpackage.json",
    "/static/..%5c..%5cpackage.json",
    "/%2e%2e/%2e%2e/etc/passwd",
    "/data/latchkey.db",
    "/data/secret-key",
    "/metrics",
    "/debug",
    "/debug/pprof",
    "/dashboard/a.css",
    "/DASHBOARD",
  ];
  test.each(paths)("[KY-07] %s is a 404 page", async (path) => {
    const { ask } = await start(productionVariables);
    const response = await ask(path);
    expect(response.status).toBe(404);
    expect(await response.text()).toContain("Page not found");
  });

  test("[KY-07] the development mailbox exists in development only", async () => {
    const development = await start();
    expect((await development.ask("/dev/mailbox")).status).toBe(200);
    expect((await development.ask("/dev/mailbox.json")).status).toBe(200);
    const production = await start(productionVariables);
    expect((await production.ask("/dev/mailbox")).status).toBe(404);
    expect((await production.ask("/dev/mailbox.json")).status).toBe(404);
  });
});

describe("the development mailbox", () => {
  test("the development mailbox shows mail newest first, as a page and as JSON", async () => {
    const { ask, auth } = await start();
    await auth.account.register(
      { email: "old@example.org", password: "a quiet teapot in the rain" },
      auth.context({ address: "192.0.2.1" }),
    );
    await auth.account.register(
      { email: "new@example.org", password: "a quiet teapot in the rain" },
      auth.context({ address: "192.0.2.1" }),
    );
    const mails = (await (await ask("/dev/mailbox.json")).json()) as Record<string, unknown>[];
    expect(mails.map(({ to }) => to)).toEqual(["new@example.org", "old@example.org"]);
    expect(Object.keys(mails[0] as object)).toEqual([
      "id",
      "to",
      "subject",
      "text",
      "html",
      "links",
      "code",
      "sent_at",
    ]);
    const [link] = (mails[0] as { links: string[] }).links;
    expect(link).toMatch(/^http:\/\/localhost:3000\/confirm-email\?token=/);
    expect(mails[0]).toMatchObject({ code: null, sent_at: "2026-01-01T00:00:00.000Z" });
    const html = await (await ask("/dev/mailbox")).text();
    expect(html).toContain(`<a href="${link}">${link}</a>`);
    expect(html.indexOf("new@example.org")).toBeLessThan(html.indexOf("old@example.org"));
  });

  test("[KY-07] the development mailbox isn't shown under a name that only points to this machine", async () => {
    const { app } = await start();
    const status = async (url: string) => (await app.request(url)).status;
    expect(await status("http://localhost:3000/dev/mailbox.json")).toBe(200);
    expect(await status("http://127.0.0.1:3000/dev/mailbox.json")).toBe(200);
    expect(await status("http://[::1]:3000/dev/mailbox.json")).toBe(200);
    expect(await status("http://rebound.attacker.example:3000/dev/mailbox.json")).toBe(404);
    expect(await status("http://localhost.attacker.example:3000/dev/mailbox")).toBe(404);
  });

  test("the development mailbox says when it is empty", async () => {
    const { ask } = await start();
    expect(await (await ask("/dev/mailbox")).text()).toContain("No mail yet");
  });
});

describe("for operators", () => {
  test("liveness and readiness are separate", async () => {
    const { ask, auth } = await start();
    expect(await (await ask("/healthz")).json()).toEqual({ status: "ok" });
    expect(await (await ask("/readyz")).json()).toEqual({ status: "ready" });
    auth.database.one = () => Promise.reject(new Error("gone"));
    const response = await ask("/readyz");
    expect([response.status, response.headers.get("retry-after")]).toEqual([503, "5"]);
    expect((await ask("/healthz")).status).toBe(200);
  });

  test("metrics count answers by route group, not by path", async () => {
    const { ask } = await start();
    await ask("/posts");
    await ask("/posts/1");
    await ask("/made-up-1");
    await ask("/made-up-2");
    await vi.waitFor(async () => {
      const text = await (await ask("/metrics", { from: "127.0.0.1" })).text();
      expect(text).toContain(
        'http_request_duration_seconds_count{route="/posts",method="GET",status="200"} 1',
      );
      expect(text).toContain(
        'http_request_duration_seconds_count{route="/posts",method="GET",status="404"} 1',
      );
      expect(text).toContain(
        'http_request_duration_seconds_count{route="other",method="GET",status="404"} 2',
      );
      expect(text).toMatch(/^latchkey_session_reads_total \d+$/m);
      expect(text).toMatch(/^latchkey_hashing_running 0$/m);
      expect(text).toMatch(/^latchkey_hashing_refused_total 0$/m);
      expect(text).not.toContain("made-up");
    });
  });

  test("[KY-07] metrics are for programs on this machine without a forwarding header", async () => {
    const { ask } = await start();
    const status = async (options: Ask) => (await ask("/metrics", options)).status;
    expect(await status({ from: "127.0.0.1" })).toBe(200);
    expect(await status({ from: "::1" })).toBe(200);
    expect(await status({ from: "::ffff:127.0.0.1" })).toBe(200);
    expect(await status({ from: "203.0.113.9" })).toBe(404);
    expect(await status({ from: "127.0.0.1", headers: { "x-forwarded-for": "203.0.113.9" } })).toBe(404);
  });

  test("[LG-03] the request log has no query, no header and no body", async () => {
    const lines: string[] = [];
    const log = createLog("info", { write: (line) => void lines.push(line) });
    const { app } = await start();
    const { Hono } = await import("hono");
    const logged = new Hono().use(requestLog(log)).route("/", app);
    await logged.request("/confirm-email?token=canary-token", {
      headers: { cookie: "session=canary-cookie" },
    });
    expect(lines).toHaveLength(1);
    const line = JSON.parse(lines[0] as string) as Record<string, unknown>;
    expect(line).toMatchObject({ level: "info", method: "GET", path: "/confirm-email", message: "request" });
    expect(Object.keys(line).sort()).toEqual(
      ["level", "time", "method", "path", "status", "duration_ms", "request_id", "message"].sort(),
    );
    expect(lines[0]).not.toContain("canary");
  });
});

describe("behind a proxy", () => {
  test("[HD-01] behind a proxy, plain http leads pages to https and refuses everything else", async () => {
    const { ask } = await start(behindProxy);
    const http = { "x-forwarded-proto": "http", "x-forwarded-host": "evil.example" };
    const page = await ask("/posts?cursor=1", { headers: http });
    expect([page.status, page.headers.get("location")]).toEqual([
      308,
      "https://app.example.org/posts?cursor=1",
    ]);
    const program = await ask("/posts", { headers: http, wantsJson: true });
    expect([program.status, program.headers.get("location")]).toEqual([403, null]);
    expect((await ask("/login", { headers: http, form: { login: "x" } })).status).toBe(403);
    expect((await ask("/posts", { headers: { "x-forwarded-proto": "https" } })).status).toBe(200);
  });

  test("the forwarding header is ignored without a trusted proxy", async () => {
    const { ask } = await start(productionVariables);
    expect((await ask("/posts", { headers: { "x-forwarded-proto": "http" } })).status).toBe(200);
  });
});
