import { randomBytes } from "node:crypto";
import { Hono } from "hono";
import { type Auth, type AuthOptions, LatchkeyError, type Logger } from "latchkey";
import {
  latchkey,
  refuse,
  requireFreshLogin,
  requireLogin,
  requirePermission,
  requireRole,
} from "latchkey/hono";
import { createTestAuth, type TestAuth, testPassword } from "latchkey/testing";
import { CookieJar } from "./cookie-jar.ts";

/*
 * A small site for attacks over HTTP: the library on Hono with guarded routes of its own, and browsers that keep
 * cookies. Its origin is https, as in production.
 */

export { testPassword };

export const origin = "https://app.example.org";

export interface LogLine {
  level: "debug" | "info" | "warn" | "error";
  message: string;
  fields: Record<string, unknown>;
}

/** Remembers everything that is logged, at every level. */
export function capturingLogger(): Logger & { lines: LogLine[] } {
  const lines: LogLine[] = [];
  const at = (level: LogLine["level"]) => (fields: object, message: string) =>
    void lines.push({ level, message, fields: fields as Record<string, unknown> });
  return { lines, debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
}

export interface SendOptions {
  form?: Record<string, string>;
  json?: unknown;
  body?: string | Uint8Array<ArrayBuffer>;
  headers?: Record<string, string>;
}

/** A browser: keeps cookies, finds CSRF tokens, follows no redirects. */
export interface Browser {
  jar: CookieJar;
  send(method: string, path: string, options?: SendOptions): Promise<Response>;
  get(path: string, headers?: Record<string, string>): Promise<Response>;
  /** A form post with the token of this browser. */
  post(path: string, form?: Record<string, string>, headers?: Record<string, string>): Promise<Response>;
  /** A JSON post with the token of this browser. */
  postJson(path: string, body?: unknown, headers?: Record<string, string>): Promise<Response>;
  csrfToken(): Promise<string>;
  /** The status of `/session`: 200 signed in, 401 not. */
  me(): Promise<number>;
  /** The e-mail address of who is signed in, or null. */
  who(): Promise<string | null>;
  /** The session cookie's value. */
  session(): string;
}

export interface Site {
  t: TestAuth;
  auth: Auth;
  app: Hono;
  log: LogLine[];
  /** How often the application's own changing routes ran. */
  changes: { count: number };
  browser(cookies?: Record<string, string>): Browser;
  /** A browser in which this person (made where needed) is signed in by password. */
  signedIn(email: string, form?: Record<string, string>): Promise<Browser>;
  /** The status of `/session` for this `Cookie` header. */
  status(cookie: string): Promise<number>;
  /** Sends header values that `fetch` would refuse, through the library's own request type. */
  raw(method: string, path: string, headers: Record<string, string>): Promise<Response | null>;
  close(): Promise<void>;
}

/** Nothing waits: for tables of many attempts that are not about throttling. */
export const noThrottle = {
  perAccount: 1_000_000,
  perDevice: 1_000_000,
  perAddress: 1_000_000,
  registrationsPerAddress: 1_000_000,
  mailsPerRecipient: 1_000_000,
};

function addRoutes(app: Hono, changes: { count: number }): void {
  app.get("/", (c) => c.text(c.var.auth.user === null ? "nobody" : "somebody"));
  app.get("/dashboard", requireLogin(), (c) => c.text(`private of ${c.var.auth.user.email}`));
  app.get("/members.json", requireLogin(), (c) => c.json({ id: c.var.auth.user.id }));
  app.post("/notes", requireLogin(), (c) => {
    changes.count += 1;
    return c.json({ count: changes.count }, 201);
  });
  app.delete("/notes", requireLogin(), (c) => {
    changes.count += 1;
    return c.body(null, 204);
  });
  app.get("/admin", requireRole("admin"), (c) => c.text("administrators only"));
  app.post("/admin", requireRole("admin"), (c) => {
    changes.count += 1;
    return c.text("done");
  });
  app.get("/reports", requirePermission("reports.read"), (c) => c.text("reports"));
  app.get("/vault", requireFreshLogin({ within: "10m" }), (c) => c.text("vault"));
  app.get("/crash", () => {
    throw new Error("a secret detail of the crash");
  });
  app.notFound((c) => refuse(c, new LatchkeyError("not_found")));
}

function browserOf(app: Hono, cookies: Record<string, string>, sessionName: string): Browser {
  const jar = new CookieJar();
  for (const [name, value] of Object.entries(cookies)) jar.set(name, value);

  async function send(method: string, path: string, { form, json, body, headers = {} }: SendOptions = {}) {
    const sent = new Headers(headers);
    if (jar.header !== "" && !sent.has("cookie")) sent.set("cookie", jar.header);
    let payload: string | Uint8Array<ArrayBuffer> | null = body ?? null;
    if (form !== undefined) {
      payload = new URLSearchParams(form).toString();
      sent.set("content-type", "application/x-www-form-urlencoded");
    } else if (json !== undefined) {
      payload = JSON.stringify(json);
      sent.set("content-type", "application/json");
    }
    const response = await app.request(`${origin}${path}`, { method, headers: sent, body: payload });
    jar.take(response);
    return response;
  }

  const browser: Browser = {
    jar,
    send,
    get: (path, headers = {}) => send("GET", path, { headers }),
    async post(path, form = {}, headers = {}) {
      return send("POST", path, { form: { csrf_token: await browser.csrfToken(), ...form }, headers });
    },
    async postJson(path, body = {}, headers = {}) {
      const token = await browser.csrfToken();
      return send("POST", path, { json: body, headers: { "x-csrf-token": token, ...headers } });
    },
    async csrfToken() {
      const response = await send("GET", "/csrf");
      return ((await response.json()) as { csrf_token: string }).csrf_token;
    },
    me: async () => (await send("GET", "/session")).status,
    async who() {
      const response = await send("GET", "/session");
      if (response.status !== 200) return null;
      return ((await response.json()) as { user: { email: string } }).user.email;
    },
    session: () => jar.get(sessionName) ?? "",
  };
  return browser;
}

/** Makes the site. Options are those of `createAuth`; throttling is out of the way unless they say otherwise. */
export function createSite(options: Partial<AuthOptions> = {}): Site {
  const logger = capturingLogger();
  const t = createTestAuth({
    origin,
    logger,
    throttle: noThrottle,
    roles: { admin: ["*"], analyst: ["reports.read"] },
    ...options,
  });
  const auth = t.auth as Auth;
  const changes = { count: 0 };
  const app = new Hono();
  // The socket's address, as the Node server would hand it over.
  app.use(latchkey(auth));
  addRoutes(app, changes);
  const sessionName = auth.settings.cookies.session;
  const browser = (cookies: Record<string, string> = {}) => browserOf(app, cookies, sessionName);

  return {
    t: t as TestAuth,
    auth,
    app,
    log: logger.lines,
    changes,
    browser,
    async signedIn(email, form = {}) {
      if ((await auth.users.find(email)) === null) await auth.users.create({ email, password: testPassword });
      const fresh = browser();
      const response = await fresh.post("/login", { login: email, password: testPassword, ...form });
      if (response.status !== 303)
        throw new Error(`${email} could not sign in: ${response.status} ${await response.text()}`);
      return fresh;
    },
    status: async (cookie) => (await app.request(`${origin}/session`, { headers: { cookie } })).status,
    async raw(method, path, headers) {
      const lower = new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
      const [bare = "/", query] = path.split("?", 2);
      return auth.handle({
        method,
        path: bare,
        query: query === undefined ? "" : `?${query}`,
        socketAddress: "127.0.0.1",
        header: (name) => lower.get(name.toLowerCase()) ?? null,
        fields: async () => Object.create(null),
      });
    },
    close: () => t.close(),
  };
}

/** A value in the shape of a session's that nobody issued. */
export function inventedToken(): string {
  return randomBytes(32).toString("base64url");
}

/** The token in a mailed link. */
export function tokenOf(link: string | null | undefined): string {
  return new URL(link ?? "").searchParams.get("token") ?? "";
}
