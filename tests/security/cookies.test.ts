import { randomBytes } from "node:crypto";
import { inflateSync } from "node:zlib";
import { createAuth, unwrap } from "latchkey";
import { readEnvironment } from "latchkey/environment";
import { testPassword } from "latchkey/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { coreOf } from "../../src/assemble.ts";
import { completeLogin, proveAgain } from "../../src/core/login/index.ts";
import type { Answer } from "../support/answer.ts";
import type { Browser } from "../support/browser.ts";
import { cookiesOf, type SetCookie } from "../support/cookie-jar.ts";
import { createSite, inventedToken, origin, type Site, tokenOf } from "../support/site.ts";

let site: Site;
let victim: Browser;
const name = "__Host-session";

beforeAll(async () => {
  site = createSite();
  victim = await site.signedIn("victim@example.org");
});

afterAll(() => site.close());

function attributesOf({ attributes }: SetCookie): Record<string, string> {
  return Object.fromEntries(attributes);
}

/** Every answer of a crawl over all GET routes, those of the app and odd ones, in both states. */
async function crawl(): Promise<{ path: string; answer: Answer }[]> {
  const paths = [
    ...site.auth.routes
      .filter(({ method }) => method === "GET")
      .map(({ path }) => path.replace(/:\w+/g, "x")),
    ...[
      "/",
      "/dashboard",
      "/members.json",
      "/admin",
      "/reports",
      "/vault",
      "/nowhere",
      "/login?next=%2Fvault",
    ],
  ];
  const seen = [];
  for (const browser of [site.browser(), victim]) {
    for (const path of paths) {
      for (const accept of ["text/html", "application/json"]) {
        const answer = await browser.get(path, { accept });
        seen.push({ path, answer });
      }
    }
  }
  return seen;
}

describe("the session cookie", () => {
  it("[CK-01, CK-03] the session cookie is a __Host- cookie: Secure, HttpOnly, Path=/, SameSite=Lax, no Domain, on every adapter", async () => {
    const browser = site.browser();
    await browser.postForm("/register", { email: "door@example.org", password: testPassword });
    const link = (await site.mails()).find(({ to }) => to === "door@example.org")?.links[0];
    const answers = {
      confirm: await browser.postForm("/confirm-email", { token: tokenOf(link) }),
      login: await browser.postForm("/login", { login: "door@example.org", password: testPassword }),
      reauthenticate: await browser.postForm("/reauthenticate", { password: testPassword }),
      change: await browser.postForm("/account/password", {
        current_password: testPassword,
        password: "another quiet teapot",
      }),
    };
    for (const [door, answer] of Object.entries(answers)) {
      expect([door, answer.status]).toEqual([door, 303]);
      const session = cookiesOf(answer).filter((cookie) => cookie.name === name);
      expect(session).toHaveLength(1);
      expect(attributesOf(session[0] as SetCookie)).toEqual({
        path: "/",
        httponly: "",
        secure: "",
        samesite: "Lax",
      });
    }
  });

  it("[CK-02] the value of the session cookie appears only in Set-Cookie", async () => {
    const value = victim.session();
    for (const { path, answer } of await crawl()) {
      expect([path, answer.text.includes(value)]).toEqual([path, false]);
      const headers = [...answer.headers].filter(([header]) => header !== "set-cookie");
      expect([path, JSON.stringify(headers).includes(value)]).toEqual([path, false]);
    }
    const json = await site
      .browser()
      .postJson("/login", { login: "victim@example.org", password: testPassword });
    const issued = cookiesOf(json).find((cookie) => cookie.name === name)?.value ?? "";
    expect(issued).toHaveLength(43);
    expect(json.text).not.toContain(issued);
  });

  it("[CK-04] 10,000 values of the session cookie have no common part and reveal no data (case A-CK-08)", async () => {
    const { auth } = site;
    const users = await Promise.all(
      Array.from({ length: 125 }, (_, index) =>
        unwrap(auth.users.create({ email: `many${index}@example.org` })),
      ),
    );
    const facts = { address: "127.0.0.1", userAgent: null, requestId: "test", deviceToken: null };
    const stranger = { ...facts, preSession: null, sessionId: null, userId: null, locale: null };
    const values: string[] = [];
    await auth.database.transaction(async (tx) => {
      for (let index = 0; index < 10_000; index++) {
        const { user } = users[index % users.length] as (typeof users)[number];
        const made = await completeLogin(
          coreOf(auth),
          tx,
          [proveAgain(coreOf(auth), user.id, "password", "knowledge")],
          {
            remember: false,
            facts: stranger,
          },
        );
        if (made.status === "signed_in") values.push(made.sessionToken.reveal());
      }
    });
    expect(new Set(values).size).toBe(10_000);
    expect(values.filter((value) => !/^[A-Za-z0-9_-]{43}$/.test(value))).toEqual([]);

    // No position is fixed: each of the first 42 has all 64 characters, none far too often (mean 156).
    for (let position = 0; position < 42; position++) {
      const counts = new Map<string, number>();
      for (const value of values) {
        const character = value[position] as string;
        counts.set(character, (counts.get(character) ?? 0) + 1);
      }
      expect(counts.size).toBe(64);
      expect(Math.max(...counts.values())).toBeLessThan(260);
    }
    // Each bit is set in about half of them: six standard deviations are 300.
    const ones = new Array<number>(256).fill(0);
    for (const value of values) {
      const bytes = Buffer.from(value, "base64url");
      for (let bit = 0; bit < 256; bit++) ones[bit]! += ((bytes[bit >> 3] as number) >> (bit & 7)) & 1;
    }
    expect(ones.every((count) => Math.abs(count - 5000) < 300)).toBe(true);

    const userIds = users.map(({ user }) => user.id.replaceAll("-", ""));
    for (const value of values.slice(0, 1000)) {
      const bytes = Buffer.from(value, "base64url");
      expect(userIds.some((id) => bytes.toString("hex").includes(id))).toBe(false);
      expect(() => JSON.parse(bytes.toString("utf8"))).toThrow();
      expect(() => inflateSync(bytes)).toThrow();
      expect(value.split(".")).toHaveLength(1);
    }
  });

  it("[CK-07] the session cookie ends with the browser unless “remember me” was ticked, and then within the absolute lifetime", async () => {
    const cookieOf = async (form: Record<string, string>) => {
      const browser = site.browser();
      const answer = await browser.postForm("/login", {
        login: "victim@example.org",
        password: testPassword,
        ...form,
      });
      const cookie = cookiesOf(answer).find((entry) => entry.name === name) as SetCookie;
      const session = (await browser.get("/session")).json() as { session: { expires_at: string } };
      return { cookie, leftMs: Date.parse(session.session.expires_at) - site.clock.now() };
    };
    const plain = await cookieOf({});
    expect(plain.cookie.attributes.has("max-age")).toBe(false);
    expect(plain.cookie.attributes.has("expires")).toBe(false);
    const { cookie, leftMs } = await cookieOf({ remember: "on" });
    const maxAge = Number(cookie.attributes.get("max-age"));
    expect(maxAge).toBe(90 * 86_400);
    expect(maxAge * 1000).toBeLessThanOrEqual(leftMs);
    expect(cookie.attributes.has("expires")).toBe(false);
  });
});

describe("values that were not issued", () => {
  const flips = Array.from({ length: 43 * 6 }, (_, index) => index);

  it("[CK-05] a value that differs in one bit is refused (case A-CK-01)", async () => {
    const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    const value = victim.session();
    expect(await site.sessionStatus(`${name}=${value}`)).toBe(200);
    const accepted = [];
    for (const flip of flips) {
      const at = Math.floor(flip / 6);
      const changed = alphabet[alphabet.indexOf(value[at] as string) ^ (1 << (flip % 6))];
      const forged = value.slice(0, at) + changed + value.slice(at + 1);
      if ((await site.sessionStatus(`${name}=${forged}`)) !== 401) accepted.push(flip);
    }
    expect(accepted).toEqual([]);
  });

  it("[CK-05] truncated and extended values are refused (case A-CK-02)", async () => {
    const value = victim.session();
    const odd = [
      ...Array.from({ length: 43 }, (_, cut) => value.slice(0, 42 - cut)),
      ...[`${value}A`, `A${value}`, value + value, `${value}.x`, `${value}%20`, `${value}=`, `${value}==`],
    ];
    for (const forged of odd)
      expect([forged, await site.sessionStatus(`${name}=${forged}`)]).toEqual([forged, 401]);
  });

  it("[CK-05, KY-06] a value is accepted in one spelling only (case A-CK-03)", async () => {
    const value = victim.session();
    const bytes = Buffer.from(value, "base64url");
    const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    const spareBits = [...alphabet]
      .map((last) => value.slice(0, -1) + last)
      .filter((spelling) => spelling !== value && Buffer.from(spelling, "base64url").equals(bytes));
    expect(spareBits).toHaveLength(3);
    const spellings = [
      ...spareBits,
      bytes.toString("base64"),
      bytes.toString("base64").replace(/=+$/, "~"),
      bytes.toString("hex"),
      `%${value.charCodeAt(0).toString(16)}${value.slice(1)}`,
      `${value.slice(0, 20)}\0${value.slice(20)}`,
      `${value.slice(0, 20)}\n${value.slice(20)}`,
      `${value.slice(0, 20)} ${value.slice(20)}`,
      `"${value}"`,
      value.toLowerCase(),
    ];
    for (const spelling of spellings) {
      const answer = await site.raw("GET", "/session", { cookie: `${name}=${spelling}` });
      expect([spelling, answer?.status]).toEqual([spelling, 401]);
    }
  });

  it.each([
    "",
    "null",
    "undefined",
    "true",
    "0",
    "[object Object]",
    "__proto__",
    "constructor",
    "../../x",
    "' OR 1=1--",
    '{"$ne":null}',
    "A".repeat(43),
    "A".repeat(8192),
  ])(
    "[CK-05] %j is not a session, causes no vain look-up and is never echoed (cases A-CK-04, A-SF-02)",
    async (odd) => {
      const errors = site.log.filter(({ level }) => level === "error").length;
      const cookie = `${name}=${odd}`;
      expect(await site.sessionStatus(cookie)).toBe(401);
      const page = await site.app.request(`${origin}/login`, { headers: { cookie } });
      expect(page.status).toBe(200);
      const issued = cookiesOf(page).find((entry) => entry.name === name);
      expect(issued?.value).toMatch(/^[A-Za-z0-9_-]{43}$/);
      expect(issued?.value).not.toBe(odd);
      if (odd.length > 5) expect(await page.text()).not.toContain(odd);
      expect(site.log.filter(({ level }) => level === "error")).toHaveLength(errors);
    },
  );

  it("[CK-05] an invented value is never adopted at sign-in (case A-SF-02)", async () => {
    const invented = inventedToken();
    const browser = site.browser({ cookie: `${name}=${invented}` });
    const answer = await browser.postForm("/login", { login: "victim@example.org", password: testPassword });
    expect(answer.status).toBe(303);
    expect(browser.session()).not.toBe(invented);
    expect(await site.sessionStatus(`${name}=${invented}`)).toBe(401);
  });

  it("[IN-01] a cookie bomb causes no redirect loop (case A-CK-05)", async () => {
    const bomb = Array.from({ length: 200 }, (_, index) => `junk${index}=${"x".repeat(80)}`).join("; ");
    for (const cookie of [bomb, `big=${"x".repeat(16_384)}`, `${name}=${"x".repeat(8192)}; ${bomb}`]) {
      expect(await site.sessionStatus(cookie)).toBe(401);
      const page = await site.app.request(`${origin}/login`, { headers: { cookie } });
      expect(page.status).toBe(200);
    }
    expect(await site.sessionStatus(`${bomb}; ${name}=${victim.session()}`)).toBe(200);
  });
});

describe("cookie headers that mislead", () => {
  let other: Browser;

  beforeAll(async () => {
    other = await site.signedIn("attacker@example.org");
  });

  it("[CK-06] a name that occurs twice counts as absent (case A-CK-09)", async () => {
    const good = `${name}=${victim.session()}`;
    const bad = `${name}=${inventedToken()}`;
    const theirs = `${name}=${other.session()}`;
    for (const cookie of [`${good}; ${bad}`, `${bad}; ${good}`, `${good}; ${theirs}`, `${theirs}; ${good}`]) {
      expect([cookie, await site.sessionStatus(cookie)]).toEqual([cookie, 401]);
    }
    const lines = new Headers();
    lines.append("cookie", good);
    lines.append("cookie", theirs);
    const twoLines = await site.app.request(`${origin}/session`, { headers: lines });
    expect(twoLines.status).toBe(401);
  });

  it.each([
    "__host-session",
    "__HOST-Session",
    "__Host-SESSION",
    "session",
    "Session",
    "host-session",
    "_Host-session",
  ])("[CK-06] %s isn't taken for the exact name (case A-CK-10)", async (variant) => {
    expect(await site.sessionStatus(`${variant}=${other.session()}`)).toBe(401);
    const both = await site.app.request(`${origin}/session`, {
      headers: { cookie: `${variant}=${other.session()}; ${name}=${victim.session()}` },
    });
    expect(both.status).toBe(200);
    expect(await both.text()).toContain("victim@example.org");
  });

  it("[CK-06] disguised names and quoted values are not recognised (cases A-CK-11, A-CK-12)", async () => {
    const value = other.session();
    const disguises = [
      ...["\u2000", "\u00a0", "\u0085", "\u200b", "\x0b", "\x0c", "\x00"].map(
        (blank) => `${blank}${name}=${value}`,
      ),
      ...["\t", "\u00a0"].map((blank) => `a=b;${blank}${name}=${value}`),
      `$Version=1; ${name}="${value}"`,
      `$Version="1"; ${name}=${value}; $Path="/"`,
      `${name}="${value}"`,
      `${name}=\\${value}`,
      `=${name}=${value}`,
      `${name}`,
      `${name};${value}`,
      ";;;",
      `a=b,${name}=${value}`,
      `a="b; ${name}=${value}`.replace("; ", ", "),
      `${name} =${value}`,
      `${name}= ${value}`,
    ];
    for (const cookie of disguises) {
      const answer = await site.raw("GET", "/session", { cookie });
      expect([cookie, answer?.status]).toEqual([cookie, 401]);
    }
  });

  it("[CK-09] a session comes from the cookie only (case A-CK-14)", async () => {
    const value = victim.session();
    const asks: [string, RequestInit][] = [
      ...["session", "sid", name, "token", "access_token"].map((key): [string, RequestInit] => [
        `/session?${key}=${value}`,
        {},
      ]),
      [`/session;jsessionid=${value}`, {}],
      [`/session;${name}=${value}`, {}],
      ...["x-session-id", "x-auth-token", name, "x-session", "set-cookie", "cookie2"].map(
        (header): [string, RequestInit] => ["/session", { headers: { [header]: `${name}=${value}` } }],
      ),
      ["/session", { headers: { "x-session-id": value } }],
      ["/session", { headers: { authorization: `Bearer ${value}` } }],
      ["/session", { headers: { authorization: `bearer ${value}`, cookie: `${name}=${value}` } }],
      ["/session", { headers: { authorization: `Session ${value}` } }],
      ["/session", { headers: { authorization: `Basic ${btoa(`${name}:${value}`)}` } }],
    ];
    for (const [path, init] of asks) {
      const answer = await site.app.request(origin + path, init);
      expect([path, init, answer.status >= 400 && answer.status < 500]).toEqual([path, init, true]);
    }
    const body = await site.app.request(`${origin}/account/password`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({
        session: value,
        [name]: value,
        current_password: testPassword,
        password: "x".repeat(20),
      }),
    });
    expect(body.status).toBe(403);
    expect(await victim.sessionStatus()).toBe(200);
  });
});

describe("the other cookies", () => {
  it("[CK-08] only the documented cookies are set: prefixed, Secure, HttpOnly, SameSite=Lax, for the whole host", async () => {
    const browser = site.browser();
    const answers = [
      await browser.get("/login"),
      await browser.postForm("/login", { login: "victim@example.org", password: testPassword }),
      await browser.get("/account"),
      await browser.postForm("/reauthenticate", { password: testPassword }),
      await browser.postForm("/logout"),
      await browser.get("/login"),
      ...(await crawl()).map(({ answer }) => answer),
    ];
    const seen = new Set<string>();
    for (const cookie of answers.flatMap(cookiesOf)) {
      seen.add(cookie.name);
      const { "max-age": maxAge, ...fixed } = attributesOf(cookie);
      expect(fixed).toEqual({ path: "/", httponly: "", secure: "", samesite: "Lax" });
      // Cleared, or the device with the longest age that browsers keep (400 days).
      if (maxAge !== undefined)
        expect([cookie.name, maxAge]).toEqual([cookie.name, cookie.value === "" ? "0" : "34560000"]);
      expect(cookie.name.length + cookie.value.length).toBeLessThanOrEqual(4096);
    }
    expect([...seen].sort()).toEqual(["__Host-data", "__Host-device", "__Host-session"]);
  });

  it("[CK-08] name and value stay within 4,096 bytes, whatever is kept, and signing in works", async () => {
    const { auth } = site;
    const before = await auth.for(new Request(origin));
    let length = 0;
    // The most that fits before a sign-in.
    for (let step = 2048; step >= 1; step /= 2) {
      try {
        await before.data.set("draft", "x".repeat(length + step));
        length += step;
      } catch {
        await before.data.set("draft", "x".repeat(length));
      }
    }
    expect(length).toBeGreaterThan(2500);
    const data = before.setCookies().find((cookie) => cookie.startsWith("__Host-data=")) as string;
    const browser = site.browser({ cookie: data.slice(0, data.indexOf(";")) });
    const answer = await browser.postForm("/login", {
      login: "victim@example.org",
      password: testPassword,
      next: `/${"n".repeat(2000)}`,
    });
    expect(answer.status).toBe(303);
    for (const { name: cookie, value } of cookiesOf(answer)) {
      expect(cookie.length + value.length).toBeLessThanOrEqual(4096);
    }
    const after = await auth.for(new Request(origin, { headers: { cookie: browser.jar.header } }));
    expect(after.user?.email).toBe("victim@example.org");
    expect(after.data.get("draft")).toBe("x".repeat(length));
  });

  it("[CK-08] the oldest unread messages are dropped, and they make no request fail", async () => {
    const browser = await site.signedIn("collector@example.org");
    for (let count = 0; count < 90; count++) {
      const answer = await browser.postForm("/reauthenticate", { password: testPassword });
      expect(answer.status).toBe(303);
    }
    expect("__Host-data".length + (browser.jar.get("__Host-data") ?? "").length).toBeLessThanOrEqual(4096);
    expect((await browser.get("/account")).text).toContain("notice-success");
    expect(browser.jar.get("__Host-data")).toBeUndefined();
  });

  it("[CK-08] a message is kept for the next page, once", async () => {
    const browser = await site.signedIn("message@example.org");
    await browser.postForm("/reauthenticate", { password: testPassword });
    const sentence = site.auth.words(null).reauthenticate.flash.reauthenticated;
    expect((await browser.get("/account")).text).toContain(sentence.replace("'", "&#39;"));
    expect((await browser.get("/account")).text).not.toContain(sentence.replace("'", "&#39;"));
  });
});

describe("plain http", () => {
  it.each(["http://app.example.org", "http://192.0.2.1", "http://localhost.example.org"])(
    "[CK-10] the origin %s is refused",
    (plain) => {
      expect(() =>
        createAuth({
          origin: plain,
          database: "sqlite::memory:",
          secretKeys: [randomBytes(32).toString("hex")],
        }),
      ).toThrow(/https/);
    },
  );

  it("[CK-10] production refuses to start on http, localhost included", () => {
    const variables = {
      NODE_ENV: "production",
      SECRET_KEYS: randomBytes(32).toString("hex"),
      SMTP_URL: "smtps://mail.example.org",
      DATABASE_URL: "sqlite::memory:",
    };
    for (const plain of ["http://app.example.org", "http://localhost:3000"]) {
      expect(() => readEnvironment({ ...variables, ORIGIN: plain })).toThrow(/ORIGIN/);
    }
    expect(() => readEnvironment(variables)).toThrow(/ORIGIN/);
    expect(readEnvironment({ ...variables, ORIGIN: "https://app.example.org" }).production).toBe(true);
  });

  it("[CK-10] localhost uses another cookie name, which is invalid in production", async () => {
    const development = createSite({ origin: "http://localhost:3000" });
    try {
      const { cookie } = await development.as("developer@example.org");
      expect(cookie).toMatch(/^session=/);
      expect(await site.sessionStatus(`session=${victim.session()}`)).toBe(401);
      expect(await development.sessionStatus(cookie.replace("session=", `${name}=`))).toBe(401);
    } finally {
      await development.close();
    }
  });
});
