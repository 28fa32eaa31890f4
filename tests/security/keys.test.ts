import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createAuth, type Logger, unwrap } from "latchkey";
import { readEnvironment } from "latchkey/environment";
import { testClock, testPassword } from "latchkey/testing";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { coreOf } from "../../src/assemble.ts";
import type { Browser } from "../support/browser.ts";
import { capturingLogger } from "../support/capturing-logger.ts";
import { CookieJar } from "../support/cookie-jar.ts";
import { createSite, origin, type Site, tokenOf } from "../support/site.ts";

const name = "__Host-session";
const newPassword = "a louder kettle in the sun";
const secretKey = (): string => randomBytes(32).toString("hex");

afterEach(() => {
  vi.restoreAllMocks();
});

const tables = [
  "users",
  "roles",
  "passwords",
  "sessions",
  "session_data",
  "devices",
  "pending_registrations",
];
const allTables = [...tables, "one_time_tokens", "throttle", "audit", "outbox"];

/** Every text and blob of the database, as stored. */
async function dump(site: Site): Promise<(string | Buffer)[]> {
  const values: (string | Buffer)[] = [];
  for (const table of allTables) {
    for (const row of await site.auth.database.all<Record<string, unknown>>(`SELECT * FROM ${table}`)) {
      for (const value of Object.values(row)) {
        if (typeof value === "string") values.push(value);
        else if (value instanceof Uint8Array) values.push(Buffer.from(value));
      }
    }
  }
  return values;
}

/** A value in every possible spelling. */
/** The ways into the store: the methods of the database, and how the session check reads. */
const methods = ["one", "find", "all", "run", "returning", "transaction"] as const;
type StoreMethod = (typeof methods)[number];

function breakStore({ auth }: Site, method: StoreMethod, failure: () => unknown) {
  return method === "find"
    ? vi.spyOn(coreOf(auth).sessionStore, method).mockImplementation(failure as never)
    : vi.spyOn(auth.database, method).mockImplementation(failure as never);
}

function spellings(value: string | Buffer): string[] {
  const bytes = typeof value === "string" ? Buffer.from(value) : value;
  const texts = [bytes.toString("base64url"), bytes.toString("hex"), bytes.toString("base64")];
  return typeof value === "string" ? [value, ...texts] : texts;
}

describe("keys at start", () => {
  const weak = [
    "",
    "changeme",
    "dev-key-change-in-production",
    "my_super_secret_random_string_123",
    "12345",
    "your-very-long-random-secret-key-here",
    "keyboard cat",
    randomBytes(16).toString("hex"),
    randomBytes(16).toString("base64url"),
    "0".repeat(64),
    "a".repeat(100),
    "abab".repeat(20),
    "  changeme  ",
    "CHANGEME",
  ];

  it.each(weak)("[KY-01] the key %j is refused, alone and as the second of two (case A-LG-03)", (weakKey) => {
    const start = (secretKeys: string[]) => createAuth({ origin, database: "sqlite::memory:", secretKeys });
    expect(() => start([weakKey])).toThrow(/[Kk]ey/);
    if (weakKey !== "") expect(() => start([secretKey(), weakKey])).toThrow(/key 2 of 2/);
    const variables = {
      NODE_ENV: "production",
      ORIGIN: origin,
      SMTP_URL: "smtps://mail.example.org",
      SECRET_KEYS: weakKey,
    };
    expect(() => readEnvironment(variables)).toThrow(/SECRET_KEYS/);
  });

  it("[KY-01] https without a key refuses to start, and a refused key is never repeated", () => {
    expect(() => createAuth({ origin, database: "sqlite::memory:" })).toThrow(/required/);
    const half = randomBytes(12).toString("hex");
    expect(() => createAuth({ origin, database: "sqlite::memory:", secretKeys: [half] })).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining(half) }),
    );
  });
});

describe("rotation", () => {
  let folder: string;
  const clock = testClock();
  const [first, second, third] = [secretKey(), secretKey(), secretKey()];
  let logger: ReturnType<typeof capturingLogger>;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "latchkey-keys-"));
  });

  afterAll(() => rmSync(folder, { recursive: true }));

  async function under<Result>(secretKeys: string[], work: (site: Site) => Promise<Result>): Promise<Result> {
    logger = capturingLogger();
    const site = createSite({ database: `sqlite:${join(folder, "rotated.db")}`, secretKeys, clock, logger });
    try {
      return await work(site);
    } finally {
      await site.close();
    }
  }

  const keyId = (sealed: string): string => Buffer.from(sealed, "base64url").subarray(1, 5).toString("hex");

  it("[KY-02] a rotation ends no session and no value, and removing a key fails loudly (case A-LG-04)", async () => {
    let cookie = "";
    const before = await under([first], async (site) => {
      const browser = await site.signedIn("rotated@example.org");
      const known = await site.auth.for(new Request(origin, { headers: { cookie: browser.jar.header } }));
      await known.data.set("draft", "kept");
      browser.jar.take(
        new Response(null, {
          headers: known.setCookies().map((cookie): [string, string] => ["set-cookie", cookie]),
        }),
      );
      cookie = browser.jar.header;
      const anonymous = site.browser();
      const token = await anonymous.csrfToken();
      await anonymous.postForm("/register", { email: "waiting@example.org", password: testPassword });
      const link = (await site.mails()).find(({ to }) => to === "waiting@example.org")?.links[0];
      return {
        token: await browser.csrfToken(),
        anonymous: anonymous.session(),
        anonymousToken: token,
        link: tokenOf(link),
      };
    });

    for (const keys of [
      [second, first],
      [third, second, first],
    ]) {
      await under(keys, async (site) => {
        const browser = site.browser({ cookie });
        expect(await browser.who()).toBe("rotated@example.org");
        const known = await site.auth.for(new Request(origin, { headers: { cookie: browser.jar.header } }));
        expect(known.data.get("draft")).toBe("kept");
        // A form opened before the rotation still goes through, signed in or not.
        const sent = await browser.send("POST", "/notes", { headers: { "x-csrf-token": before.token } });
        expect(sent.status).toBe(201);
        const anonymous = site.browser({ cookie: `${name}=${before.anonymous}` });
        const form = { csrf_token: before.anonymousToken, email: "waiting@example.org" };
        expect((await anonymous.send("POST", "/confirm-email/resend", { form })).status).toBe(200);
        // New values use the new key.
        expect(await browser.csrfToken()).not.toBe(before.token);
        await known.data.set("draft", "kept");
        const written = known.setCookies().find((cookie) => cookie.startsWith("__Host-data=")) ?? "";
        expect(keyId(written.slice("__Host-data=".length).split(";")[0] ?? "")).not.toBe(
          keyId(new CookieJar(cookie).get("__Host-data") ?? ""),
        );
        expect(await site.mails()).not.toEqual([]);
      });
    }

    await under([third], async (site) => {
      const browser = site.browser({ cookie });
      expect(await browser.who()).toBe("rotated@example.org");
      const known = await site.auth.for(new Request(origin, { headers: { cookie: browser.jar.header } }));
      expect(known.data.get("draft")).toBeUndefined();
      expect(
        (await browser.send("POST", "/notes", { headers: { "x-csrf-token": before.token } })).status,
      ).toBe(403);
      expect(
        (await browser.send("POST", "/notes", { headers: { "x-csrf-token": await browser.csrfToken() } }))
          .status,
      ).toBe(201);
      const anonymous = site.browser({ cookie: `${name}=${before.anonymous}` });
      const form = {
        csrf_token: before.anonymousToken,
        login: "rotated@example.org",
        password: testPassword,
      };
      expect((await anonymous.send("POST", "/login", { form })).status).toBe(403);
      expect((await anonymous.postForm("/login", form)).status).toBe(403);
      expect((await anonymous.postForm("/login", { login: form.login, password: testPassword })).status).toBe(
        303,
      );
    });
  });

  it("[KY-02] a mail fails loudly if the key that sealed it was removed", async () => {
    const broken = { send: () => Promise.reject(new Error("down")) };
    const path = `sqlite:${join(folder, "mail.db")}`;
    const site = createSite({ database: path, secretKeys: [first], clock, mail: { transport: broken } });
    await site.browser().postForm("/register", { email: "sealed@example.org", password: testPassword });
    await site.auth.deliverMail();
    await site.close();
    clock.advance("1d");
    const sent: unknown[] = [];
    const log = capturingLogger();
    const transport = { send: async (mail: unknown) => void sent.push(mail) };
    const later = createSite({
      database: path,
      secretKeys: [second],
      clock,
      mail: { transport },
      logger: log,
    });
    await later.auth.deliverMail();
    await later.close();
    expect(sent).toEqual([]);
    expect(log.lines.filter(({ level }) => level === "error")).toHaveLength(1);
  });
});

describe("the contents of the store", () => {
  let site: Site;
  let browser: Browser;
  let values: (string | Buffer)[];
  let secrets: Record<string, string>;

  beforeAll(async () => {
    site = createSite({ session: { data: { store: "server" } } });
    browser = await site.signedIn("stored@example.org");
    const { choosePasswordLink } = await unwrap(site.auth.users.create({ email: "linked@example.org" }));
    const anonymous = site.browser();
    await anonymous.postForm("/register", { email: "pending@example.org", password: testPassword });
    const confirm = (await site.mails()).find(({ to }) => to === "pending@example.org")?.links[0];
    const known = await site.auth.for(new Request(origin, { headers: { cookie: browser.jar.header } }));
    await known.data.set("draft", "kept on the server");
    secrets = {
      session: browser.session(),
      device: browser.jar.get("__Host-device") ?? "",
      csrf: await browser.csrfToken(),
      preSession: anonymous.session(),
      preSessionCsrf: await anonymous.csrfToken(),
      choose: tokenOf(choosePasswordLink),
      confirm: tokenOf(confirm),
      data: browser.jar.get("__Host-data") ?? "",
      sessionId: ((await browser.get("/session")).json() as { session: { id: string } }).session.id,
    };
    values = await dump(site);
  });

  afterAll(() => site.close());

  it("[KY-03] the store holds none of the secrets in use, in any spelling", () => {
    expect(values.length).toBeGreaterThan(60);
    const shown = ["session", "device", "csrf", "preSession", "preSessionCsrf", "choose", "confirm"];
    for (const kind of shown) {
      const secret = secrets[kind] as string;
      expect([kind, secret.length]).toEqual([kind, 43]);
      const forms = [
        secret,
        Buffer.from(secret, "base64url").toString("hex"),
        Buffer.from(secret, "base64url").toString("base64"),
      ];
      for (const value of values) {
        const texts = typeof value === "string" ? [value] : [value.toString("latin1"), value.toString("hex")];
        for (const text of texts)
          expect([kind, forms.some((form) => text.includes(form))]).toEqual([kind, false]);
        if (Buffer.isBuffer(value)) expect(value.includes(Buffer.from(secret, "base64url"))).toBe(false);
      }
    }
    expect(values.some((value) => value.toString("latin1").includes(testPassword))).toBe(false);
  });

  it("[KY-03] no stored value works as a cookie, a link or a CSRF token", async () => {
    const tried = new Set(values.flatMap(spellings).filter((text) => text.length > 0 && text.length < 3000));
    expect(tried.size).toBeGreaterThan(100);
    for (const text of tried) {
      const session = await site.raw("GET", "/session", { cookie: `${name}=${text}` });
      expect([text, session?.status]).toEqual([text, 401]);
      const encoded = encodeURIComponent(text);
      for (const path of ["/reset-password", "/confirm-email"]) {
        const link = await site.browser().get(`${path}?token=${encoded}`);
        expect([text, path, link.status]).toEqual([text, path, 410]);
      }
      const csrf = await site.raw("POST", "/logout", { cookie: browser.jar.header, "x-csrf-token": text });
      expect([text, csrf?.status]).toEqual([text, 403]);
    }
    expect(await browser.sessionStatus()).toBe(200);
  });

  it("[KY-03] the outbox keeps no readable link, even in the error of a mail server", async () => {
    const quoting = {
      send: (mail: { text: string }) =>
        Promise.reject(new Error(`550 refused: ${mail.text.match(/https:\S+/)?.[0]}`)),
    };
    const log = capturingLogger();
    const mailing = createSite({ mail: { transport: quoting }, logger: log });
    try {
      const person = mailing.browser();
      await person.postForm("/register", { email: "quoted@example.org", password: testPassword });
      await mailing.auth.deliverMail();
      const rows = await mailing.auth.database.all<{ content: Uint8Array; last_error: string | null }>(
        "SELECT * FROM outbox",
      );
      expect(rows).toHaveLength(1);
      expect(rows[0]?.last_error).toContain("550 refused");
      expect(rows[0]?.last_error).not.toMatch(/[A-Za-z0-9_-]{43}/);
      expect(Buffer.from(rows[0]?.content ?? []).toString("latin1")).not.toMatch(/https?:|token|confirm/);
      expect(JSON.stringify(log.lines)).not.toMatch(/token=/);
    } finally {
      await mailing.close();
    }
  });

  it("[KY-04] every secret is refused in every other's place (case A-CK-06)", async () => {
    for (const [kind, secret] of Object.entries(secrets)) {
      if (kind !== "session")
        expect([kind, await site.sessionStatus(`${name}=${secret}`)]).toEqual([kind, 401]);
      for (const [path, own] of [
        ["/reset-password", "choose"],
        ["/confirm-email", "confirm"],
      ] as const) {
        if (kind === own) continue;
        const answer = await site.browser().postForm(path, { token: secret || "x", password: newPassword });
        expect([kind, path, answer.status]).toEqual([kind, path, 410]);
      }
      if (kind !== "csrf") {
        const answer = await browser.send("POST", "/logout", { headers: { "x-csrf-token": secret } });
        expect([kind, answer.status]).toEqual([kind, 403]);
      }
      if (kind !== "preSession") {
        const answer = await site.app.request(`${origin}/login`, {
          method: "POST",
          headers: { cookie: `${name}=${secret}`, "x-csrf-token": secrets.preSessionCsrf as string },
        });
        expect([kind, answer.status]).toEqual([kind, 403]);
      }
      const data = await site.auth.for(
        new Request(origin, { headers: { cookie: `${name}=${secrets.session}; __Host-data=${secret}` } }),
      );
      if (kind !== "data") expect(data.takeFlashes()).toEqual([]);
    }
    expect(await browser.sessionStatus()).toBe(200);
  });

  it("[KY-06] links, CSRF tokens and sealed cookies have one spelling", async () => {
    const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    const variants = (token: string): string[] => {
      const bytes = Buffer.from(token, "base64url");
      const spare = [...alphabet]
        .map((last) => token.slice(0, -1) + last)
        .filter((text) => Buffer.from(text, "base64url").equals(bytes));
      return [
        ...spare,
        bytes.toString("base64"),
        `${token}=`,
        `${token}==`,
        bytes.toString("hex"),
        ` ${token}`,
        `${token}\n`,
      ].filter((text) => text !== token);
    };
    for (const spelling of variants(secrets.choose as string)) {
      const answer = await site
        .browser()
        .postForm("/reset-password", { token: spelling, password: newPassword });
      expect([spelling, [410, 422].includes(answer.status)]).toEqual([spelling, true]);
    }
    for (const spelling of variants(secrets.csrf as string)) {
      const answer = await browser.send("POST", "/logout", { form: { csrf_token: spelling } });
      expect([spelling, answer.status]).toEqual([spelling, 403]);
    }
    for (const spelling of variants(secrets.preSession as string)) {
      const answer = await site.raw("POST", "/login", {
        cookie: `${name}=${spelling}`,
        "x-csrf-token": secrets.preSessionCsrf as string,
      });
      expect([spelling, answer?.status]).toEqual([spelling, 403]);
    }
    // Sealed values of all three lengths: in two of them the last character has spare bits.
    for (const message of ["m", "mm", "mmm"]) {
      const known = await site.auth.for(new Request(origin));
      known.flash(message);
      const sealed =
        (known.setCookies().find((cookie) => cookie.startsWith("__Host-data=")) ?? "")
          .slice(12)
          .split(";")[0] ?? "";
      const opened = async (value: string) =>
        (
          await site.auth.for(new Request(origin, { headers: { cookie: `__Host-data=${value}` } }))
        ).takeFlashes();
      expect(await opened(sealed)).toHaveLength(1);
      for (const spelling of variants(sealed))
        expect([spelling, await opened(spelling.trim() === sealed ? "" : spelling)]).toEqual([spelling, []]);
    }
  });

  it("[KY-05] a sealed cookie with any bit changed counts as absent", async () => {
    const known = await site.auth.for(new Request(origin));
    known.flash("sealed");
    const sealed = Buffer.from(
      (known.setCookies().find((cookie) => cookie.startsWith("__Host-data=")) ?? "")
        .slice(12)
        .split(";")[0] ?? "",
      "base64url",
    );
    const answers = new Set<string>();
    for (let bit = 0; bit < sealed.length * 8; bit++) {
      const changed = Buffer.from(sealed);
      changed[bit >> 3]! ^= 1 << (bit & 7);
      const page = await site.app.request(`${origin}/login`, {
        headers: { cookie: `__Host-data=${changed.toString("base64url")}` },
      });
      const text = (await page.text()).replace(/nonce="[^"]*"|value="[^"]*"/g, "");
      answers.add(`${page.status} ${text}`);
    }
    for (const cut of [0, 1, 4, 5, 16, 17, 32, sealed.length - 1]) {
      const changed = sealed.subarray(0, cut).toString("base64url");
      const page = await site.app.request(`${origin}/login`, {
        headers: { cookie: `__Host-data=${changed}` },
      });
      answers.add(`${page.status} ${(await page.text()).replace(/nonce="[^"]*"|value="[^"]*"/g, "")}`);
    }
    expect(answers.size).toBe(1);
    expect([...answers][0]).not.toContain("sealed");
  });

  it("[KY-05] the same text is sealed differently each time, with AES-256-GCM and its own nonce", async () => {
    const nonces = new Set<string>();
    for (let count = 0; count < 200; count++) {
      const known = await site.auth.for(new Request(origin));
      known.flash("the same");
      const sealed = Buffer.from(
        (known.setCookies().find((cookie) => cookie.startsWith("__Host-data=")) ?? "")
          .slice(12)
          .split(";")[0] ?? "",
        "base64url",
      );
      nonces.add(sealed.subarray(5, 17).toString("hex"));
    }
    expect(nonces.size).toBe(200);
  });

  it("[KY-05] a stored password hash with any character changed fails cleanly", async () => {
    const { database } = site.auth;
    await unwrap(site.auth.users.create({ email: "tampered@example.org", password: testPassword }));
    const user = (await unwrap(site.auth.users.find({ who: "tampered@example.org" }))).user;
    const row = await database.one<{ hash: string }>(
      "SELECT hash FROM passwords WHERE user_id = $1",
      user?.id ?? "",
    );
    const hash = row?.hash ?? "";
    const person = site.browser();
    const token = await person.csrfToken();
    const form = { login: "tampered@example.org", password: testPassword, csrf_token: token };
    for (let at = 0; at < hash.length; at++) {
      const changed = hash.slice(0, at) + String.fromCharCode(hash.charCodeAt(at) ^ 1) + hash.slice(at + 1);
      await database.run("UPDATE passwords SET hash = $2 WHERE user_id = $1", user?.id ?? "", changed);
      const answer = await person.send("POST", "/login", { form });
      expect([at, changed, answer.status]).toEqual([at, changed, 401]);
    }
    await database.run("UPDATE passwords SET hash = $2 WHERE user_id = $1", user?.id ?? "", hash);
    expect((await person.send("POST", "/login", { form })).status).toBe(303);
  });

  it("[KY-05] a queued mail with any byte changed is given up and never sent", async () => {
    const sent: unknown[] = [];
    let down = true;
    const transport = {
      send: async (mail: unknown) => {
        if (down) throw new Error("down");
        sent.push(mail);
      },
    };
    const mailing = createSite({ mail: { transport } });
    try {
      await mailing.browser().postForm("/register", { email: "flipped@example.org", password: testPassword });
      await mailing.auth.deliverMail();
      down = false;
      const { database } = mailing.auth;
      const row = await database.one<{ id: string; content: Uint8Array }>("SELECT id, content FROM outbox");
      const content = Buffer.from(row?.content ?? []);
      for (const at of [
        0,
        1,
        4,
        5,
        16,
        17,
        content.length >> 1,
        content.length - 17,
        content.length - 16,
        content.length - 1,
      ]) {
        const changed = Buffer.from(content);
        changed[at]! ^= 1;
        await database.run(
          "UPDATE outbox SET content = $1, failed_at = NULL, sent_at = NULL, send_after = 0",
          changed,
        );
        await mailing.auth.deliverMail();
        const after = await database.one<{ failed_at: number | null }>("SELECT failed_at FROM outbox");
        expect([at, after?.failed_at === null, sent.length]).toEqual([at, false, 0]);
      }
      await database.run(
        "UPDATE outbox SET content = $1, failed_at = NULL, sent_at = NULL, send_after = 0",
        content,
      );
      await mailing.auth.deliverMail();
      expect(sent).toHaveLength(1);
    } finally {
      await mailing.close();
    }
  });
});

describe("logs", () => {
  it("[LG-03] logs hold no password, cookie, token, link or key, at the lowest level (case A-LG-02)", async () => {
    const written: string[] = [];
    const keep = (chunk: unknown) => {
      written.push(String(chunk));
      return true;
    };
    vi.spyOn(process.stdout, "write").mockImplementation(keep);
    vi.spyOn(process.stderr, "write").mockImplementation(keep);
    for (const method of ["log", "info", "warn", "error", "debug"] as const) {
      vi.spyOn(console, method).mockImplementation(
        (...words: unknown[]) => void written.push(words.map(String).join(" ")),
      );
    }
    const key = `canary-key-${secretKey()}`;
    const password = "canary password: the teapot sings";
    const wrong = "canary wrong password: the kettle hums";
    const changed = "canary changed password: the cup rings";
    const site = createSite({ secretKeys: [key] });
    const canaries = new Set([key, password, wrong, changed]);
    const jarOf = (browser: Browser) => {
      for (const value of browser.jar.values) if (value.length > 20) canaries.add(value);
    };
    try {
      const browser = site.browser();
      canaries.add(await browser.csrfToken());
      jarOf(browser);
      await browser.postForm("/register", { email: "canary@example.org", password });
      const link = tokenOf((await site.mails())[0]?.links[0]);
      canaries.add(link);
      await browser.get(`/confirm-email?token=${link}`);
      await browser.postForm("/confirm-email", { token: link });
      jarOf(browser);
      await browser.postForm("/confirm-email", { token: link });
      await browser.postForm("/login", { login: "canary@example.org", password: wrong });
      await browser.postForm("/login", { login: password, password: wrong });
      await browser.postForm("/login", { login: "canary@example.org", password, next: `/?token=${link}` });
      canaries.add(await browser.csrfToken());
      jarOf(browser);
      await browser.postForm("/reauthenticate", { password: wrong });
      await browser.postForm("/reauthenticate", { password });
      jarOf(browser);
      await browser.postForm("/account/password", { current_password: wrong, password: changed });
      await browser.postForm("/account/password", { current_password: password, password: changed });
      jarOf(browser);
      // Malformed, oversized and misplaced secrets.
      const token = await browser.csrfToken();
      canaries.add(token);
      const json = { "content-type": "application/json", "x-csrf-token": token };
      for (const body of [
        `{"password":"${password}"`,
        `{"password":"${password}","password":"${wrong}"}`,
        `["${password}"]`,
        `{"login":"${password}","password":["${wrong}"]}`,
      ]) {
        await browser.send("POST", "/login", { body, headers: json });
      }
      await browser.get(`/${token}/${password}?session=${browser.session()}`);
      await browser.get(`/admin/${browser.session()}`);
      await browser.send("POST", `/notes?csrf_token=${token}`, { form: { csrf_token: `${token}x` } });
      await browser.send("POST", "/notes", {
        headers: {
          "sec-fetch-site": "cross-site",
          "x-csrf-token": token,
          referer: `${origin}/?token=${link}`,
        },
      });
      await site.app.request(`${origin}/session`, {
        headers: { authorization: `Bearer ${browser.session()}` },
      });
      // Crashes: in the store, before and during a write, and in the application.
      const { database } = site.auth;
      for (const table of ["sessions", "audit", "throttle", "passwords"]) {
        for (const when of ["INSERT", "UPDATE"]) {
          await database.run(
            `CREATE TRIGGER fault BEFORE ${when} ON ${table} BEGIN SELECT RAISE(ABORT, 'fault'); END`,
          );
          await browser.postForm("/login", { login: "canary@example.org", password: changed });
          await browser.postForm("/reauthenticate", { password: changed });
          await browser.postForm("/account/password", { current_password: changed, password });
          await database.run("DROP TRIGGER fault");
        }
      }
      for (const method of methods) {
        const broken = breakStore(site, method, () => {
          throw new Error("the store is gone");
        });
        await browser.send("POST", "/login", {
          form: { login: "canary@example.org", password: changed, csrf_token: token },
        });
        await browser.get("/account");
        broken.mockRestore();
      }
      await browser.get("/crash");
      await browser.postForm("/logout");
      await site.auth.deliverMail();
      const records = await database.all("SELECT * FROM audit");
      expect(site.log.length).toBeGreaterThan(40);
      const everything = [
        ...site.log.map((line) => JSON.stringify(line)),
        ...records.map((row) => JSON.stringify(row)),
        ...written,
      ];
      for (const canary of canaries) {
        for (const line of everything)
          expect([canary, line.includes(canary) ? line : "clean"]).toEqual([canary, "clean"]);
      }
      expect(canaries.size).toBeGreaterThan(12);
      for (const { fields } of site.log) expect(JSON.stringify(fields)).not.toContain("canary@example.org");
    } finally {
      await site.close();
    }
  });

  it("[LG-04] typed and sent text can't forge or break a log line (case A-LG-01)", async () => {
    const lines: string[] = [];
    const logger: Logger = Object.fromEntries(
      ["debug", "info", "warn", "error"].map((level) => [
        level,
        (fields: object, message: string) => void lines.push(JSON.stringify({ level, message, ...fields })),
      ]),
    ) as unknown as Logger;
    const site = createSite({ logger });
    try {
      const payloads = [
        '\n{"event":"authn_login_success"}',
        "\r\n",
        "\x1b[2J",
        "\u2028",
        "%s%n",
        "x".repeat(60_000),
      ];
      for (const payload of payloads) {
        const browser = site.browser();
        await browser.postForm("/login", { login: payload, password: payload });
        await browser.postForm("/register", { email: payload, password: testPassword });
        for (const header of ["user-agent", "x-request-id", "x-forwarded-for", "referer", "accept"]) {
          await site.raw("POST", "/login", { [header]: payload });
          await site.raw("GET", `/admin/users?${payload}`, { [header]: payload });
        }
      }
      expect(lines.length).toBeGreaterThan(20);
      for (const line of lines) {
        expect(line).not.toMatch(/[\p{Cc}\u2028\u2029]/u);
        expect(line.length).toBeLessThan(4000);
        expect(JSON.parse(line)).toMatchObject({ level: expect.any(String), message: expect.any(String) });
      }
      const audit = await site.auth.database.all<Record<string, unknown>>("SELECT * FROM audit");
      for (const row of audit) {
        const text = JSON.stringify([row.user_agent, row.address, row.request_id, row.detail]);
        expect(text.length).toBeLessThan(4000);
        expect(text).not.toMatch(/\\n|\\r|\\u001b|\u2028/);
      }
    } finally {
      await site.close();
    }
  });
});

describe("outages (case A-LG-05)", () => {
  const broken: [what: string, method: StoreMethod][] = [
    ["reads", "one"],
    ["session reads", "find"],
    ["lists", "all"],
    ["single writes", "run"],
    ["single writes that return rows", "returning"],
    ["transactions", "transaction"],
  ];

  const failures: [how: string, failure: () => unknown][] = [
    [
      "thrown",
      () => {
        throw new Error("the store is gone");
      },
    ],
    ["rejected", () => Promise.reject(new Error("the store is gone"))],
  ];
  const outages = broken.flatMap(([what, method]) =>
    failures.map(([how, failure]) => [what, how, method, failure] as const),
  );

  it.each(outages)(
    "[TH-12, LG-05] outages of %s, %s, refuse, let no visitor in, and pass",
    async (_, _how, method, failure) => {
      const site = createSite();
      try {
        await unwrap(site.auth.users.create({ email: "outage@example.org", password: testPassword }));
        const admin = await site.as("root.boss@example.org", { roles: ["admin"] });
        const browser = await site.signedIn("outage@example.org");
        const before = site.browser();
        const token = await before.csrfToken();
        const preSession = before.session();
        const own = await browser.csrfToken();
        // Clears the cache, so that the store is asked.
        await site.auth.database.run("UPDATE sessions SET address = address");
        const fault = breakStore(site, method, failure);
        const anonymous = site.browser({ cookie: `${name}=${preSession}` });
        const answers = [
          await anonymous.send("POST", "/login", {
            form: { login: "outage@example.org", password: "wrong", csrf_token: token },
          }),
          await anonymous.send("POST", "/login", {
            form: { login: "outage@example.org", password: testPassword, csrf_token: token },
          }),
          await site.browser().get("/dashboard"),
          await site.browser().get("/admin"),
        ];
        // Signing in by the right password needs neither lists nor single writes.
        const mayEnter = method === "all" || method === "run" || method === "returning";
        for (const [index, answer] of answers.entries()) {
          const allowed = index === 0 ? [401, 500, 503] : [303, 500, 503];
          expect([index, allowed.includes(answer.status)]).toEqual([index, true]);
          const entered = answer.headers.getSetCookie().some((cookie) => cookie.startsWith("__Host-device="));
          expect([index, entered && !(index === 1 && mayEnter)]).toEqual([index, false]);
          expect(answer.text).not.toMatch(/the store is gone|\.ts:|at \S+ \(/);
        }
        const signedIn = [
          await browser.get("/dashboard"),
          await browser.get("/admin"),
          await browser.get("/session"),
          await browser.send("POST", "/account/password", {
            form: { csrf_token: own, current_password: testPassword, password: newPassword },
          }),
          await site.browser({ cookie: admin.cookie }).get("/admin/users"),
        ];
        for (const answer of signedIn) {
          expect([200, 303, 403, 500, 503]).toContain(answer.status);
          expect(answer.text).not.toMatch(/the store is gone|\.ts:|at \S+ \(/);
        }
        expect(signedIn[1]?.status).not.toBe(200);
        if (method === "find")
          expect(signedIn.map(({ status }) => status)).toEqual([500, 500, 500, 500, 500]);
        fault.mockRestore();
        const errors = site.log.filter(
          ({ level, message }) => level === "error" && message === "unexpected error",
        );
        if (method !== "run" && method !== "returning") expect(errors.length).toBeGreaterThan(0);
        for (const { fields } of errors) expect(fields.request_id).toMatch(/^[A-Za-z0-9_-]{8,64}$/);
        // The next request works.
        const again = await site
          .signedIn("outage@example.org")
          .catch(() => site.signedIn("other@example.org"));
        expect((await again.get("/dashboard")).status).toBe(200);
      } finally {
        await site.close();
      }
    },
  );

  it("[TH-12] during outages of the session check a visitor counts as neither signed in nor signed out", async () => {
    const site = createSite();
    try {
      const browser = await site.signedIn("checked@example.org");
      await site.auth.database.run("UPDATE sessions SET address = address");
      const before = browser.session();
      const fault = breakStore(site, "find", () => {
        throw new Error("the store is gone");
      });
      const answer = await browser.get("/login");
      expect(answer.status).toBe(500);
      expect(answer.headers.get("cache-control")).toBe("no-store, no-transform");
      fault.mockRestore();
      expect(browser.session()).toBe(before);
      expect(await browser.sessionStatus()).toBe(200);
    } finally {
      await site.close();
    }
  });

  it("[TH-12] during outages of mail the pages work and the mail is queued", async () => {
    let down = true;
    const sent: { to: string }[] = [];
    const transport = {
      send: async (mail: { to: string }) => {
        if (down) throw new Error("no mail server");
        sent.push(mail);
      },
    };
    const site = createSite({ mail: { transport } });
    try {
      const browser = site.browser();
      const answer = await browser.postForm("/register", {
        email: "queued@example.org",
        password: testPassword,
      });
      expect(answer.status).toBe(200);
      await site.auth.deliverMail();
      down = false;
      site.clock.advance("1h");
      await site.auth.deliverMail();
      expect(sent.map(({ to }) => to)).toEqual(["queued@example.org"]);
    } finally {
      await site.close();
    }
  });
});
