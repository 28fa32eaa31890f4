import { AsyncLocalStorage } from "node:async_hooks";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { LatchkeyError, type SendMail, unwrap } from "latchkey";
import { latchkey, refuseFlood } from "latchkey/node";
import { testPassword } from "latchkey/testing";
import { afterAll, afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { readTestTitles } from "../../scripts/test-titles.ts";
import type { AuthOptions } from "../../src/options.ts";
import { type Answer, seenFromOutside } from "../support/answer.ts";
import { createTestApplication } from "../support/application.ts";
import type { Browser } from "../support/browser.ts";
import { accountsSnapshot, databaseDump } from "../support/database-dump.ts";
import { spyOnStatements } from "../support/database-spy.ts";
import { heldMail } from "../support/held-mail.ts";
import { createSite, inventedToken, noThrottle, type Site } from "../support/site.ts";
import { closed, damaged, full, locked, readOnly, type StoreFault } from "../support/store-faults.ts";
import { storeScene } from "../support/store-scene.ts";
import { expectWholeAudit } from "../support/whole-audit.ts";

/* The behaviour of every endpoint when a dependency fails: the tests of each line of docs/failures.md. */

/** While it is set, password hashes wait for it. */
const gate = vi.hoisted((): { held: Promise<void> | null; began: () => void } => ({
  held: null,
  began: () => undefined,
}));

vi.mock("../../src/core/passwords/argon2.ts", async (original) => {
  const real = await original<typeof import("../../src/core/passwords/argon2.ts")>();
  return {
    ...real,
    argon2id: async (input: Parameters<typeof real.argon2id>[0]) => {
      gate.began();
      await gate.held;
      return real.argon2id(input);
    },
  };
});

const directory = mkdtempSync(join(tmpdir(), "latchkey-failures-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const unawaited: unknown[] = [];
const listen = (reason: unknown): void => void unawaited.push(reason);
beforeEach(() => void process.on("unhandledRejection", listen));
afterEach(async () => {
  Object.assign(gate, { held: null, began: () => undefined });
  await new Promise((resolve) => setImmediate(resolve));
  process.off("unhandledRejection", listen);
  // A rejection without a handler would end the process and all its requests.
  expect(unawaited.splice(0)).toEqual([]);
});

const password = testPassword;
const wrong = "a quiet teapot in the snow";
const email = "anna@example.org";
const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

function newSite(options: Partial<AuthOptions> = {}): Site {
  const site = createSite(options);
  onTestFinished(() => site.close());
  return site;
}

const plain = "We&#39;re having a problem right now. Nothing was changed. Try again in a few minutes.";

/** A refusal that says to come back, and sets no session or device. */
function expectUnavailable(name: string, { status, headers, setCookies, text }: Answer): void {
  expect([name, status, headers.get("retry-after")]).toEqual([name, 503, "5"]);
  expect([name, setCookies.filter((cookie) => /session|device/.test(cookie))]).toEqual([name, []]);
  expect([name, text.includes("Nothing was changed.")]).toEqual([name, true]);
  expect(text).not.toMatch(/SQLITE|database|node_modules|\.ts\b/i);
}

const pages = [
  "/",
  "/dashboard",
  "/members.json",
  "/vault",
  "/admin",
  "/session",
  "/csrf",
  "/register",
  "/login",
  "/logout",
  "/forgot-password",
  "/reauthenticate",
  "/account",
  "/account/password",
  "/account/email",
  "/account/sessions",
  "/account/activity",
  "/account/delete",
  "/admin/users",
  "/openapi.json",
];

function expectNoSecrets({ log }: Site, secrets: readonly string[]): void {
  const text = JSON.stringify(log);
  expect(secrets.filter((secret) => text.includes(secret))).toEqual([]);
}

/** The fault, the reason in the log, and what still works. */
const unwritable: [string, StoreFault, RegExp, string[]][] = [
  ["a database locked by another process", locked, /database is locked/, []],
  ["a read-only database", readOnly, /readonly database/, []],
  // An existing row has room for a higher count.
  ["a full disk", full, /database or disk is full/, ["opens a mailed link"]],
];

const gone: [string, StoreFault][] = [
  ["a damaged database", damaged],
  ["a closed or missing database", closed],
];

const held = heldMail();
const servers: [string, SendMail][] = [
  [
    "a mail server that is down or refuses changes no answer, and the mail waits",
    () => Promise.reject(new Error("down")),
  ],
  ["a mail server that is slow or silent changes no answer, and the mail waits", held.transport.send],
];

describe("the database", () => {
  test.each(unwritable)(
    "[TH-12] [IN-09] [LG-05] %s: reads continue, and writes answer 503 without a change",
    async (name, fault, reason, goesOn) => {
      const path = join(directory, `${name.replace(/\W/g, "-")}.db`);
      const { site, acts, owner, stranger, secrets } = await storeScene(path);
      onTestFinished(() => site.close());
      const look = async () => {
        const seen = [];
        for (const page of pages)
          seen.push([page, (await owner.get(page)).status, (await stranger.get(page)).status]);
        return seen;
      };
      const well = await look();
      const end = await fault(site, path);
      const before = await accountsSnapshot(site.auth.database);
      const refused = Object.entries(acts).filter(([each]) => !goesOn.includes(each));
      for (const [each, act] of refused) expectUnavailable(each, await act.send());
      for (const each of goesOn) expect((await acts[each]?.send())?.status).toBe(acts[each]?.status);
      expect(await look()).toEqual(well);
      expect(await accountsSnapshot(site.auth.database)).toBe(before);
      const trouble = site.log.filter(({ level }) => level === "error");
      expect(trouble).toHaveLength(refused.length);
      for (const { fields } of trouble) {
        expect(fields).toMatchObject({ code: "unavailable", request_id: expect.any(String) });
        expect(fields.detail).toMatch(reason);
      }
      // An event that can't be recorded is still in the log.
      expect(site.log.filter(({ message }) => message === "malicious_csrf")).toHaveLength(1);
      await end();
      for (const [each, act] of Object.entries(acts)) {
        expect([each, (await act.send()).status]).toEqual([each, act.status]);
      }
      await expectWholeAudit(site);
      expectNoSecrets(site, secrets);
    },
  );

  test.each(gone)(
    "[TH-12] [LG-05] %s: every request that needs its caller answers 503",
    async (name, fault) => {
      const path = join(directory, `${name.replace(/\W/g, "-")}.db`);
      const { site, acts, owner, secrets } = await storeScene(path);
      onTestFinished(() => site.close());
      await fault(site, path);
      for (const [each, act] of Object.entries(acts)) expectUnavailable(each, await act.send());
      for (const { method, path: pattern } of site.auth.routes) {
        const target = pattern.replace(":id", "1");
        expectUnavailable(`${method} ${target}`, await owner.send(method, target));
      }
      for (const page of ["/", "/dashboard", "/members.json", "/admin", "/reports", "/vault"]) {
        expectUnavailable(page, await owner.get(page));
      }
      expectUnavailable("POST /notes", await owner.send("POST", "/notes"));
      expect(site.changes.count).toBe(0);
      const html = await owner.get("/dashboard", { accept: "text/html" });
      expect(html.text).toContain(plain);
      expect(html.text).not.toContain("Log out");
      // A request without a cookie needs no look-up.
      expect((await site.browser().get("/login")).status).toBe(200);
      expect((await site.browser().get("/dashboard")).status).toBe(303);
      expectNoSecrets(site, secrets);
    },
  );

  test("[TH-12] when the database fails, sign-out answers 503, keeps the cookie and doesn't confirm", async () => {
    const path = join(directory, "sign-out.db");
    const site = newSite({ database: `sqlite:${path}` });
    const browser = await site.signedIn(email);
    const csrf_token = await browser.csrfToken();
    const session = browser.session();
    const end = await readOnly(site, path);
    const refused = await browser.postForm("/logout", { csrf_token });
    expectUnavailable("/logout", refused);
    expect([refused.headers.get("clear-site-data"), refused.location]).toEqual([null, null]);
    expect(browser.session()).toBe(session);
    expect(await browser.who()).toBe(email);
    await end();
    expect((await browser.postForm("/logout", { csrf_token })).status).toBe(303);
    expect(await site.sessionStatus(`__Host-session=${session}`)).toBe(401);
  });

  test("[TH-12] when the database is locked for a moment, writes wait and reads don't", async () => {
    const path = join(directory, "moment.db");
    const site = newSite({ database: `sqlite:${path}` });
    const browser = await site.signedIn(email);
    const visitor = site.browser();
    await visitor.csrfToken();
    const other = new DatabaseSync(path);
    other.exec("BEGIN IMMEDIATE");
    let answered = false;
    const signingIn = visitor.postForm("/login", { login: email, password }).finally(() => {
      answered = true;
    });
    for (let look = 0; look < 20; look += 1) expect((await browser.get("/dashboard")).status).toBe(200);
    expect(answered).toBe(false);
    other.exec("ROLLBACK");
    other.close();
    expect((await signingIn).status).toBe(303);
    expect(await visitor.who()).toBe(email);
  });

  test("[TH-12] when the database is slow, reads don't wait for writes", async () => {
    const path = join(directory, "slow.db");
    const site = newSite({ database: `sqlite:${path}` });
    const { database } = site.auth;
    const browser = await site.signedIn(email);
    await site.mails();
    const { promise: fast, resolve: speedUp } = Promise.withResolvers<void>();
    const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
    const { transaction } = database;
    vi.spyOn(database, "transaction").mockImplementation((work, options) =>
      transaction(async (tx) => {
        begin();
        await fast;
        return work(tx);
      }, options),
    );
    const visitors = Array.from({ length: 5 }, () => site.browser());
    const signingIn = visitors.map((each) => each.postForm("/login", { login: email, password }));
    await begun;
    for (const page of ["/dashboard", "/session", "/account/sessions", "/login"]) {
      expect([page, (await browser.get(page)).status]).toEqual([page, page === "/login" ? 303 : 200]);
    }
    speedUp();
    expect((await Promise.all(signingIn)).map(({ status }) => status)).toEqual([303, 303, 303, 303, 303]);
  });

  test("[LG-05] when the database fails in an unforeseen way, the answer is 500 and no visitor is let in", async () => {
    const site = newSite();
    const browser = await site.signedIn(email);
    const token = await browser.csrfToken();
    // A write, so that no session stays in memory.
    await site.auth.database.run("UPDATE users SET fields = fields");
    const stop = spyOnStatements(site.auth.database, () => {
      throw new Error("canary: an error of the driver");
    });
    const tried = [
      await site.browser({ cookie: browser.jar.header }).get("/dashboard"),
      await browser.send("POST", "/notes", { headers: { "x-csrf-token": token } }),
      await site.browser().postForm("/login", { login: email, password }),
      await browser.postJson("/logout", {}, { "x-csrf-token": token }),
    ];
    stop();
    for (const { status, text, setCookies } of tried) {
      expect(status).toBe(500);
      expect(text).not.toContain("canary");
      expect(setCookies.filter((cookie) => /session|device/.test(cookie))).toEqual([]);
    }
    expect(site.changes.count).toBe(0);
    const reasons = site.log.filter(({ fields }) => String(fields.stack).includes("canary"));
    expect(reasons.length).toBeGreaterThanOrEqual(tried.length);
    expect(await browser.sessionStatus()).toBe(200);
  });

  test("[TH-12] [IN-09] when any single statement fails, the answer is 503 without a change, and the next try works", async () => {
    const { site, acts } = await storeScene();
    onTestFinished(() => site.close());
    const { database } = site.auth;
    const ours = new AsyncLocalStorage<true>();
    let statements = 0;
    let failAt = 0;
    const stop = spyOnStatements(database, (sql) => {
      if (ours.getStore() === undefined || sql === "COMMIT" || sql === "ROLLBACK") return;
      statements += 1;
      if (statements > failAt) throw new LatchkeyError("unavailable", { retryAfterSeconds: 5 });
    });
    onTestFinished(stop);
    for (const [name, act] of Object.entries(acts)) {
      // The previous request's mail must not be marked as sent during this one.
      await site.auth.deliverMail();
      for (failAt = 0; ; failAt += 1) {
        const before = await accountsSnapshot(database);
        statements = 0;
        const answer = await ours.run(true, act.send);
        const isWhole = act.endsLater === true && answer.status === act.status;
        if (isWhole) expect(answer.json()).toHaveProperty("application");
        if (statements <= failAt || isWhole) {
          expect([name, failAt, answer.status]).toEqual([name, failAt, act.status]);
          break;
        }
        expectUnavailable(`${name}, statement ${failAt}`, answer);
        expect([name, failAt, await accountsSnapshot(database)]).toEqual([name, failAt, before]);
      }
      expect(failAt).toBeGreaterThan(1);
    }
    await expectWholeAudit(site);
  });
});

describe("the application", () => {
  test("[TH-12] without its database the application is alive, not ready, shows its numbers, and answers 503", async () => {
    const { ask, auth, t } = await createTestApplication();
    const { headers } = await t.as("ann@example.org");
    const statuses = async () => {
      const seen: Record<string, number> = {};
      for (const path of ["/healthz", "/readyz", "/metrics", "/openapi.json", "/", "/posts", "/dashboard"]) {
        const answer = await ask(path, { headers: { cookie: headers.cookie }, from: "127.0.0.1" });
        await answer.text();
        seen[path] = answer.status;
        if (answer.status === 503) expect(answer.headers.get("retry-after")).toBe("5");
      }
      return seen;
    };
    const untouched = { "/healthz": 200, "/metrics": 200 };
    const well = { "/readyz": 200, "/openapi.json": 200, "/": 200, "/posts": 200, "/dashboard": 200 };
    expect(await statuses()).toEqual({ ...untouched, ...well });
    await auth.close();
    // Rows that were read in this turn of the event loop count until its end.
    await new Promise((resolve) => setImmediate(resolve));
    const down = { "/readyz": 503, "/openapi.json": 503, "/": 503, "/posts": 503, "/dashboard": 503 };
    expect(await statuses()).toEqual({ ...untouched, ...down });
    const post = await ask("/posts/new", { headers, form: { title: "x", content: "y" } });
    expect([post.status, post.headers.get("retry-after")]).toEqual([503, "5"]);
    // A page without a session look-up still needs the posts.
    expect((await ask("/posts")).status).toBe(503);
  });
});

describe("the mail server", () => {
  test.each(servers)("[TH-12] [EM-05] %s", async (_, send) => {
    onTestFinished(() => held.release());
    const seen: object[][] = [];
    for (const transport of [{ send: async () => undefined }, { send }]) {
      const site = newSite({ mail: { transport }, login: { mail: true } });
      const browser = await site.signedIn(email);
      const change = { current_password: password, password: "a louder kettle in the sun" };
      const answers = [
        await site.browser().postForm("/register", { email: "new@example.org", password }),
        await site.browser().postForm("/forgot-password", { email }),
        await site.browser().postForm("/confirm-email/resend", { email: "new@example.org" }),
        await site.browser().postForm("/login/mail", { email }),
        await browser.postForm("/account/email", { email: "other@example.org" }),
        await browser.postForm("/account/password", change),
        await site.browser().postForm("/login", { login: email, password: change.password }),
        await browser.get("/account"),
        await browser.postForm("/logout"),
      ];
      seen.push(answers.map((answer) => seenFromOutside(answer)));
      if (transport.send !== send) continue;
      const delivered = site.auth.deliverMail();
      if (send === held.transport.send) {
        await held.first;
        expect((await site.browser().postForm("/forgot-password", { email })).status).toBe(200);
        held.release();
      }
      await delivered;
      const waiting = (await unwrap(site.auth.outbox.list({ state: "waiting" }))).mails;
      expect(waiting.length > 5).toBe(send !== held.transport.send);
    }
    expect(seen[1]).toEqual(seen[0]);
  });
});

describe("the hashing of passwords", () => {
  test("[IN-01] a full hash queue answers 503 with the seconds to requests that need a hash; others continue", async () => {
    const site = newSite({ hashing: { concurrency: 1, queueLimit: 1 }, throttle: noThrottle });
    const browser = await site.signedIn(email);
    const neighbour = await site.signedIn("neighbour@example.org");
    const devices = {
      stranger: "",
      "a made-up one": `__Host-device=${inventedToken()}`,
      "another account's": `__Host-device=${neighbour.jar.get("__Host-device")}`,
    };
    await site.browser().postJson("/forgot-password", { email });
    const token = await site.tokenTo(email);
    // The hash for unknown accounts is computed once.
    await site.browser().postJson("/login", { login: "nobody@example.org", password });
    const { promise, resolve: release } = Promise.withResolvers<void>();
    const { promise: began, resolve: begin } = Promise.withResolvers<void>();
    Object.assign(gate, { held: promise, began: begin });
    const strangers = [site.browser(), site.browser()];
    for (const each of strangers) await each.csrfToken();
    const login = { login: email, password };
    const first = strangers[0]?.postJson("/login", login);
    await began;
    const second = strangers[1]?.postJson("/login", login);
    await vi.waitFor(() =>
      expect(site.auth.metrics().hashing).toEqual({ running: 1, waiting: 1, refused: 0 }),
    );
    // A flood costs no writes: it isn't counted or recorded. A request with a device cookie proceeds to its look-up,
    // but no further if another account has the device.
    const written: string[] = [];
    const stop = spyOnStatements(site.auth.database, (sql) => {
      if (!sql.startsWith("SELECT")) written.push(sql);
    });
    onTestFinished(stop);
    for (const [whose, cookie] of Object.entries(devices)) {
      const before = await databaseDump(site.auth.database);
      const flood = await Promise.all(
        Array.from({ length: 10 }, async (_, index) => {
          const form = { email: `flood-${index}@example.org`, password };
          const browser = site.browser({ cookie });
          return [await browser.postJson("/login", login), await browser.postJson("/register", form)];
        }),
      );
      const answers = flood.flat().map(({ status, code }) => [whose, status, code]);
      expect(answers).toEqual(answers.map(() => [whose, 503, "overloaded"]));
      // The test counts rolled-back writes too.
      expect([whose, written]).toEqual([whose, []]);
      expect(await databaseDump(site.auth.database)).toBe(before);
    }
    stop();
    const refused = [
      await site.browser().postJson("/login", login),
      await site.browser().postJson("/login", { login: "nobody@example.org", password: wrong }),
      await site.browser().postJson("/register", { email: "new@example.org", password }),
      await site.browser().postJson("/reset-password", { token, password: "a louder kettle in the sun" }),
    ];
    for (const { status, code, headers, setCookies } of refused) {
      expect([status, code]).toEqual([503, "overloaded"]);
      expect(Number(headers.get("retry-after"))).toBeGreaterThanOrEqual(1);
      expect(setCookies).toEqual([]);
    }
    for (const page of ["/dashboard", "/session", "/account", "/csrf"]) {
      expect([page, (await browser.get(page)).status]).toEqual([page, 200]);
    }
    expect((await site.browser().postJson("/forgot-password", { email: "new@example.org" })).status).toBe(
      202,
    );
    gate.held = null;
    release();
    expect([(await first)?.status, (await second)?.status]).toEqual([200, 200]);
    const again = { token, password: "a louder kettle in the sun" };
    expect((await site.browser().postJson("/reset-password", again)).status).toBe(200);
  });

  test("[IN-01] [VE-03] a full hash queue doesn't use up the link of a registration in another browser", async () => {
    const site = newSite({ hashing: { concurrency: 1, queueLimit: 0 }, throttle: { perAddress: 5 } });
    await site.browser({ address: "203.0.113.1" }).postJson("/register", { email, password });
    const confirm = { token: await site.tokenTo(email), password: "a louder kettle in the sun" };
    const browser = site.browser();
    const { promise, resolve: release } = Promise.withResolvers<void>();
    const { promise: began, resolve: begin } = Promise.withResolvers<void>();
    Object.assign(gate, { held: promise, began: begin });
    const elsewhere = site.browser({ address: "203.0.113.2" });
    const running = elsewhere.postJson("/login", { login: "busy@example.org", password });
    await began;
    const before = await accountsSnapshot(site.auth.database);
    // More often than the address's tries: it uses up none.
    for (let count = 0; count < 6; count += 1) {
      const refused = await browser.postJson("/confirm-email", confirm);
      expect([refused.status, refused.code]).toEqual([503, "overloaded"]);
      expect(Number(refused.headers.get("retry-after"))).toBeGreaterThanOrEqual(1);
      expect(refused.setCookies.filter((cookie) => /session|device/.test(cookie))).toEqual([]);
    }
    const page = await browser.postForm("/confirm-email", confirm);
    expect([page.status, Number(page.headers.get("retry-after")) >= 1]).toEqual([503, true]);
    expect(page.text).not.toContain(confirm.password);
    expect(await accountsSnapshot(site.auth.database)).toBe(before);
    expect((await unwrap(site.auth.users.find({ who: email }))).user).toBeNull();
    gate.held = null;
    release();
    await running;
    expect((await browser.postJson("/confirm-email", confirm)).status).toBe(200);
    expect(await browser.who()).toBe(email);
    const chosen = { login: email, password: confirm.password };
    expect((await site.browser().postJson("/login", chosen)).status).toBe(200);
    expect((await site.browser().postJson("/login", { ...chosen, password })).status).toBe(401);
  });

  test("[IN-01] a full hash queue refuses in front of the framework; other requests get the framework's answer", async () => {
    const site = newSite({ hashing: { concurrency: 1, queueLimit: 0 }, throttle: noThrottle });
    const owner = await site.signedIn(email);
    const reached: string[] = [];
    const behind = latchkey(site.auth, (_, res) => void res.end());
    const server = createServer((req, res) => {
      if (refuseFlood(site.auth, req, res)) return;
      reached.push(`${req.method} ${req.url}`);
      behind(req, res);
    });
    await once(server.listen(0, "127.0.0.1"), "listening");
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    const ask = async (path: string, headers: Record<string, string> = {}, method = "POST") => {
      const init = { method, headers, ...(method === "POST" ? { body: `{"login":"${email}"` } : {}) };
      const response = await fetch(`http://127.0.0.1:${port}${path}`, init);
      const sent = Object.fromEntries(response.headers);
      const { date: _, "x-request-id": id, "content-security-policy": policy, ...rest } = sent;
      const nonce = /nonce-([^']+)/.exec(policy ?? "")?.[1] ?? "none";
      const text = await response.text();
      expect([id?.length, text.includes(id as string)]).toEqual([22, true]);
      const alike = (part: string) => part.replaceAll(id as string, "id").replaceAll(nonce, "nonce");
      const seen = { status: response.status, rest, policy: alike(policy ?? ""), text: alike(text) };
      return { seen, nonce, id };
    };
    const { promise, resolve: release } = Promise.withResolvers<void>();
    const { promise: began, resolve: begin } = Promise.withResolvers<void>();
    await site.browser().postJson("/login", { login: "nobody@example.org", password });
    Object.assign(gate, { held: promise, began: begin });
    const running = site.browser().postJson("/login", { login: "busy@example.org", password });
    await began;
    const json = { accept: "application/json", "content-type": "application/json" };
    const page = { accept: "text/html", "content-type": "application/x-www-form-urlencoded" };
    for (const path of ["/login", "/register"]) {
      for (const headers of [json, page]) {
        reached.length = 0;
        const slow = await ask(path, headers);
        // The framework answers the first one, while the refusal for the front is prepared.
        expect(reached).toEqual([`POST ${path}`]);
        const fast = await ask(path, headers);
        const again = await ask(path, headers);
        expect(reached).toEqual([`POST ${path}`]);
        expect(slow.seen.status).toBe(503);
        expect(fast.seen).toEqual(slow.seen);
        expect(again.seen).toEqual(slow.seen);
        expect(fast.id).not.toBe(again.id);
        if (headers === page) expect(fast.nonce).not.toBe(again.nonce);
      }
    }
    expect(site.auth.metrics().hashing.refused).toBe(12);
    // An invented device belongs to no account. All else continues, and so does a known browser.
    reached.length = 0;
    await ask("/login", { ...json, cookie: `__Host-device=${inventedToken()}` });
    await ask("/login", { ...json, cookie: "__Host-device=x" });
    expect(reached).toEqual([]);
    await fetch(`http://127.0.0.1:${port}/login`);
    await fetch(`http://127.0.0.1:${port}/forgot-password`, { method: "POST" });
    const cookie = owner.jar.header;
    expect(cookie).toContain("device=");
    await fetch(`http://127.0.0.1:${port}/login`, {
      method: "POST",
      headers: { ...json, cookie },
      body: "{}",
    });
    expect(reached).toEqual(["GET /login", "POST /forgot-password", "POST /login"]);
    gate.held = null;
    release();
    await running;
    const { status } = await fetch(`http://127.0.0.1:${port}/login`, {
      method: "POST",
      headers: json,
      body: "{}",
    });
    expect(status).not.toBe(503);
  });

  test("[IN-01] [TH-04] a full hash queue uses up no tries and ends no session", async () => {
    const site = newSite({
      hashing: { concurrency: 1, queueLimit: 0 },
      throttle: { consecutiveFailures: 6 },
    });
    const browser = await site.signedIn(email);
    const login = { login: email, password };
    // The first failure of an unknown device.
    await site.browser().postJson("/login", { ...login, password: wrong });
    const { promise, resolve: release } = Promise.withResolvers<void>();
    const { promise: began, resolve: begin } = Promise.withResolvers<void>();
    Object.assign(gate, { held: promise, began: begin });
    const running = site.browser().postJson("/login", { ...login, login: "busy@example.org" });
    await began;
    for (let count = 0; count < 12; count += 1) {
      expect((await site.browser().postJson("/login", login)).status).toBe(503);
      expect((await browser.postJson("/reauthenticate", { password })).status).toBe(503);
    }
    gate.held = null;
    release();
    await running;
    expect((await browser.postJson("/reauthenticate", { password })).status).toBe(200);
    // Unknown devices have the same tries as before: four more until they wait.
    const guess = () => site.browser().postJson("/login", { ...login, password: wrong });
    for (let count = 0; count < 4; count += 1) expect((await guess()).status).toBe(401);
    expect((await guess()).status).toBe(429);
  });
});

describe("the clock", () => {
  /** A site with a clock that can be set back. */
  function clockedSite(options: Partial<AuthOptions> = {}): Site & { set(ms: number): void } {
    const start = Date.UTC(2026, 0, 1);
    let now = start;
    const site = newSite({ throttle: {}, login: { mail: true }, clock: { now: () => now }, ...options });
    return {
      ...site,
      set: (ms) => {
        now = start + ms;
      },
    };
  }

  const links: [
    string,
    (site: Site) => Promise<[path: string, body: object, browser: Browser, lifeMs: number]>,
  ][] = [
    [
      "a reset",
      async (site) => {
        await unwrap(site.auth.users.create({ email, password }));
        await site.browser().postJson("/forgot-password", { email });
        const token = await site.tokenTo(email);
        return ["/reset-password", { token, password: "a louder kettle in the sun" }, site.browser(), hour];
      },
    ],
    [
      "a registration",
      async (site) => {
        const browser = site.browser();
        await browser.postJson("/register", { email, password });
        return ["/confirm-email", { token: await site.tokenTo(email) }, browser, day];
      },
    ],
    [
      "a sign-in by mail",
      async (site) => {
        await unwrap(site.auth.users.create({ email, password }));
        const browser = site.browser();
        await browser.postJson("/login/mail", { email });
        return ["/login/mail/confirm", { token: await site.tokenTo(email) }, browser, 15 * minute];
      },
    ],
    [
      "a sign-in by code",
      async (site) => {
        await unwrap(site.auth.users.create({ email, password }));
        const browser = site.browser();
        await browser.postJson("/login/mail", { email });
        const { code } = (await site.mails())[0] ?? {};
        return ["/login/mail/confirm", { code }, browser, 15 * minute];
      },
    ],
  ];

  test.each(links)(
    "[RS-03] A-RS-04 with the clock set, the link of %s never works outside its time",
    async (_, make) => {
      const site = clockedSite();
      const [path, body, browser, lifeMs] = await make(site);
      const refused = async (at: number) => {
        site.set(at);
        const { status, setCookies } = await browser.postJson(path, body);
        expect([at, status >= 400 && status < 500, setCookies]).toEqual([at, true, []]);
      };
      // Set back before it was made: its age is unknown.
      for (const at of [-6 * minute, -day, -400 * day]) await refused(at);
      // Set forward, by a little or by much.
      for (const at of [lifeMs, lifeMs + day, 400 * day]) await refused(at);
      // After the clean-up no clock revives it.
      await site.auth.cleanUp();
      await refused(minute);
    },
  );

  test("[RS-03] a clock set by a few minutes, as synchronising does, keeps links and sessions alive", async () => {
    const site = clockedSite();
    const owner = await site.signedIn(email);
    await site.browser().postJson("/forgot-password", { email });
    const token = await site.tokenTo(email);
    site.set(-5 * minute);
    expect(await owner.sessionStatus()).toBe(200);
    const chosen = "a louder kettle in the sun";
    expect((await site.browser().postJson("/reset-password", { token, password: chosen })).status).toBe(200);
  });

  test("[SL-04] [SL-05] a clock set back accepts no session from the future and revives no expired one", async () => {
    const site = clockedSite();
    const over = await site.signedIn("over@example.org");
    site.set(8 * day);
    const later = await site.signedIn(email);
    const before = later.jar.header;
    // Marked as expired by the clean-up, with the reason.
    await site.auth.cleanUp();
    site.set(day);
    expect(await site.sessionStatus(over.jar.header)).toBe(401);
    expect(await site.sessionStatus(before)).toBe(401);
    const at = (path: string) => site.browser({ cookie: before }).get(path);
    expect((await at("/dashboard")).location).toBe("/login?next=%2Fdashboard");
    expect([(await at("/vault")).status, (await at("/account")).status]).toEqual([303, 303]);
    expect((await at("/members.json")).status).not.toBe(200);
    site.set(8 * day);
    expect(await site.sessionStatus(before)).toBe(200);
    expect(await site.sessionStatus(over.jar.header)).toBe(401);
    // Its end is unchanged.
    site.set(15 * day);
    expect(await site.sessionStatus(before)).toBe(401);
  });

  test("[SL-04] [SL-05] a clock set forward expires sessions as if the time had passed", async () => {
    const site = clockedSite();
    const browser = await site.signedIn(email);
    const { header } = browser.jar;
    site.set(400 * day);
    expect(await site.sessionStatus(header)).toBe(401);
    expect((await browser.get("/dashboard")).status).toBe(303);
    const again = await site.browser().postJson("/login", { login: email, password });
    expect(again.status).toBe(200);
  });

  const guess = async (site: Site, typed = wrong) => {
    const answer = await site.browser().postJson("/login", { login: email, password: typed });
    return [answer.status, Number(answer.headers.get("retry-after"))];
  };

  test("[TH-03] [TH-05] a clock set back keeps a waiting account waiting, but no longer than the usual limit", async () => {
    const site = clockedSite();
    await unwrap(site.auth.users.create({ email, password }));
    for (let count = 0; count < 5; count += 1) expect(await guess(site)).toEqual([401, 0]);
    expect(await guess(site, password)).toEqual([429, 900]);
    site.set(-365 * day);
    expect(await guess(site, password)).toEqual([429, 900]);
    site.set(-365 * day + 10 * minute);
    expect(await guess(site, password)).toEqual([429, 300]);
    site.set(-365 * day + 15 * minute);
    expect((await guess(site, password))[0]).toBe(200);
  });

  test("[TH-03] [TH-05] failures before a clock set back still count", async () => {
    const site = clockedSite();
    await unwrap(site.auth.users.create({ email, password }));
    for (let count = 0; count < 3; count += 1) expect(await guess(site)).toEqual([401, 0]);
    site.set(-day);
    for (let count = 0; count < 2; count += 1) expect(await guess(site)).toEqual([401, 0]);
    expect(await guess(site, password)).toEqual([429, 900]);
  });

  test("[TH-03] a clock set forward ends the wait, but not the row of failures", async () => {
    const site = clockedSite({ throttle: { consecutiveFailures: 7 } });
    await unwrap(site.auth.users.create({ email, password }));
    for (let count = 0; count < 5; count += 1) expect(await guess(site)).toEqual([401, 0]);
    site.set(day);
    for (let count = 0; count < 2; count += 1) expect(await guess(site)).toEqual([401, 0]);
    // The right password, but it is switched off.
    expect((await guess(site, password))[0]).toBe(401);
  });

  test("[EM-05] with a clock set back, delayed mail is sent at its time and new mail at once", async () => {
    const site = clockedSite();
    await unwrap(site.auth.users.create({ email: "early@example.org", password }));
    await unwrap(site.auth.users.create({ email, password }));
    await site.browser().postJson("/forgot-password", { email: "early@example.org" });
    site.set(-hour);
    await site.browser().postJson("/forgot-password", { email });
    const recipients = async () => (await site.mails()).map(({ to }) => to);
    expect(await recipients()).toEqual([email]);
    site.set(0);
    expect(await recipients()).toEqual(expect.arrayContaining([email, "early@example.org"]));
  });
});

test("every line of docs/failures.md names existing tests", () => {
  const root = join(import.meta.dirname, "../..");
  const read = (file: string) => readFileSync(join(root, file), "utf8");
  const files = ["tests/security/failures.test.ts", "tests/security/mail-transport.test.ts"];
  const titles = [...files, "app/server.test.ts", "src/platform/database/sqlite.test.ts"]
    .flatMap((file) => readTestTitles(file, read(file)))
    .concat(
      unwritable.map(([name]) => name),
      gone.map(([name]) => name),
      servers.map(([name]) => name),
    );
  const known = (title: string) => titles.some((each) => each.includes(title));
  const lines = read("docs/failures.md")
    .split("\n")
    .filter((line) => line.startsWith("| ") && !/^\| (---|what happens)/.test(line));
  expect(lines.length).toBeGreaterThan(20);
  for (const line of lines) {
    const named = [...(line.split(" | ").at(-1) ?? "").matchAll(/`([^`]+)`/g)].map(
      (match) => match[1] as string,
    );
    expect([line, named.length > 0]).toEqual([line, true]);
    for (const title of named) expect([title, known(title)]).toEqual([title, true]);
  }
});
