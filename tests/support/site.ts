import { randomBytes } from "node:crypto";
import { Hono } from "hono";
import { type AuthOptions, LatchkeyError, unwrap } from "latchkey";
import {
  latchkey,
  refuse,
  requireFreshLogin,
  requireLogin,
  requirePermission,
  requireRole,
} from "latchkey/hono";
import { createTestAuth, type TestAuth, testPassword } from "latchkey/testing";
import { type Browser, createBrowser } from "./browser.ts";
import { capturingLogger, type LogLine } from "./capturing-logger.ts";

/*
 * A small site to visit and attack over HTTP: the library on Hono with its own guarded routes, and browsers. Its origin
 * is https, as in production.
 */

export const origin = "https://app.example.org";

/** Limits that never apply, for tests about something else. */
export const noThrottle = {
  perAccount: 1_000_000,
  perDevice: 1_000_000,
  perAddress: 1_000_000,
  perSite: 1_000_000,
  consecutiveFailures: 1_000_000,
  registrationsPerAddress: 1_000_000,
  downloadsPerAccount: 1_000_000,
  signInsPerAccount: 1_000_000,
  mailsPerRecipient: 1_000_000,
};

export interface VisitorOptions {
  /** The address at the other end of the socket. */
  address?: string;
  /** The `Cookie` header to begin with, such as another browser's. */
  cookie?: string;
  /** Its `Accept-Language`. Default: none is sent. */
  language?: string;
}

export interface Site extends TestAuth {
  app: Hono;
  /** The log lines, unless the options have a logger. */
  log: LogLine[];
  /** The number of runs of the application's changing routes. */
  changes: { count: number };
  browser(options?: VisitorOptions): Browser;
  /** A browser in which this account is signed in by password. Makes the account if needed. */
  signedIn(email: string, form?: Record<string, string>): Promise<Browser>;
  /** The status of `/session` for this `Cookie` header. */
  sessionStatus(cookie: string): Promise<number>;
  /** Sends header values that `fetch` would refuse, through the library's own request type. */
  raw(method: string, path: string, headers: Record<string, string>): Promise<Response | null>;
  /** The newest mail to this address. */
  mailTo(address: string): Promise<Awaited<ReturnType<TestAuth["mails"]>>[number]>;
  /** The single-use secret in the newest mail to this address. */
  tokenTo(address: string): Promise<string>;
}

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

/** Makes the site. The options are those of `createAuth`. Throttling is off by default. */
export function createSite(options: Partial<AuthOptions> = {}): Site {
  const logger = capturingLogger();
  const testAuth = createTestAuth({
    origin,
    logger,
    throttle: noThrottle,
    roles: { admin: ["*"], analyst: ["reports.read"] },
    ...options,
  }) as TestAuth;
  const { auth } = testAuth;
  const { settings } = auth;
  const changes = { count: 0 };
  const app = new Hono();
  app.use(latchkey(auth));
  addRoutes(app, changes);

  function browser({ address = "127.0.0.1", cookie, language }: VisitorOptions = {}): Browser {
    // The socket's address, as the Node server passes it.
    const environment = { incoming: { socket: { remoteAddress: address } } };
    return createBrowser({
      origin: settings.origin.origin,
      sessionCookie: settings.cookies.session,
      cookie,
      language,
      fetch: (path, init) => app.request(settings.origin.origin + path, init, environment),
    });
  }

  async function mailTo(address: string) {
    const mail = (await testAuth.mails()).find(({ to }) => to === address);
    if (mail === undefined) throw new Error(`No mail to ${address}.`);
    return mail;
  }

  return {
    ...testAuth,
    app,
    log: logger.lines,
    changes,
    browser,
    async signedIn(email, form = {}) {
      if ((await unwrap(auth.users.find({ who: email }))).user === null)
        await unwrap(auth.users.create({ email, password: testPassword }));
      const fresh = browser();
      const answer = await fresh.postForm("/login", { login: email, password: testPassword, ...form });
      if (answer.status !== 303)
        throw new Error(`${email} could not sign in: ${answer.status} ${answer.text}`);
      return fresh;
    },
    async sessionStatus(cookie) {
      return (await app.request(`${settings.origin.origin}/session`, { headers: { cookie } })).status;
    },
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
    mailTo,
    tokenTo: async (address) => tokenOf((await mailTo(address)).links[0]),
  };
}

/** A value in the form of a session's that was never issued. */
export function inventedToken(): string {
  return randomBytes(32).toString("base64url");
}

/** The token in a mailed link. */
export function tokenOf(link: string | null | undefined): string {
  const token = new URL(link ?? "").searchParams.get("token");
  if (token === null) throw new Error("The link has no token.");
  return token;
}
