import type { RequestListener, ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { gzipSync } from "node:zlib";
import {
  type AuthOptions,
  type BreachedPasswordOptions,
  ConfigurationError,
  LatchkeyError,
  unwrap,
} from "latchkey";
import { optionsFromEnvironment, readEnvironment } from "latchkey/environment";
import { createTestAuth, testPassword } from "latchkey/testing";
import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  onTestFinished,
  test,
  vi,
} from "vitest";
import { coreOf } from "../../src/assemble.ts";
import { type Answer, seenFromOutside } from "../support/answer.ts";
import { spyOnStatements } from "../support/database-spy.ts";
import { otherLines, type RangeServer, rangeOf, startRangeServer } from "../support/range-server.ts";
import { createSite, noThrottle, type Site, tokenOf } from "../support/site.ts";

/** On no offline list, but in a breach that the range server knows. */
const leaked = "lemon submarine parade 41";
const leakedComposed = "caf\u00e9 submarine parade";
/** On no list at all. */
const fine = "walnut harbour lantern 72";
const email = "anna@example.org";

let range: RangeServer;
const sites: Site[] = [];

beforeAll(async () => {
  range = await startRangeServer([leaked, leakedComposed]);
});
beforeEach(() => {
  range.answer = range.list;
  range.requests.splice(0);
});
afterEach(() => Promise.all(sites.splice(0).map((site) => site.close())));
afterAll(() => range.close());

/** Waits a minute for the service by default, so that no test depends on the speed of this machine. */
function start(breached: BreachedPasswordOptions = {}, options: Partial<AuthOptions> = {}): Site {
  const password = { breached: { url: range.url, timeout: "1m", ...breached } } as const;
  const site = createSite({ registration: "open", password, ...options });
  sites.push(site);
  return site;
}

const register = (site: Site, password: string, address = email): Promise<Answer> =>
  site.browser().postJson("/register", { email: address, password });

const loginStatus = async (site: Site, password: string): Promise<number> =>
  (await site.browser().postJson("/login", { login: email, password })).status;

/** Log lines that operators must act on. */
const troubles = ({ log }: Site) => log.filter(({ level }) => level === "warn" || level === "error");

interface Choice {
  status: number;
  codes: string[];
}

const choiceOf = (answer: Answer): Choice => ({
  status: answer.status,
  codes: answer.fieldCodes("password"),
});

/** Every way to choose a password: the preparation, then the choice. */
const ways: Record<string, (site: Site) => Promise<(password: string) => Promise<Choice>>> = {
  registration: async (site) => async (password) => choiceOf(await register(site, password)),
  async change(site) {
    const { headers } = await site.as(email);
    return async (password) => {
      const body = { current_password: testPassword, password };
      return choiceOf(await site.browser().postJson("/account/password", body, headers));
    };
  },
  async link(site) {
    const token = tokenOf((await unwrap(site.auth.users.create({ email }))).choosePasswordLink);
    return async (password) =>
      choiceOf(await site.browser().postJson("/reset-password", { token, password }));
  },
  async confirmation(site) {
    await register(site, testPassword);
    const token = await site.tokenTo(email);
    return async (password) => choiceOf(await site.browser().postJson("/confirm-email", { token, password }));
  },
  operator: async (site) => async (password) => {
    try {
      await unwrap(site.auth.users.create({ email, password }));
      return { status: 201, codes: [] };
    } catch (error) {
      if (!(error instanceof LatchkeyError)) throw error;
      return { status: error.status, codes: error.fields?.password?.map(({ code }) => code) ?? [] };
    }
  },
};

describe.each(Object.entries(ways))("a password chosen by %s", (_, prepare) => {
  async function ready(breached: BreachedPasswordOptions = {}) {
    const site = start(breached);
    const choose = await prepare(site);
    range.requests.splice(0);
    return { site, choose };
  }

  test("[PW-08] a breached password is refused, and an unknown one is accepted", async () => {
    const { site, choose } = await ready();
    expect(await choose(leaked)).toEqual({ status: 422, codes: ["breached_password"] });
    expect(range.requests).toHaveLength(1);
    const { status, codes } = await choose(fine);
    expect(codes).toEqual([]);
    expect([200, 201]).toContain(status);
    expect(range.requests).toHaveLength(2);
    expect(await loginStatus(site, fine)).toBe(200);
    expect(await loginStatus(site, leaked)).toBe(401);
  });

  test("[PW-08] a password is accepted while the service is down, with one warning", async () => {
    const { site, choose } = await ready();
    range.answer = (_request, response) => void response.writeHead(503).end();
    expect([200, 201]).toContain((await choose(leaked)).status);
    expect(troubles(site)).toHaveLength(1);
    expect(await loginStatus(site, leaked)).toBe(200);
  });

  test("[PW-08] a password is refused while the service is down if the option asks for it, and works later", async () => {
    const { choose } = await ready({ whenDown: "refuse" });
    range.answer = (_request, response) => void response.writeHead(503).end();
    expect(await choose(fine)).toEqual({ status: 503, codes: [] });
    range.answer = range.list;
    expect([200, 201]).toContain((await choose(fine)).status);
  });

  test.each([
    ["short", "too_short"],
    ["PassWord2026", "common_password"],
    [email, "same_as_identifier"],
    ["app.example.org", "same_as_identifier"],
    ["x".repeat(257), "too_long"],
  ])("[PW-01] [PW-03] [PW-07] [PW-09] %s is refused before any check is sent", async (password, code) => {
    const { choose } = await ready();
    expect(await choose(password)).toEqual({ status: 422, codes: [code] });
    expect(range.requests).toEqual([]);
  });
});

describe("the request to the service", () => {
  test("[PW-08] a check sends five characters of a digest and nothing about the visitor", async () => {
    const site = start();
    const visitor = {
      "user-agent": "Visitor/1.0 (their machine)",
      "accept-language": "rm-CH",
      referer: "https://app.example.org/register?from=newsletter",
      "x-forwarded-for": "203.0.113.9",
    };
    const answer = await site.browser().postJson("/register", { email, password: leaked }, visitor);
    expect(answer.fieldCodes("password")).toEqual(["breached_password"]);
    const [request] = range.requests;
    const { prefix, suffix } = rangeOf(leaked);
    expect(request).toEqual({
      method: "GET",
      path: `/range/${prefix}`,
      // All but the first three are constant headers of fetch.
      headers: {
        accept: "text/plain",
        "add-padding": "true",
        "user-agent": "latchkey",
        "accept-encoding": expect.any(String),
        "accept-language": "*",
        connection: "keep-alive",
        host: new URL(range.url).host,
        "sec-fetch-mode": "cors",
      },
    });
    expect(prefix).toMatch(/^[0-9A-F]{5}$/);
    expect(JSON.stringify(request)).not.toMatch(new RegExp(`${suffix}|anna|lemon`, "i"));
  });

  test("[PW-08] signing in, re-authentication and the current password send no check", async () => {
    const site = start({}, { password: {} });
    await unwrap(site.auth.users.create({ email, password: leaked }));
    const checked = start();
    const { hash } = (await site.auth.database.one<{ hash: string }>("SELECT hash FROM passwords"))!;
    await unwrap(checked.auth.users.create({ email, password: fine }));
    await checked.auth.database.run("UPDATE passwords SET hash = $1", hash);
    range.requests.splice(0);
    const browser = checked.browser();
    expect((await browser.postJson("/login", { login: email, password: leaked })).status).toBe(200);
    expect((await browser.postJson("/reauthenticate", { password: leaked })).status).toBe(200);
    expect(range.requests).toEqual([]);
    const change = { current_password: leaked, password: fine };
    expect((await browser.postJson("/account/password", change)).status).toBe(200);
    expect(range.requests.map(({ path }) => path)).toEqual([`/range/${rangeOf(fine).prefix}`]);
  });

  test("[PW-08] no check is sent unless the option is on", async () => {
    const network = vi.spyOn(globalThis, "fetch");
    onTestFinished(() => network.mockRestore());
    for (const password of [{}, { breached: false }]) {
      expect((await register(start({}, { password }), leaked)).status).toBe(201);
    }
    expect(network).not.toHaveBeenCalled();
  });

  test("[PW-08] a check goes to Have I Been Pwned unless another service is named", async () => {
    const { prefix, suffix } = rangeOf(leaked);
    const network = vi.spyOn(globalThis, "fetch").mockImplementation(async () => new Response(`${suffix}:1`));
    onTestFinished(() => network.mockRestore());
    for (const breached of [true, {}]) {
      const answer = await register(start({}, { password: { breached } }), leaked);
      expect(answer.fieldCodes("password")).toEqual(["breached_password"]);
      const [url] = network.mock.lastCall ?? [];
      expect(url).toBe(`https://api.pwnedpasswords.com/range/${prefix}`);
    }
  });

  test("[PW-08] a check uses the normalised text: composed and decomposed spellings have one digest", async () => {
    const site = start();
    for (const password of [leakedComposed, leakedComposed.normalize("NFD")]) {
      expect((await register(site, password)).fieldCodes("password")).toEqual(["breached_password"]);
    }
  });
});

describe("the answer of the service", () => {
  const { suffix } = rangeOf(leaked);
  const answers =
    (text: string): RequestListener =>
    (_request, response) =>
      void response.end(text);

  test.each([
    ["upper case", `${suffix}:1`],
    ["lower case", `${suffix.toLowerCase()}:1`],
    ["among others, lines ended by LF", [...otherLines(3), `${suffix}:12`, ...otherLines(0), ""].join("\n")],
    ["among others, lines ended by CRLF", [...otherLines(0), `${suffix}:12`, ""].join("\r\n")],
  ])("[PW-08] a breach answer in %s refuses the password", async (_, text) => {
    range.answer = answers(text);
    expect((await register(start(), leaked)).fieldCodes("password")).toEqual(["breached_password"]);
  });

  test("[PW-08] padding with a count of 0 neither refuses a password nor is a failure", async () => {
    range.answer = answers([...otherLines(5), `${suffix}:0`].join("\r\n"));
    const site = start({ whenDown: "refuse" });
    expect((await register(site, leaked)).status).toBe(201);
    expect(troubles(site)).toEqual([]);
  });

  test("[PW-10] a breached password is refused with a sentence, and isn't shown again", async () => {
    const site = start();
    const { text, status } = await site.browser().submitForm("/register", { email, password: leaked });
    expect(status).toBe(422);
    expect(text).toContain("This password has appeared in a data breach.");
    expect(text).toContain(email);
    expect(text).not.toContain(leaked);
  });
});

describe("a service without a usable answer", () => {
  const { suffix } = rangeOf(leaked);
  const listedLine = `${suffix}:9`;
  const withStatus =
    (status: number, headers: Record<string, string> = {}): RequestListener =>
    (_request, response) =>
      void response.writeHead(status, headers).end(listedLine);
  const withText =
    (text: string): RequestListener =>
    (_request, response) =>
      void response.end(text);
  const endless: RequestListener = (_request, response) =>
    void Readable.from(
      (function* () {
        for (;;) yield `${otherLines(1, 100).join("\n")}\n`;
      })(),
    )
      .on("error", () => undefined)
      .pipe(response);
  const redirect: RequestListener = (request, response) =>
    request.url?.startsWith("/range/")
      ? withStatus(302, { location: `/elsewhere/${rangeOf(leaked).prefix}` })(request, response)
      : void response.end(listedLine);

  const cases: [string, RequestListener, string, BreachedPasswordOptions?][] = [
    ["answers 500", withStatus(500), "status 500"],
    ["answers 429", withStatus(429, { "retry-after": "2" }), "status 429"],
    ["answers 404", withStatus(404), "status 404"],
    ["redirects", redirect, "status 302"],
    ["answers a page", withText("<html><title>Log in to the network</title></html>"), "unreadable answer"],
    ["answers nothing", withText(""), "unreadable answer"],
    ["answers JSON", withText("{}"), "unreadable answer"],
    ["answers an entry and rubbish", withText(`${listedLine}\r\nrubbish`), "unreadable answer"],
    ["answers without end", endless, "answer too long"],
    [
      "answers a bomb",
      (_request, response) =>
        void response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync(Buffer.alloc(30_000_000))),
      "answer too long",
    ],
    ["hangs up", (request) => void request.socket.destroy(), "UND_ERR_SOCKET"],
    [
      "breaks off",
      (request, response) => response.write(`${listedLine}\r\n`, () => request.socket.destroy()),
      "UND_ERR_SOCKET",
    ],
    ["says nothing", () => undefined, "timeout", { timeout: 50 }],
    [
      "never finishes",
      (_request, response) => void response.write(`${listedLine}\r\n`),
      "timeout",
      { timeout: 50 },
    ],
  ];

  test.each(cases)(
    "[PW-08] with a service that %s the password is accepted, and the log has only the reason",
    async (_, answer, reason, breached) => {
      range.answer = answer;
      const site = start({ ...breached, whenDown: "allow" });
      expect((await register(site, leaked)).status).toBe(201);
      expect(range.requests.length).toBeLessThanOrEqual(1);
      const message = "a password was allowed unchecked: the breached-password service gave no answer";
      expect(troubles(site)).toEqual([{ level: "warn", message, fields: { reason } }]);
    },
  );

  test.each(cases)(
    "[PW-08] with a service that %s every password is refused if the option asks for it, with one log line",
    async (_, answer, reason, breached) => {
      range.answer = answer;
      const site = start({ ...breached, whenDown: "refuse" });
      const refused = await register(site, leaked);
      expect([refused.status, refused.code]).toEqual([503, "unavailable"]);
      expect(refused.headers.get("retry-after")).toBe("30");
      expect(refused.text).not.toContain("breached");
      expect((await unwrap(site.auth.users.find({ who: email }))).user).toBeNull();
      expect(range.requests.length).toBeLessThanOrEqual(1);
      const detail = `the breached-password service gave no answer (${reason})`;
      expect(troubles(site)).toEqual([
        {
          level: "error",
          message: "request failed",
          fields: { code: "unavailable", detail, request_id: expect.any(String) },
        },
      ]);
    },
  );

  test("[PW-08] a service that doesn't exist counts as down", async () => {
    const gone = await startRangeServer([]);
    await gone.close();
    const site = start({ url: gone.url });
    expect((await register(site, leaked)).status).toBe(201);
    expect(site.log.map(({ fields }) => fields)).toContainEqual({ reason: "ECONNREFUSED" });
  });

  test("[PW-08] an answer that is too long or too late ends with its connection", async () => {
    for (const answer of [endless, () => undefined] satisfies RequestListener[]) {
      const { promise: closed, resolve } = Promise.withResolvers<void>();
      range.answer = (request, response) => {
        request.socket.once("close", () => resolve());
        answer(request, response);
      };
      expect((await register(start({ timeout: 500 }), fine)).status).toBe(201);
      await expect(closed).resolves.toBeUndefined();
    }
  });
});

describe("while the service is asked", () => {
  const release = (responses: ServerResponse[]) => {
    for (const response of responses) response.end(otherLines(0).join("\r\n"));
  };

  test("[PW-08] [TH-12] a slow check holds no hash slot and no transaction", async () => {
    const site = start({}, { hashing: { concurrency: 1, queueLimit: 1 } });
    await unwrap(site.auth.users.create({ email: "bert@example.org", password: testPassword }));
    const heard: string[] = [];
    onTestFinished(spyOnStatements(site.auth.database, (sql) => void heard.push(sql)));
    const held = range.hold(1);
    const waiting = register(site, fine);
    const responses = await held;
    const begun = heard.filter((sql) => sql === "BEGIN").length;
    expect(begun).toBe(heard.filter((sql) => sql === "COMMIT" || sql === "ROLLBACK").length);
    const login = { login: "bert@example.org", password: testPassword };
    expect((await site.browser().postJson("/login", login)).status).toBe(200);
    release(responses);
    expect((await waiting).status).toBe(201);
  });

  test.each(["confirm-first", "open"] as const)(
    "[TH-02] [SU-02] a check comes before any look-up of the account (%s)",
    async (registration) => {
      const site = start({}, { registration });
      await unwrap(site.auth.users.create({ email, password: testPassword }));
      for (const address of [email, "nobody@example.org"]) {
        const heard: string[] = [];
        const stop = spyOnStatements(site.auth.database, (sql) => void heard.push(sql));
        const held = range.hold(1);
        const waiting = register(site, fine, address);
        const responses = await held;
        stop();
        // Every request begins with the session.
        const own = heard.filter((sql) => !/^\s*SELECT .* FROM sessions s /s.test(sql)).join("\n");
        expect(own).toMatch(/\bthrottle\b/);
        expect(own).not.toMatch(/\b(users|passwords|pending_registrations|one_time_tokens)\b/);
        release(responses);
        await waiting;
      }
    },
  );

  test("[TH-02] [SU-02] a known and an unknown address get the same answer, breached or not", async () => {
    const site = start({}, { registration: "confirm-first" });
    await unwrap(site.auth.users.create({ email, password: testPassword }));
    for (const password of [leaked, fine]) {
      range.requests.splice(0);
      const known = await register(site, password);
      const unknown = await register(site, password, "nobody@example.org");
      expect(seenFromOutside(known, email)).toEqual(seenFromOutside(unknown, "nobody@example.org"));
      expect(range.requests.map(({ path }) => path)).toEqual(
        new Array(2).fill(`/range/${rangeOf(password).prefix}`),
      );
    }
  });

  test("[PW-08] [TH-05] a throttled registration causes no more checks", async () => {
    const site = start({}, { throttle: { ...noThrottle, registrationsPerAddress: 2 } });
    for (const status of [422, 422, 429]) expect((await register(site, leaked)).status).toBe(status);
    expect(range.requests).toHaveLength(2);
  });

  test("[PW-08] at most 32 checks are open; one more counts as unanswered, and later ones are sent", async () => {
    const site = start();
    const { passwords } = coreOf(site.auth);
    const held = range.hold(32);
    const waiting = Array.from({ length: 32 }, () => passwords.refuseBreached(fine));
    const responses = await held;
    await passwords.refuseBreached(leaked);
    expect(site.log.map(({ fields }) => fields)).toEqual([{ reason: "too many at once" }]);
    release(responses);
    await Promise.all(waiting);
    range.answer = range.list;
    await expect(passwords.refuseBreached(leaked)).rejects.toMatchObject({ code: "invalid_input" });
    expect(range.requests).toHaveLength(33);
  });
});

describe("the options", () => {
  const make = (breached: unknown) => () => {
    const t = createTestAuth({ password: { breached } } as Partial<AuthOptions>);
    onTestFinished(() => t.close());
    return coreOf(t.auth).settings.password.breached;
  };

  test.each([
    ["no address", { url: "mirror" }],
    ["plain http to elsewhere", { url: "http://mirror.example.org/range/" }],
    ["another protocol", { url: "file:///range/" }],
    ["a password", { url: "https://name:secret-word@mirror.example.org/range/" }],
    ["a query", { url: "https://mirror.example.org/range/?prefix=" }],
    ["a fragment", { url: "https://mirror.example.org/range/#secret-word" }],
    ["no time", { timeout: 0 }],
    ["two minutes", { timeout: "2m" }],
    ["an unknown policy", { whenDown: "ask" }],
  ])("[PW-08] an invalid option is refused with a sentence that says the fix: %s", (_, breached) => {
    expect(make(breached)).toThrow(ConfigurationError);
    expect(make(breached)).toThrow(/^password\.breached\.\w+ .*[^?]\.$/);
    expect(make(breached)).not.toThrow(/secret-word/);
  });

  test("[PW-08] the defaults are Have I Been Pwned, 1.5 seconds, and allowing the password", () => {
    const url = "https://api.pwnedpasswords.com/range/";
    expect(make(true)()).toEqual({ url, timeoutMs: 1500, whenDown: "allow" });
    expect(make({ url: "https://mirror.example.org/pwned" })()).toMatchObject({
      url: "https://mirror.example.org/pwned/",
    });
    expect(make(false)()).toBeUndefined();
    expect(make(undefined)()).toBeUndefined();
  });

  test("[PW-08] the application's options come from BREACHED_PASSWORDS and are off by default", () => {
    const asked = (variables: Record<string, string>) =>
      optionsFromEnvironment(readEnvironment(variables)).password.breached;
    expect(asked({})).toBe(false);
    expect(asked({ BREACHED_PASSWORDS: "off" })).toBe(false);
    expect(asked({ BREACHED_PASSWORDS: "on" })).toBe(true);
    expect(() => asked({ BREACHED_PASSWORDS: "yes" })).toThrow(
      /^BREACHED_PASSWORDS is "yes", .* use on, off/,
    );
  });
});
