import { unwrap } from "latchkey";
import { testPassword } from "latchkey/testing";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Browser } from "../support/browser.ts";
import { cookiesOf } from "../support/cookie-jar.ts";
import { accountsSnapshot } from "../support/database-dump.ts";
import { createSite, origin, type Site } from "../support/site.ts";

let site: Site;
let victim: Browser;
let attacker: Browser;
const name = "__Host-session";
const email = "victim@example.org";

beforeAll(async () => {
  site = createSite();
  attacker = await site.signedIn("attacker@example.org");
});

beforeEach(async () => {
  victim = await site.signedIn(email);
});

afterAll(() => site.close());

/** Every route that changes data: the library's POST routes and the application's own. */
function changing(): string[] {
  const own = site.auth.routes.filter(({ method }) => method === "POST");
  return [...own.map(({ path }) => path.replace(/:\w+/g, "x")), "/notes"];
}

/** The data that a refused request must not change: accounts, and the data of the application's own routes. */
async function snapshot(): Promise<string> {
  // Notices of earlier sign-ins are sent in the background.
  await site.auth.deliverMail();
  return `${await accountsSnapshot(site.auth.database)} ${site.changes.count}`;
}

const form = { "content-type": "application/x-www-form-urlencoded" };

describe("the token", () => {
  it("[CF-01] every changing route requires the token, signed in or not (cases A-CS-02, A-CS-10)", async () => {
    const good = await victim.csrfToken();
    const theirs = await attacker.csrfToken();
    const anonymous = await site.browser().csrfToken();
    const stale = await (async () => {
      const before = site.browser();
      const token = await before.csrfToken();
      await before.postForm("/login", { login: email, password: testPassword });
      return token;
    })();
    const bad = [
      ...["", " ", "undefined", "null", "true", theirs, anonymous, stale, victim.session()],
      ...[good.slice(0, -1), good.slice(1), `${good}A`, `${good}${good}`, good.toLowerCase(), `${good}%20`],
      `${good.slice(0, -1)}${good.endsWith("A") ? "B" : "A"}`,
    ];
    const before = await snapshot();
    for (const path of changing()) {
      for (const browser of [
        victim,
        site.browser({ cookie: `${name}=${(await freshPreSession()).value}` }),
      ]) {
        const body = {
          login: email,
          email,
          password: testPassword,
          current_password: testPassword,
          token: "x",
        };
        const answers = [
          await browser.send("POST", path, { form: body }),
          await browser.send("POST", path, { json: body }),
          await browser.send("POST", `${path}?csrf_token=${good}`, { form: body }),
          await browser.send("POST", path, { json: { ...body, csrf_token: true } }),
          await browser.send("POST", path, { json: { ...body, csrf_token: [good] } }),
          await browser.send("POST", path, { json: { ...body, csrf: good } }),
          await browser.send("POST", path, { body: `csrf_token[]=${good}`, headers: form }),
        ];
        for (const token of bad) {
          answers.push(await browser.send("POST", path, { form: { ...body, csrf_token: token } }));
          answers.push(await browser.send("POST", path, { json: body, headers: { "x-csrf-token": token } }));
        }
        // Signed out, the victim's token is foreign. Signed in, a good field doesn't repair a bad header.
        const header = browser === victim ? "wrong" : good;
        answers.push(
          await browser.send("POST", path, {
            form: { ...body, csrf_token: good },
            headers: { "x-csrf-token": header },
          }),
        );
        const statuses = answers.map(({ status }) => status);
        expect([path, [...new Set(statuses)]]).toEqual([
          path,
          browser === victim || path !== "/notes" ? [403] : [303, 401],
        ]);
        expect(
          answers.flatMap(cookiesOf).filter((cookie) => cookie.name === name && cookie.value === ""),
        ).toEqual([]);
      }
    }
    expect(await snapshot()).toBe(before);
    expect(await victim.sessionStatus()).toBe(200);
  });

  async function freshPreSession(): Promise<{ value: string }> {
    const browser = site.browser();
    await browser.get("/login");
    return { value: browser.session() };
  }

  it("[CF-01] a token given twice is refused", async () => {
    const good = await victim.csrfToken();
    const answer = await victim.send("POST", "/logout", {
      body: `csrf_token=${good}&csrf_token=${good}`,
      headers: form,
    });
    expect(answer.status).toBe(400);
    expect(await victim.sessionStatus()).toBe(200);
  });

  it("[CF-01, LG-01] a missing token leaves a malicious_csrf record, on the application's routes too", async () => {
    for (const path of ["/logout", "/login", "/notes"]) {
      const count = site.log.filter(({ message }) => message === "malicious_csrf").length;
      expect((await victim.send("POST", path)).status).toBe(403);
      const events = site.log.filter(({ message }) => message === "malicious_csrf");
      expect(events).toHaveLength(count + 1);
      expect(events.at(-1)?.fields).toMatchObject({ route: `POST ${path}` });
    }
    const row = await site.auth.database.one<{ count: number }>(
      "SELECT count(*) AS count FROM audit WHERE event = 'malicious_csrf'",
    );
    expect(row?.count).toBeGreaterThanOrEqual(3);
  });

  it("[CF-06] the token isn't a session value, renews at sign-in, and serves several tabs and the Back button", async () => {
    const browser = site.browser();
    const before = await browser.csrfToken();
    expect(before).not.toBe(browser.session());
    expect(await browser.csrfToken()).toBe(before);
    await browser.postForm("/login", { login: email, password: testPassword });
    const token = await browser.csrfToken();
    expect(token).not.toBe(before);
    expect(token).not.toContain(browser.session());
    // Two tabs of the same form, and the first again.
    const tabs = await Promise.all([browser.get("/account/password"), browser.get("/reauthenticate")]);
    for (const tab of tabs) expect(tab.text).toContain(`name="csrf_token" value="${token}"`);
    for (let count = 1; count <= 3; count++) {
      const answer = await browser.send("POST", "/notes", { form: { csrf_token: token } });
      expect(answer.status).toBe(201);
    }
    expect((await browser.send("POST", "/notes", { form: { csrf_token: before } })).status).toBe(403);
  });

  it("[CF-07] the attacker's own pair of cookie and field is refused in the victim's browser (cases A-CS-08, A-CS-11)", async () => {
    const planted = site.browser();
    const token = await planted.csrfToken();
    const session = victim.session();
    const password = { login: "attacker@example.org", password: testPassword };
    for (const cookie of [
      `${name}=${session}; ${name}=${planted.session()}`,
      `${name}=${planted.session()}; ${name}=${session}`,
      `${name}=${session}; session=${planted.session()}; csrf_token=${token}`,
      `${name}=${session}; __Host-csrf=${token}`,
      `${name}=${session}; __Host-data=${token}`,
    ]) {
      const answer = await site.app.request(`${origin}/login`, {
        method: "POST",
        headers: { cookie, ...form },
        body: new URLSearchParams({ ...password, csrf_token: token }).toString(),
      });
      expect([cookie, answer.status]).toEqual([cookie, 403]);
    }
    expect(await victim.who()).toBe(email);
  });
});

describe("Sec-Fetch-Site (case A-CS-03)", () => {
  const matrix: [site: string, valid: boolean, expected: number][] = [
    ["cross-site", true, 403],
    ["cross-site", false, 403],
    ["same-site", true, 403],
    ["same-site", false, 403],
    ["none", true, 201],
    ["none", false, 403],
    ["same-origin", true, 201],
    ["same-origin", false, 403],
    ["garbage", true, 201],
    ["garbage", false, 403],
    ["same-origin, cross-site", true, 201],
    ["same-origin, cross-site", false, 403],
    ["Same-Origin", false, 403],
    ["", true, 201],
    ["", false, 403],
  ];

  it.each(matrix)("[CF-02] Sec-Fetch-Site %j with a good token %s → %i", async (header, valid, expected) => {
    const count = site.changes.count;
    const token = valid ? await victim.csrfToken() : "x";
    const headers = { "sec-fetch-site": header, "x-csrf-token": token };
    expect((await victim.send("POST", "/notes", { headers })).status).toBe(expected);
    expect((await victim.send("DELETE", "/notes", { headers })).status).toBe(
      expected === 201 ? 204 : expected,
    );
    expect(site.changes.count).toBe(count + (expected === 201 ? 2 : 0));
  });

  it.each(matrix)(
    "[CF-02] at the library's own routes, Sec-Fetch-Site %j with a good token %s",
    async (header, valid, expected) => {
      const token = valid ? await victim.csrfToken() : "x";
      const answer = await victim.send("POST", "/logout", {
        form: { csrf_token: token },
        headers: { "sec-fetch-site": header },
      });
      expect(answer.status).toBe(expected === 201 ? 303 : 403);
      expect(await victim.sessionStatus()).toBe(expected === 201 ? 401 : 200);
    },
  );

  it.each(["garbage", "same-origin, cross-site", "Same-Origin", "same-origin "])(
    "[CF-02] Sec-Fetch-Site %j counts as absent, never as same-origin",
    async (header) => {
      const token = await victim.csrfToken();
      const answer = await site.raw("POST", "/logout", {
        "sec-fetch-site": header,
        origin: "null",
        "x-csrf-token": token,
        cookie: victim.jar.header,
      });
      expect(answer?.status).toBe(403);
      expect(await victim.sessionStatus()).toBe(200);
    },
  );

  it("[CF-02] every changing route refuses requests from another site, whatever they carry (cases A-CS-01, A-CS-12)", async () => {
    const before = await snapshot();
    for (const path of changing()) {
      for (const from of ["cross-site", "same-site"]) {
        const answer = await victim.postForm(
          path,
          { email, login: email, password: testPassword },
          { "sec-fetch-site": from },
        );
        expect([path, from, answer.status]).toEqual([path, from, 403]);
      }
    }
    expect(await snapshot()).toBe(before);
  });
});

describe("Origin (case A-CS-04)", () => {
  const foreign: Record<string, string>[] = [
    { origin: "null" },
    { origin: "https://app.example.org.evil.example" },
    { origin: "https://evilapp.example.org" },
    { origin: "https://evil.example" },
    { origin: "https://app.example.org:444" },
    { origin: "http://app.example.org" },
    { origin: "https://APP.example.org" },
    { origin: "https://app.example.org." },
    { origin: "https://app.example.org/" },
    { origin: "https://app.example.org@evil.example" },
    { origin: "https://app.example.org, https://evil.example" },
    { origin: "https://app.example.org https://app.example.org" },
    { origin: "" },
    { referer: "https://evil.example/?https://app.example.org/" },
    { referer: "https://app.example.org.evil.example/" },
    { referer: "http://app.example.org/" },
    { referer: "blob:https://app.example.org/1" },
    { referer: "not a url" },
    { origin: "https://evil.example", referer: "https://app.example.org/login" },
    { origin: "null", referer: "https://app.example.org/login" },
    { origin: "null", "sec-fetch-site": "none" },
    { origin: "https://evil.example", "sec-fetch-site": "same-origin" },
  ];

  it.each(foreign)("[CF-03] Origin %j is refused even with a good token", async (headers) => {
    const token = await victim.csrfToken();
    for (const path of ["/logout", "/notes"]) {
      const answer = await victim.send("POST", path, { headers: { ...headers, "x-csrf-token": token } });
      expect([path, answer.status]).toEqual([path, 403]);
    }
    expect(await victim.sessionStatus()).toBe(200);
  });

  const own: Record<string, string>[] = [
    { origin },
    { origin, referer: "https://evil.example/" },
    { referer: `${origin}/account?x=https://evil.example/` },
    // Own pages under `Referrer-Policy: no-referrer` (case A-CS-05).
    { origin: "null", "sec-fetch-site": "same-origin" },
    {},
  ];

  it.each(own)("[CF-03] Origin %j passes with a good token, and only with one", async (headers) => {
    const token = await victim.csrfToken();
    const without = await victim.send("POST", "/notes", { headers });
    const good = await victim.send("POST", "/notes", { headers: { ...headers, "x-csrf-token": token } });
    expect([without.status, good.status]).toEqual([403, 201]);
    expect((await victim.send("POST", "/logout", { headers })).status).toBe(403);
    const out = await victim.send("POST", "/logout", { headers: { ...headers, "x-csrf-token": token } });
    expect(out.status).toBe(303);
  });

  it("[CF-03] two Origin headers are refused", async () => {
    const headers = new Headers({ cookie: victim.jar.header, "x-csrf-token": await victim.csrfToken() });
    headers.append("origin", origin);
    headers.append("origin", origin);
    const answer = await site.app.request(`${origin}/logout`, { method: "POST", headers });
    expect([answer.status, await victim.sessionStatus()]).toEqual([403, 200]);
  });
});

describe("content types (case A-CS-06)", () => {
  const json = JSON.stringify({ login: email, password: testPassword });
  const tricks: [type: string | null, body: string, expected: number[]][] = [
    ["text/plain", json, [415]],
    ["text/plain;application/json", json, [415]],
    ["text/plain; charset=utf-8", json, [415]],
    ["application/json+x", json, [415]],
    ["application/jsonp", json, [415]],
    ["application/json, text/plain", json, [415]],
    ["application/json; charset=utf-16", json, [415]],
    ["application/json; charset=x", json, [415]],
    ["application/json; boundary=x", json, [415]],
    [
      "multipart/form-data; boundary=b",
      `--b\r\nContent-Disposition: form-data; name="login"\r\n\r\n${email}\r\n--b--\r\n`,
      [415],
    ],
    ["multipart/form-data; boundary=b", '--b\r\nContent-Disposition: form-data; name="{"\r\n\r\nx', [415]],
    ["multipart/form-data", json, [415]],
    ["", json, [415]],
    [null, json, [415]],
    ["application/octet-stream", json, [415]],
    ["application/x-www-form-urlencoded", `{"login":"${email}","a":"b="}`, [400, 422]],
    ["application/json", `login=${email}`, [400]],
    ["APPLICATION/JSON", json, [200]],
    ["Application/Json; Charset=UTF-8", json, [200]],
    ["application/json", json, [200]],
  ];

  it.each(tricks)("[CF-04] content type %j with %s → %j", async (type, body, expected) => {
    const browser = site.browser();
    const token = await browser.csrfToken();
    const headers = new Headers({ cookie: browser.jar.header, "x-csrf-token": token });
    if (type !== null) headers.set("content-type", type);
    const bytes = new TextEncoder().encode(body);
    const answer = await site.app.request(`${origin}/login`, { method: "POST", headers, body: bytes });
    expect(expected).toContain(answer.status);
    const session = cookiesOf(answer).some((cookie) => cookie.name === name);
    expect(session).toBe(answer.status === 200);
    // The same without the token always stops there.
    headers.delete("x-csrf-token");
    const without = await site.app.request(`${origin}/login`, { method: "POST", headers, body: bytes });
    expect([400, 403, 415]).toContain(without.status);
  });
});

describe("safe methods", () => {
  it("[CF-05, LO-02] safe methods change no data on any route, whatever they carry (cases A-CS-07, A-CS-09)", async () => {
    const { choosePasswordLink } = await unwrap(
      site.auth.users.create({ email: `get${Date.now()}@example.org` }),
    );
    const before = await snapshot();
    const token = await victim.csrfToken();
    const query = `?email=${email}&login=${email}&password=${encodeURIComponent(testPassword)}&csrf_token=${token}&_method=POST`;
    const paths = [
      ...new Set([...site.auth.routes.map(({ path }) => path.replace(/:\w+/g, "x")), "/notes", "/admin"]),
    ];
    const headers = {
      "x-http-method-override": "POST",
      "x-method-override": "DELETE",
      "x-http-method": "DELETE",
      "x-csrf-token": token,
    };
    for (const path of paths) {
      for (const method of ["GET", "HEAD", "OPTIONS"]) {
        const answer = await victim.send(method, path + query, { headers });
        expect([method, path, answer.status < 500]).toEqual([method, path, true]);
        if (method === "HEAD") expect(answer.text).toBe("");
      }
    }
    for (let count = 0; count < 3; count++) {
      await victim.get(new URL(choosePasswordLink ?? "").pathname + new URL(choosePasswordLink ?? "").search);
    }
    expect(await snapshot()).toBe(before);
    expect(await victim.who()).toBe(email);
  });

  it("[CF-05] a method override is ignored", async () => {
    const count = site.changes.count;
    const token = await victim.csrfToken();
    const asked = [
      await victim.send("POST", "/session?_method=DELETE", {
        form: { csrf_token: token, _method: "DELETE" },
      }),
      await victim.send("POST", "/account", { form: { csrf_token: token, _method: "GET" } }),
      await victim.send("PUT", "/logout", { headers: { "x-csrf-token": token } }),
      await victim.send("DELETE", "/session", { headers: { "x-csrf-token": token } }),
      await victim.send("GET", "/notes?_method=POST", { headers: { "x-http-method-override": "POST" } }),
    ];
    expect(asked.map(({ status }) => status)).toEqual([405, 405, 405, 405, 404]);
    expect([site.changes.count, await victim.sessionStatus()]).toEqual([count, 200]);
  });
});

describe("other origins' scripts", () => {
  it("[CF-08] scripts of other origins get no CORS grant on any route (case A-CS-13)", async () => {
    const paths = [
      ...new Set([...site.auth.routes.map(({ path }) => path.replace(/:\w+/g, "x")), "/notes", "/dashboard"]),
    ];
    const granted = [];
    for (const path of paths) {
      for (const from of [
        "https://evil.example",
        "null",
        `${origin}.evil.example`,
        "https://evil-app.example.org",
      ]) {
        const preflight = {
          origin: from,
          "access-control-request-method": "POST",
          "access-control-request-headers": "x-csrf-token",
        };
        const answers = [
          await victim.get(path, { origin: from }),
          await victim.send("OPTIONS", path, { headers: preflight }),
          await victim.send("POST", path, { headers: { origin: from } }),
        ];
        for (const { headers } of answers) {
          granted.push(...[...headers.keys()].filter((header) => header.startsWith("access-control-")));
        }
      }
    }
    expect(granted).toEqual([]);
  });

  it("[HD-08] scripts of other origins get inert JSON that can't be embedded (case A-CS-14)", async () => {
    for (const path of [
      "/session?callback=x",
      "/session?format=js&jsonp=x",
      "/csrf?callback=x",
      "/session",
    ]) {
      const answer = await victim.get(path, {
        accept: "*/*",
        "sec-fetch-dest": "script",
        "sec-fetch-mode": "no-cors",
      });
      expect(answer.headers.get("content-type")).toBe("application/json; charset=utf-8");
      expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
      expect(answer.headers.get("cross-origin-resource-policy")).toBe("same-origin");
      expect(answer.headers.get("cross-origin-opener-policy")).toBe("same-origin");
      expect(answer.text).toMatch(/^\{/);
    }
  });
});
