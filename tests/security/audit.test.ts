import { randomBytes } from "node:crypto";
import type { OutgoingMail } from "latchkey";
import { unwrap } from "latchkey";
import { readEnvironment } from "latchkey/environment";
import { smtpTransport } from "latchkey/smtp";
import { createTestAuth, type TestAuth } from "latchkey/testing";
import * as v from "valibot";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { authOptions, createApplication, userOptions } from "../../app/application.ts";
import { createLog } from "../../app/logging.ts";
import { logLine } from "../../scripts/log-lines.ts";
import { type Answer, readAnswer } from "../support/answer.ts";
import { type Browser, createBrowser } from "../support/browser.ts";
import { selfSignedCertificate } from "../support/certificate.ts";
import { databaseDump } from "../support/database-dump.ts";
import { type MailServer, startMailServer } from "../support/mail-server.ts";
import { noThrottle, origin, tokenOf } from "../support/site.ts";

/*
 * The whole application as in production, with full logging and a mail server that repeats its input. An account passes
 * through every flow. Then the test looks for every secret in all output (case A-LG-02).
 */

const key = randomBytes(32).toString("base64url");
const oldKey = randomBytes(32).toString("base64url");
const pepper = randomBytes(32).toString("base64url");
const smtpPassword = "canary: 100% of the post/office";
const email = "canary@example.org";
const otherEmail = "moved-canary@example.org";

const passwords = {
  first: "canary first: the teapot sings",
  wrong: "canary wrong: the kettle hums",
  common: "password1234",
  reset: "canary reset: the cup rings",
  resetWrong: "canary other: the spoon falls",
  changed: "canary changed: the saucer spins",
  afterUndo: "canary undone: the jug pours",
};

/** The rest of an installation, with a canary for each secret. */
const output: string[] = [];
const logLines: string[] = [];
const answers: Answer[] = [];
const mails: OutgoingMail[] = [];
/** The secrets that must not occur, with a name for the failure's message. */
const canaries = new Map<string, string>();

let t: TestAuth;
let server: MailServer;
let app: Awaited<ReturnType<typeof createApplication>>["app"];
let metrics = "";
let records: Record<string, unknown>[] = [];

function plant(name: string, value: string | undefined): string {
  if (value === undefined || value.length < 8) throw new Error(`No ${name} to look for.`);
  canaries.set(value, name);
  return value;
}

/** The secrets of an answer: cookies, and the tokens of its forms. */
function plantFrom({ setCookies, text }: Answer): void {
  for (const line of setCookies) {
    const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
    if (value.length > 20) plant(`cookie ${name}`, value);
  }
  for (const [, inForm, inJson] of text.matchAll(
    /name="csrf_token" value="([^"]+)"|"csrf_token":"([^"]+)"/g,
  )) {
    plant("CSRF token", inForm ?? inJson);
  }
}

/** A browser that remembers all its answers. */
function visitor(): Browser {
  const environment = { incoming: { socket: { remoteAddress: "198.51.100.7" } } };
  return createBrowser({
    origin,
    sessionCookie: "__Host-session",
    async fetch(path, init) {
      const response = await app.request(path, init, environment);
      const answer = await readAnswer(response.clone());
      plantFrom(answer);
      answers.push(answer);
      return response;
    },
  });
}

/** The newest mail of a kind that holds a secret, and the secret. */
async function mailed(kind: string): Promise<OutgoingMail & { token: string }> {
  t.clock.advance("1m");
  await t.auth.deliverMail();
  for (const mail of mails) {
    for (const link of mail.links) if (link.includes("token=")) plant(`link of ${mail.kind}`, tokenOf(link));
    if (mail.code !== undefined) plant("code", mail.code);
  }
  const ofKind = (mail: OutgoingMail) =>
    mail.kind === kind && mail.links.some((link) => link.includes("token="));
  const mail = mails.findLast(ofKind);
  if (mail === undefined) throw new Error(`No mail ${kind} left, only ${mails.map((each) => each.kind)}.`);
  return { ...mail, token: tokenOf(mail.links.find((link) => link.includes("token="))) };
}

async function register(): Promise<Browser> {
  const browser = visitor();
  await browser.postForm("/register", { email, password: passwords.common });
  expect((await browser.postForm("/register", { email, password: passwords.first })).status).toBe(200);
  // The mail server refuses the password at first, and quotes it.
  await t.auth.deliverMail();
  expect((await unwrap(t.auth.outbox.list())).mails[0]?.lastError).toBeTruthy();
  const { token } = await mailed("confirm_email");
  await browser.open(`/confirm-email?token=${token}`);
  expect((await browser.postForm("/confirm-email", { token })).status).toBe(303);
  expect((await browser.postForm("/confirm-email", { token })).status).toBe(410);
  expect((await visitor().postForm("/confirm-email", { token })).status).toBe(410);
  expect((await visitor().postForm("/register", { email, password: passwords.first })).status).toBe(200);
  return browser;
}

async function signIn(password: string, login = email): Promise<Browser> {
  const browser = visitor();
  expect((await browser.postForm("/login", { login, password: passwords.wrong })).status).toBe(401);
  expect((await browser.postJson("/login", { login, password: passwords.wrong })).status).toBe(401);
  expect((await browser.postForm("/login", { login, password, remember: "1" })).status).toBe(303);
  return browser;
}

async function reset(browser: Browser): Promise<void> {
  await browser.postForm("/forgot-password", { email });
  const { token } = await mailed("reset_password");
  await browser.open(`/reset-password?token=${token}`);
  expect((await browser.postForm("/reset-password", { token, password: passwords.common })).status).toBe(422);
  expect((await browser.postForm("/reset-password", { token, password: passwords.reset })).status).toBe(303);
  expect((await browser.postForm("/reset-password", { token, password: passwords.resetWrong })).status).toBe(
    410,
  );
  expect((await browser.postJson("/reset-password", { token, password: passwords.resetWrong })).status).toBe(
    410,
  );
}

async function changePassword(browser: Browser): Promise<void> {
  const change = { current_password: passwords.wrong, password: passwords.changed };
  expect((await browser.postForm("/account/password", change)).status).toBe(422);
  const right = { ...change, current_password: passwords.reset };
  expect((await browser.postForm("/account/password", right)).status).toBe(303);
}

async function changeAddress(browser: Browser): Promise<void> {
  expect((await browser.postForm("/account/email", { email: otherEmail })).status).toBe(200);
  const { token } = await mailed("change_email");
  await browser.open(`/confirm-email-change?token=${token}`);
  expect((await browser.postForm("/confirm-email-change", { token })).status).toBe(303);
  t.clock.advance("31s");
  expect((await browser.postForm("/confirm-email-change", { token })).status).toBe(410);
}

async function undo(): Promise<void> {
  const { token } = await mailed("email_changed");
  const browser = visitor();
  await browser.open(`/undo?token=${token}`);
  expect((await browser.postForm("/undo", { token })).status).toBe(303);
  t.clock.advance("31s");
  expect((await browser.postForm("/undo", { token })).status).toBe(410);
  const choose = (await mailed("change_undone")).token;
  const answer = await browser.postForm("/reset-password", { token: choose, password: passwords.afterUndo });
  expect(answer.status).toBe(303);
}

async function signInByMail(): Promise<Browser> {
  const byLink = visitor();
  await byLink.postForm("/login/mail", { email });
  const { token } = await mailed("mail_login");
  expect((await visitor().postForm("/login/mail/confirm", { token })).status).toBe(403);
  await byLink.open(`/login/mail/confirm?token=${token}`);
  expect((await byLink.postForm("/login/mail/confirm", { token })).status).toBe(303);
  const byCode = visitor();
  await byCode.postForm("/login/mail", { email });
  const { code = "" } = await mailed("mail_login");
  expect((await visitor().postJson("/login/mail/confirm", { code })).status).not.toBe(200);
  expect((await byCode.postForm("/login/mail/confirm", { code: "BBBB-BBBB" })).status).toBe(422);
  expect((await byCode.postForm("/login/mail/confirm", { code })).status).toBe(303);
  expect((await visitor().postForm("/login/mail/confirm", { code })).status).toBe(422);
  return byCode;
}

async function reauthenticate(browser: Browser): Promise<void> {
  t.clock.advance("30m");
  expect((await browser.get("/account/email")).status).toBe(303);
  expect((await browser.postForm("/reauthenticate", { password: passwords.wrong })).status).toBe(422);
  expect((await browser.postForm("/reauthenticate", { password: passwords.afterUndo })).status).toBe(303);
}

/** Secrets in wrong places: broken bodies, paths that mail programs mangled, headers, other sites. */
async function misplace(browser: Browser): Promise<void> {
  const { token } = await mailed("mail_login");
  const session = browser.session();
  const csrf = await browser.csrfToken();
  const json = { "content-type": "application/json", "x-csrf-token": csrf };
  for (const body of [
    `{"password":"${passwords.wrong}"`,
    `["${passwords.wrong}"]`,
    `{"token":["${token}"]}`,
  ]) {
    await browser.send("POST", "/login", { body, headers: json });
    await browser.send("POST", "/reset-password", { body, headers: json });
  }
  for (const path of [
    `/reset-password/${token}`,
    `/reset-password%3Ftoken=${token}`,
    `/reset-password%3Ftoken%3D${token}`,
    `/confirm-email&token=${token}`,
    `/${session}?session=${session}`,
    `/posts/${token}`,
    `/account/sessions/${session}`,
  ]) {
    await browser.get(path);
    await browser.send("POST", path, { headers: { "sec-fetch-site": "cross-site", "x-csrf-token": csrf } });
  }
  const authorization = `Bearer ${session}`;
  const referer = `${origin}/undo?token=${token}`;
  const misplaced = { authorization, referer, "x-forwarded-for": token };
  await visitor().send("GET", "/account", { headers: misplaced });
  await visitor().send("POST", "/login", {
    form: { login: email, password: passwords.wrong, csrf_token: csrf },
  });
  await browser.send("POST", "/logout", { form: { csrf_token: `${csrf}x` }, headers: { referer } });
}

/** The store fails before and during a write. */
async function crash(browser: Browser): Promise<void> {
  for (const table of ["sessions", "audit", "throttle", "passwords", "one_time_tokens", "outbox"]) {
    for (const when of ["INSERT", "UPDATE"]) {
      await t.auth.database.run(
        `CREATE TRIGGER fault BEFORE ${when} ON ${table} BEGIN SELECT RAISE(ABORT, 'fault'); END`,
      );
      await visitor().postForm("/login", { login: email, password: passwords.afterUndo });
      await visitor().postForm("/register", { email: "late@example.org", password: passwords.resetWrong });
      await visitor().postForm("/forgot-password", { email });
      await browser.postForm("/reauthenticate", { password: passwords.afterUndo });
      await t.auth.deliverMail().catch(() => undefined);
      await t.auth.database.run("DROP TRIGGER fault");
    }
  }
  const gone = vi.spyOn(t.auth.database, "transaction").mockRejectedValue(new Error("the store is gone"));
  const csrf_token = await browser.csrfToken();
  await browser.send("POST", "/login", { form: { login: email, password: passwords.afterUndo, csrf_token } });
  gone.mockRestore();
}

async function remove(browser: Browser): Promise<void> {
  await browser.postForm("/reauthenticate", { password: passwords.afterUndo });
  expect((await browser.postForm("/account/export")).status).toBe(200);
  expect((await browser.postForm("/account/delete", { confirm: otherEmail })).status).toBe(422);
  expect((await browser.postForm("/account/delete", { confirm: email })).status).toBe(303);
  await t.auth.deliverMail();
  records = await t.auth.database.all("SELECT * FROM audit ORDER BY id");
  t.clock.advance("15d");
  await t.auth.cleanUp();
}

beforeAll(async () => {
  const take = (chunk: unknown) => {
    output.push(String(chunk));
    return true;
  };
  vi.spyOn(process.stdout, "write").mockImplementation(take);
  vi.spyOn(process.stderr, "write").mockImplementation(take);
  for (const method of ["log", "info", "warn", "error", "debug"] as const) {
    vi.spyOn(console, method).mockImplementation((...words) => void output.push(words.map(String).join(" ")));
  }
  let refused = 0;
  const certificate = selfSignedCertificate(["localhost"]);
  server = await startMailServer({
    ...certificate,
    authOptional: false,
    onAuth({ username, password }, _session, done) {
      refused += 1;
      if (refused > 1) return done(null, { user: username });
      const quoted = Buffer.from(`\0${username}\0${password}`).toString("base64");
      return done(new Error(`no ${password} ${quoted}`));
    },
  });
  const environment = readEnvironment({
    NODE_ENV: "production",
    ORIGIN: origin,
    DATABASE_URL: "sqlite::memory:",
    SECRET_KEYS: `${key},${oldKey}`,
    SMTP_URL: `smtp://app:${encodeURIComponent(smtpPassword)}@localhost:${server.port}`,
    LOG_LEVEL: "trace",
  });
  const smtp = smtpTransport(environment.smtpUrl ?? "", { tls: { ca: certificate.cert } });
  const log = createLog(environment.logLevel, { write: (line) => void logLines.push(line) });
  t = createTestAuth({
    ...authOptions(environment),
    user: userOptions(() => t.auth.database),
    throttle: noThrottle,
    login: { mail: true },
    password: { peppers: [pepper] },
    logger: log,
    mail: {
      transport: {
        send: async (mail, context) => {
          await smtp.send(mail, context);
          mails.push(mail);
        },
        close: () => smtp.close?.(),
      },
    },
  });
  ({ app } = await createApplication(environment, { auth: t.auth, log }));
  for (const [name, password] of Object.entries(passwords)) plant(`password ${name}`, password);
  for (const [name, secret] of Object.entries({ key, oldKey, pepper, smtpPassword })) plant(name, secret);

  await register();
  await signIn(passwords.first);
  const browser = await signIn(passwords.first);
  await reset(browser);
  const again = await signIn(passwords.reset);
  await changePassword(again);
  await changeAddress(again);
  await undo();
  await signIn(passwords.afterUndo);
  const byMail = await signInByMail();
  await reauthenticate(byMail);
  await misplace(byMail);
  await crash(byMail);
  await remove(byMail);
  const local = { incoming: { socket: { remoteAddress: "127.0.0.1" } } };
  metrics = await (await app.request("/metrics", {}, local)).text();
  vi.restoreAllMocks();
}, 120_000);

afterAll(async () => {
  await t?.close();
  await server?.stop();
});

/** A secret in plain form and in all encodings. */
function spellings(secret: string): string[] {
  const bytes = Buffer.from(secret);
  const encoded = [bytes.toString("base64url"), bytes.toString("base64"), bytes.toString("hex")];
  return [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret), ...encoded];
}

/** Every canary that occurs in one of these texts, with the place. */
function found(texts: readonly string[], which: (name: string) => boolean = () => true): string[] {
  const whole = texts.join("\n");
  const hits: string[] = [];
  for (const [secret, name] of canaries) {
    if (!which(name)) continue;
    for (const spelling of spellings(secret)) {
      const at = whole.indexOf(spelling);
      if (at >= 0) hits.push(`${name}: ${whole.slice(Math.max(0, at - 120), at + 60)}`);
    }
  }
  return hits;
}

describe("no secret leaks anywhere (case A-LG-02)", () => {
  test("the walk covers every flow, and every kind of secret occurs", () => {
    const kinds = [...new Set([...canaries.values()].map((name) => name.split(" ").slice(0, 2).join(" ")))];
    expect(kinds).toEqual(
      expect.arrayContaining([
        ...["key", "oldKey", "pepper", "smtpPassword", "password first", "CSRF token", "code"],
        ...["cookie __Host-session", "cookie __Host-device", "cookie __Host-data", "link of"],
      ]),
    );
    const links = [...canaries.values()].filter((name) => name.startsWith("link of "));
    expect(new Set(links).size).toBeGreaterThanOrEqual(5);
    const events = new Set(records.map(({ event }) => event));
    for (const event of [
      ...["authn_login_success", "authn_login_fail", "authn_password_change", "authn_password_change_fail"],
      ...["authn_reauthentication_success", "authn_reauthentication_fail", "authn_token_created"],
      ...[
        "user_email_changed",
        "user_change_undone",
        "user_deletion_requested",
        "sensitive_read",
        "malicious_csrf",
        "sequence_fail",
      ],
    ]) {
      expect([event, events.has(event)]).toEqual([event, true]);
    }
    expect(answers.filter(({ status }) => status >= 400).length).toBeGreaterThan(40);
    expect(answers.filter(({ status }) => status >= 500).length).toBeGreaterThan(5);
  });

  test("[LG-03] no secret is in the log at its lowest level or on the console", () => {
    expect(logLines.length).toBeGreaterThan(200);
    expect(found([...logLines, ...output])).toEqual([]);
    for (const line of logLines) expect(line).not.toMatch(/canary@example|\bcanary%40/);
  });

  test("[LG-02] every line of the log is one JSON object of the published schema, and every event kind occurs", () => {
    const kinds = new Set<string>();
    for (const line of logLines) {
      expect(line).toMatch(/^[^\n]+\n$/);
      const said = JSON.parse(line) as Record<string, unknown>;
      const { issues = [] } = v.safeParse(logLine, said);
      expect([line, issues.map(({ message }) => message)]).toEqual([line, []]);
      kinds.add(said.event !== undefined ? "event" : said.message === "request" ? "request" : "other");
    }
    expect([...kinds].sort()).toEqual(["event", "other", "request"]);
  });

  test("[LG-03] no secret is in the audit, and its chain is intact at the end", async () => {
    expect(records.length).toBeGreaterThan(40);
    expect(found(records.map((row) => JSON.stringify(row)))).toEqual([]);
    expect(await unwrap(t.auth.audit.verify())).toMatchObject({ intact: true });
  });

  test("[LG-03] no secret is in a refusal, except in the hidden fields of its form", () => {
    const refusals = answers.filter(({ status }) => status >= 400);
    const texts = refusals.map(({ text, headers }) => {
      const shown = [...headers].filter(([name]) => name !== "set-cookie").join("\n");
      return `${shown}\n${text.replace(/<input type="hidden"[^>]*>/g, "")}`;
    });
    expect(found(texts)).toEqual([]);
  });

  test("[LG-03] no password, key or cookie is in any answer or mail", () => {
    const lasting = (name: string) => !/^(CSRF|link|code)/.test(name);
    expect(
      found(
        answers.map(({ text }) => text),
        lasting,
      ),
    ).toEqual([]);
    expect(
      found(
        mails.map((mail) => JSON.stringify(mail)),
        lasting,
      ),
    ).toEqual([]);
    expect(
      found(
        server.received.map(({ raw }) => raw),
        lasting,
      ),
    ).toEqual([]);
  });

  test("[LG-03] no secret is in the metrics", () => {
    expect(metrics).toContain("http_request_duration_seconds_count");
    expect(found([metrics])).toEqual([]);
  });

  test("[LG-03] [KY-03] no secret is in the database once the mail has left", async () => {
    expect(found([await databaseDump(t.auth.database)])).toEqual([]);
  });
});

describe("typed and sent text forges no record (case A-LG-01)", () => {
  const payloads = [
    '\n{"event":"authn_login_success","level":"info"}',
    "\r\n\u001b[2J\u001b]0;title\u0007",
    "\u009b2J\u0085\u2028\u2029",
    "\u202e\u2066\ufeff",
    "%s%n$" + "{jndi:ldap://x}<script>",
    "x".repeat(60_000),
  ];

  test.each(payloads)(
    "[LG-04] %j in login names, headers and paths breaks no log line and no row",
    async (payload) => {
      const begun = logLines.length;
      const [newest] = (await unwrap(t.auth.audit.list({ limit: 1 }))).records;
      const browser = visitor();
      await browser.postJson("/login", { login: payload, password: payload });
      await browser.postForm("/login", { login: `${payload}@example.org`, password: payload });
      await browser.postJson("/register", { email: `${payload}@example.org`, password: payload });
      await browser.postJson("/login/mail/confirm", { code: payload, token: payload });
      await browser.get(`/posts/${encodeURIComponent(payload)}?next=${encodeURIComponent(payload)}`);
      await browser.send("POST", `/posts/${encodeURIComponent(payload)}`, { form: { title: payload } });
      // Header values that clients of tests can't send, as a lenient server would pass them.
      const headers: Record<string, string> = {};
      for (const name of ["user-agent", "x-request-id", "x-forwarded-for", "referer", "accept", "origin"]) {
        headers[name] = payload;
      }
      for (const method of ["GET", "POST"]) {
        const answer = await t.auth.handle({
          method,
          path: "/account/password",
          query: `?${payload}`,
          socketAddress: "198.51.100.7",
          header: (name) => headers[name.toLowerCase()] ?? null,
          fields: async () => ({ password: payload }),
        });
        expect(answer?.headers.get("x-request-id")).toMatch(/^[\w-]{8,64}$/);
      }
      const lines = logLines.slice(begun);
      expect(lines.length).toBeGreaterThan(8);
      for (const line of lines) {
        expect(line).toMatch(/^\{[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]{1,2000}\}\n$/u);
        expect(JSON.parse(line)).not.toMatchObject({ event: "authn_login_success" });
      }
      const { records: rows } = await unwrap(t.auth.audit.list({ limit: 1000 }));
      const written = rows.filter(({ id }) => id > (newest?.id ?? ""));
      expect(written.map(({ event }) => event)).toContain("malicious_csrf");
      for (const row of written) {
        expect(row.event).not.toBe("authn_login_success");
        const texts = [row.requestId, row.address, row.userAgent, ...Object.values(row.detail)].map(String);
        for (const text of texts) expect(text).toMatch(/^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]{0,256}$/u);
      }
      expect(await unwrap(t.auth.audit.verify())).toMatchObject({ intact: true });
    },
  );
});
