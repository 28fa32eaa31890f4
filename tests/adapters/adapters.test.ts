import { request as httpRequest } from "node:http";
import type { Auth, AuthOptions } from "latchkey";
import { unwrap } from "latchkey";
import { createTestAuth, type TestAuth, testPassword } from "latchkey/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Browser, createBrowser, overHttp, tokenIn } from "../support/browser.ts";
import { cookiesOf } from "../support/cookie-jar.ts";
import { noThrottle } from "../support/site.ts";
import { type Mount, mounts, type Running } from "./mounts.ts";

const FORM = "application/x-www-form-urlencoded";
const password = "a lantern over the harbour";

interface Site {
  t: TestAuth;
  running: Running;
  origin: string;
  browser(): Browser;
  close(): Promise<void>;
}

async function startSite(mount: Mount, options: Partial<AuthOptions>): Promise<Site> {
  const t = createTestAuth({ throttle: noThrottle, ...options }) as TestAuth;
  const auth = t.auth as Auth;
  const running = await mount.start(auth);
  const { origin } = auth.settings.origin;
  const { basePath, cookies } = auth.settings;
  return {
    t,
    running,
    origin,
    browser: () =>
      createBrowser({
        origin,
        basePath,
        sessionCookie: cookies.session,
        fetch: overHttp(running.url),
      }),
    async close() {
      await running.close();
      await t.close();
    },
  };
}

let people = 0;
const nobodyYet = () => `person${++people}@example.org`;

async function signedIn(site: Site, email = nobodyYet(), fields: Record<string, string> = {}) {
  if ((await unwrap(site.t.auth.users.find({ who: email }))).user === null) {
    await unwrap(site.t.auth.users.create({ email, password: testPassword }));
  }
  const browser = site.browser();
  const { basePath } = site.t.auth.settings;
  const answer = await browser.submitForm(`${basePath}/login`, {
    login: email,
    password: testPassword,
    ...fields,
  });
  expect(answer.status).toBe(303);
  return { browser, email, answer };
}

interface Raw {
  method?: string;
  path: string;
  headers?: Record<string, string>;
  body?: string;
}

/** Requests that `fetch` can't send: any Host, odd targets, bodies without a length. */
function raw(site: Site, { method = "GET", path, headers = {}, body }: Raw) {
  return new Promise<{ status: number; headers: Record<string, unknown>; text: string }>(
    (resolve, reject) => {
      const { hostname, port } = new URL(site.running.url);
      const sent = httpRequest({ hostname, port, method, path, headers, agent: false }, (response) => {
        let text = "";
        response.setEncoding("utf8").on("data", (chunk: string) => {
          text += chunk;
        });
        response.once("end", () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text }),
        );
      });
      sent.once("error", reject);
      sent.end(body);
    },
  );
}

describe.each(mounts)("$name", (mount) => {
  let site: Site;
  beforeAll(async () => {
    site = await startSite(mount, {});
  });
  afterAll(() => site.close());

  test("[IN-11] register, mail and confirm in one browser lead to the dashboard", async () => {
    const browser = site.browser();
    const email = nobodyYet();
    const registered = await browser.submitForm("/register", { email, password });
    expect([registered.status, registered.text.includes(email)]).toEqual([200, true]);
    expect((await browser.get("/dashboard")).status).toBe(303);

    const mail = (await site.t.mails()).find(({ to }) => to === email);
    const link = new URL(mail?.links[0] ?? "");
    expect(link.origin).toBe(site.origin);
    const page = link.pathname + link.search;
    const token = link.searchParams.get("token") ?? "";
    const confirmed = await browser.submitForm(page, { token }, "/confirm-email");
    expect([confirmed.status, confirmed.location]).toEqual([303, "/dashboard"]);

    const dashboard = await browser.get("/dashboard");
    expect([dashboard.status, dashboard.text]).toEqual([200, `Welcome, ${email}`]);
    expect(dashboard.headers.get("cache-control")).toBe("no-store");
    expect(dashboard.headers.get("vary")).toMatch(/\bCookie\b/i);
    expect(dashboard.headers.getSetCookie()).toEqual([]);
  });

  test("login with remember keeps the cookie, and without it doesn't", async () => {
    const once = cookiesOf((await signedIn(site)).answer).find(({ name }) => name === "session");
    expect(once?.attributes.has("max-age")).toBe(false);
    const kept = cookiesOf((await signedIn(site, nobodyYet(), { remember: "on" })).answer);
    expect(kept.find(({ name }) => name === "session")?.attributes.get("max-age")).toBe(String(90 * 86_400));
  });

  test("JSON login works with the token of GET /csrf", async () => {
    const { user } = await site.t.as(nobodyYet());
    const browser = site.browser();
    const answer = await browser.postJson("/login", { email: user.email, password: testPassword });
    expect([answer.status, JSON.parse(answer.text).user.id]).toEqual([200, user.id]);
    const me = await browser.get("/session");
    expect([me.status, JSON.parse(me.text).user.email]).toEqual([200, user.email]);
    expect(me.headers.get("content-type")).toMatch(/^application\/json/);
  });

  test("a wrong password shows the form again, and a wrong JSON login is a problem", async () => {
    const browser = site.browser();
    const form = await browser.submitForm("/login", { login: nobodyYet(), password: "wrong one" });
    expect([form.status, tokenIn(form.text) === "", form.location]).toEqual([401, false, null]);
    const json = await browser.postJson("/login", { login: nobodyYet(), password: "wrong one" });
    expect([json.status, json.code]).toEqual([401, "invalid_credentials"]);
  });

  test("[AZ-10] a guarded page leads to the login and back, a program gets 401", async () => {
    const browser = site.browser();
    const page = await browser.get("/dashboard?tab=1");
    const [status, location] =
      mount.name === "node" ? [404, null] : [303, "/login?next=%2Fdashboard%3Ftab%3D1"];
    expect([page.status, page.location]).toEqual([status, location]);
    const plain = await browser.get("/dashboard");
    expect([plain.status, plain.location, plain.text]).toEqual([303, "/login?next=%2Fdashboard", ""]);
    const json = await browser.get("/dashboard", { accept: "application/json" });
    expect([json.status, json.code]).toEqual([401, "login_required"]);
    expect(json.headers.get("www-authenticate")).not.toBeNull();
  });

  test("[CF-01] a guarded POST needs the token, in the form or the header, and the handler still sees its body", async () => {
    const { browser } = await signedIn(site);
    const post = (type: string, body: string, headers = {}) =>
      browser.send("POST", "/notes", { headers: { "content-type": type, ...headers }, body });
    const csrf = await browser.csrfToken();

    for (const headers of [{}, { "x-csrf-token": "" }, { "x-csrf-token": `${csrf}x` }]) {
      expect((await post(FORM, "title=hello", headers)).status).toBe(403);
      expect((await post("application/json", '{"title":"hello"}', headers)).code).toBe("csrf_failed");
    }
    const twice = `title=hello&csrf_token=${csrf}&csrf_token=${csrf}`;
    expect([400, 403]).toContain((await post(FORM, twice)).status);

    const form = await post(FORM, `title=hello+w%C3%B6rld&csrf_token=${csrf}`);
    expect([form.status, JSON.parse(form.text)]).toEqual([
      201,
      { got: { title: "hello wörld", csrf_token: csrf } },
    ]);
    const json = await post("application/json", JSON.stringify({ title: { de: ["hi"] }, csrf_token: csrf }));
    expect([json.status, JSON.parse(json.text).got.title]).toEqual([201, { de: ["hi"] }]);
    const inHeader = await post("application/json", '{"deep":{"list":[1,2]}}', { "x-csrf-token": csrf });
    expect([inHeader.status, JSON.parse(inHeader.text)]).toEqual([201, { got: { deep: { list: [1, 2] } } }]);
  });

  test("[CF-02] a POST from another site is refused, guarded or not, token or not", async () => {
    const { browser } = await signedIn(site);
    const token = await browser.csrfToken();
    const headers = { "content-type": "application/json", "x-csrf-token": token };
    for (const from of [{ "sec-fetch-site": "cross-site" }, { origin: "https://evil.example" }]) {
      for (const path of ["/notes", "/logout", "/login"]) {
        const answer = await browser.send("POST", path, { headers: { ...headers, ...from }, body: "{}" });
        expect([path, answer.status, answer.code]).toEqual([path, 403, "csrf_failed"]);
      }
    }
    expect((await browser.get("/dashboard")).status).toBe(200);
  });

  test("[AZ-01] a role, a fresh login and an ownership are required", async () => {
    const { browser, email } = await signedIn(site);
    expect((await browser.get("/admin", { accept: "application/json" })).code).toBe("forbidden");
    expect((await browser.get("/admin")).status).toBe(403);
    const others = await browser.get("/others", { accept: "application/json" });
    expect([others.status, others.code]).toEqual([403, "forbidden"]);
    const account = (await unwrap(site.t.auth.users.find({ who: email }))).user;
    await unwrap(site.t.auth.users.setRoles({ userId: account?.id ?? "", roles: ["admin"] }));
    // Gaining rights needs a new sign-in.
    expect((await browser.get("/admin")).status).toBe(303);
    await browser.submitForm("/login", { login: email, password: testPassword });
    expect((await browser.get("/admin")).text).toBe("administrators");

    expect((await browser.get("/vault")).text).toBe("vault");
    site.t.clock.advance("11m");
    const stale = await browser.get("/vault");
    expect([stale.status, stale.location]).toEqual([303, "/reauthenticate?next=%2Fvault"]);
    const reauthenticated = await browser.submitForm(
      stale.location ?? "",
      { password: testPassword },
      "/reauthenticate?next=%2Fvault",
    );
    expect([reauthenticated.status, reauthenticated.location]).toEqual([303, "/vault"]);
    expect((await browser.get("/vault")).text).toBe("vault");
  });

  test("logout ends the session of a saved cookie", async () => {
    const { browser } = await signedIn(site);
    const thief = site.browser();
    thief.jar.set("session", browser.jar.get("session") ?? "");
    expect((await thief.get("/dashboard")).status).toBe(200);
    const out = await browser.submitForm("/logout", {});
    expect([out.status, out.location, browser.jar.get("session")]).toEqual([303, "/login", undefined]);
    expect((await thief.get("/dashboard")).status).toBe(303);
    expect((await thief.get("/session")).status).toBe(401);
  });

  test("[HD-06] cookies of the library join those of the application's answer", async () => {
    const { browser } = await signedIn(site);
    // The sign-in left a message in the data cookie; a page of the library shows it and clears the cookie.
    await browser.get("/account");
    expect(browser.jar.get("data")).toBeUndefined();
    const answer = await browser.get("/flash");
    expect([answer.status, answer.text]).toEqual([200, "flashed"]);
    expect(cookiesOf(answer).map(({ name }) => name)).toEqual(["id", "data"]);
    expect(answer.headers.get("cache-control")).toBe("no-store");
    const varies = (answer.headers.get("vary") ?? "").split(",").map((name) => name.trim().toLowerCase());
    expect(varies.filter((name) => name === "origin" || name === "cookie").sort()).toEqual([
      "cookie",
      "origin",
    ]);
    expect((await browser.get("/account")).text).toContain("Kept.");
    expect(browser.jar.get("data")).toBeUndefined();
  });

  test("unknown paths, and other spellings of known ones, go to the framework", async () => {
    const { browser } = await signedIn(site);
    for (const path of ["/nowhere", "/login/", "/LOGIN", "/account/x.css", "/account;x.js", "/%6cogin"]) {
      const answer = await browser.get(path);
      expect([path, answer.status]).toEqual([path, 404]);
      if (!mount.ownNotFound) expect(answer.text).not.toContain("<main");
    }
  });

  test("[HD-10] other methods are 405 with Allow, and HEAD is GET without a body", async () => {
    const browser = site.browser();
    for (const method of ["PUT", "DELETE", "PATCH"]) {
      const answer = await browser.send(method, "/login", { headers: { accept: "application/json" } });
      expect([answer.status, answer.headers.get("allow"), answer.code]).toEqual([
        405,
        "GET, HEAD, POST",
        "method_not_allowed",
      ]);
    }
    const head = await browser.send("HEAD", "/login");
    expect([head.status, head.text, head.headers.get("content-type")]).toEqual([
      200,
      "",
      "text/html; charset=utf-8",
    ]);
    expect((await browser.send("HEAD", "/session")).status).toBe(401);
  });

  test("[IN-01] a body beyond the limit is 413, whatever its declared length", async () => {
    const browser = site.browser();
    const headers = {
      "content-type": FORM,
      "x-csrf-token": await browser.csrfToken(),
      cookie: browser.jar.header,
    };
    const body = `login=${"a".repeat(80_000)}`;
    const known = await raw(site, {
      method: "POST",
      path: "/login",
      headers: { ...headers, "content-length": "80006" },
      body,
    });
    expect(known.status).toBe(413);
    const chunked = { ...headers, "transfer-encoding": "chunked" };
    expect((await raw(site, { method: "POST", path: "/login", headers: chunked, body })).status).toBe(413);
    expect((await browser.get("/login")).status).toBe(200);
  });

  test("malformed bodies are 400, and other types 415", async () => {
    const browser = site.browser();
    const token = await browser.csrfToken();
    const post = (type: string, body: string) =>
      browser.send("POST", "/login", { headers: { "content-type": type, "x-csrf-token": token }, body });
    const malformed = await post("application/json", '{"login":');
    expect(malformed.status).toBe(400);
    if (!mount.parsesFirst) expect(malformed.code).toBe("malformed_body");
    for (const type of ["text/plain", "multipart/form-data; boundary=x", "application/xml"]) {
      expect([type, (await post(type, "login=a&password=b")).status]).toEqual([type, 415]);
    }
    expect((await post(FORM, "login=a&login=b&password=c")).status).toBe(400);
  });

  test("[IN-02] nested names, lists and prototypes of lenient parsers have no effect", async () => {
    const browser = site.browser();
    const token = await browser.csrfToken();
    const headers = { "x-csrf-token": token };
    const form = (body: string) =>
      browser.send("POST", "/login", { headers: { ...headers, "content-type": FORM }, body });
    for (const body of [
      "login[a]=b&password=c",
      "login[]=b&password=c",
      "login[__proto__][x]=b&password=c",
    ]) {
      expect([400, 422]).toContain((await form(body)).status);
    }
    const polluted = await form(
      "__proto__[polluted]=1&constructor[prototype][polluted]=1&login=a&password=b",
    );
    expect([400, 401]).toContain(polluted.status);
    const json = (body: string) =>
      browser.send("POST", "/login", { headers: { ...headers, "content-type": "application/json" }, body });
    const deep = await json('{"__proto__":{"polluted":1},"login":{"$gt":""},"password":["a"]}');
    expect([deep.status, deep.code]).toEqual([400, "malformed_body"]);
    const list = await json('{"login":"a","password":["a"]}');
    expect([list.status, list.code]).toEqual([422, "invalid_input"]);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    expect((await json("[1]")).status).toBe(400);
  });

  test("[TH-12] no request passes a guard if sessions can't be read", async () => {
    const broken = await startSite(mount, {});
    try {
      // Right after the sign-in, so that no check of this session is in memory yet.
      const { browser } = await signedIn(broken);
      await broken.t.auth.database.run("DROP TABLE sessions");
      const answer = await browser.get("/dashboard", { accept: "application/json" });
      expect([answer.status, answer.text.includes("Welcome")]).toEqual([500, false]);
    } finally {
      await broken.close();
    }
  });
});

describe.each(mounts)("$name on an https origin", (mount) => {
  let site: Site;
  beforeAll(async () => {
    site = await startSite(mount, { origin: "https://app.example" });
  });
  afterAll(() => site.close());

  test("[CK-01] [CK-03] the cookies are __Host-, Secure, HttpOnly, Path=/, SameSite=Lax, without Domain", async () => {
    const { answer, browser } = await signedIn(site);
    const other = (await signedIn(site)).browser;
    // Signing out leaves a message for the next page.
    const cookies = [...cookiesOf(answer), ...cookiesOf(await other.postForm("/logout"))];
    const names = new Set(cookies.map(({ name }) => name));
    expect([...names].sort()).toEqual(["__Host-data", "__Host-device", "__Host-session"]);
    for (const { attributes } of cookies) {
      expect(attributes.get("path")).toBe("/");
      expect(attributes.get("samesite")).toBe("Lax");
      expect([attributes.has("secure"), attributes.has("httponly")]).toEqual([true, true]);
      expect(attributes.has("domain")).toBe(false);
    }
    expect((await browser.get("/dashboard")).status).toBe(200);
  });

  test("[IN-08] the Host header and forwarding headers are ignored", async () => {
    const { browser } = await signedIn(site);
    const headers = {
      host: "evil.example",
      "x-forwarded-host": "evil.example",
      "x-original-url": "/login",
      "x-middleware-subrequest": "middleware",
      "x-user-id": "1",
    };
    const anonymous = await raw(site, { path: "/dashboard", headers });
    expect([anonymous.status, anonymous.headers.location]).toEqual([303, "/login?next=%2Fdashboard"]);
    const known = await raw(site, {
      path: "/dashboard",
      headers: { ...headers, cookie: browser.jar.header },
    });
    expect([known.status, known.text.startsWith("Welcome")]).toEqual([200, true]);
    const page = await raw(site, { path: "/login", headers });
    expect(page.text).not.toContain("evil.example");
  });

  test("[CK-10] a cookie of the localhost name is ignored", async () => {
    const { browser } = await signedIn(site);
    const value = browser.jar.get("__Host-session") ?? "";
    const answer = await raw(site, { path: "/session", headers: { cookie: `session=${value}` } });
    expect(answer.status).toBe(401);
  });
});

describe.each(mounts)("$name below /auth and behind a proxy", (mount) => {
  let site: Site;
  beforeAll(async () => {
    site = await startSite(mount, { basePath: "/auth", origin: "https://app.example", trustedProxies: 1 });
  });
  afterAll(() => site.close());

  test("[IN-11] below /auth and behind a proxy, pages, guards and forms work only there", async () => {
    const { browser } = await signedIn(site);
    expect((await browser.get("/dashboard")).status).toBe(200);
    expect((await site.browser().get("/dashboard")).location).toBe("/auth/login?next=%2Fdashboard");
    expect((await browser.get("/login")).status).toBe(404);
    const out = await browser.submitForm("/auth/logout", {});
    expect([out.status, out.location]).toEqual([303, "/auth/login"]);
    expect((await browser.get("/dashboard")).status).toBe(303);
  });

  test("[TH-08] the client's address is the one that the proxy saw", async () => {
    const email = nobodyYet();
    await unwrap(site.t.auth.users.create({ email, password: testPassword }));
    const browser = site.browser();
    const forwarded = { "x-forwarded-for": "198.51.100.7, 203.0.113.9" };
    const answer = await browser.postJson("/auth/login", { login: email, password: testPassword }, forwarded);
    expect(answer.status).toBe(200);
    const id = (JSON.parse(answer.text) as { session: { id: string } }).session.id;
    const row = await site.t.auth.database.one<{ address: string }>(
      "SELECT address FROM sessions WHERE id = $1",
      id,
    );
    expect(row?.address).toBe("203.0.113.9");
  });
});
