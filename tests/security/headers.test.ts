import { unwrap } from "latchkey";
import { testPassword } from "latchkey/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Answer } from "../support/answer.ts";
import type { Browser } from "../support/browser.ts";
import { createSite, type Site, tokenOf } from "../support/site.ts";

interface Visit {
  who: string;
  path: string;
  method: string;
  accept: string;
  status: number;
  headers: Headers;
  text: string;
}

let site: Site;
let visits: Visit[];
let user: Browser;

/** Every GET route, pages of links, every kind of refusal; by an anonymous visitor, a user and an administrator. */
async function crawl(): Promise<Visit[]> {
  const { auth } = site;
  const { choosePasswordLink } = await unwrap(auth.users.create({ email: "linked@example.org" }));
  const registering = site.browser();
  await registering.postForm("/register", { email: "pending@example.org", password: testPassword });
  const confirm = (await site.mails()).find(({ to }) => to === "pending@example.org")?.links[0];
  const gets = auth.routes
    .filter(({ method }) => method === "GET")
    .map(({ path }) => path.replace(/:\w+/g, "x"));
  const links = [
    `/reset-password?token=${tokenOf(choosePasswordLink)}`,
    `/confirm-email?token=${tokenOf(confirm)}`,
  ];
  const wrong = [
    "/reset-password?token=x",
    "/confirm-email?token=x",
    "/nowhere",
    "/dashboard",
    "/admin",
    "/vault",
  ];
  const posts = auth.routes
    .filter(({ method }) => method === "POST")
    .map(({ path }) => path.replace(/:\w+/g, "x"));
  await unwrap(auth.users.create({ email: "chief@example.org", password: testPassword, roles: ["admin"] }));
  const people: [string, () => Promise<Browser> | Browser][] = [
    ["anonymous", () => site.browser()],
    ["user", () => user],
    ["admin", () => site.signedIn("chief@example.org")],
  ];
  const seen: Visit[] = [];
  for (const [who, make] of people) {
    const browser = await make();
    const note = async (method: string, path: string, accept: string, response: Answer) => {
      const { status, headers } = response;
      seen.push({ who, path, method, accept, status, headers, text: response.text });
    };
    for (const accept of ["text/html", "application/json"]) {
      for (const path of [...gets, ...links, ...wrong]) {
        await note("GET", path, accept, await browser.get(path, { accept }));
      }
      for (const path of gets)
        await note("HEAD", path, accept, await browser.send("HEAD", path, { headers: { accept } }));
      for (const path of posts) {
        await note("POST", path, accept, await browser.send("POST", path, { headers: { accept } }));
        await note("PATCH", path, accept, await browser.send("PATCH", path, { headers: { accept } }));
        const token = await browser.csrfToken();
        const headers = { accept, "x-csrf-token": token };
        const type = { ...headers, "content-type": "text/plain" };
        const shaped = { ...headers, "content-type": "application/json" };
        await note("POST", path, accept, await browser.send("POST", path, { body: "x", headers: type }));
        await note("POST", path, accept, await browser.send("POST", path, { body: "{", headers: shaped }));
        await note(
          "POST",
          path,
          accept,
          await browser.send("POST", path, { body: "x".repeat(70_000), headers: shaped }),
        );
        if (path !== "/logout") {
          await note(
            "POST",
            path,
            accept,
            await browser.send("POST", path, { form: { csrf_token: token }, headers }),
          );
        }
      }
    }
  }
  // A success of each kind.
  const browser = site.browser();
  for (const accept of ["text/html", "application/json"]) {
    const login = { login: "linked-less@example.org", password: testPassword };
    const note = async (path: string, response: Answer) =>
      seen.push({
        who: "user",
        path,
        method: "POST",
        accept,
        status: response.status,
        headers: response.headers,
        text: response.text,
      });
    await note("/login", await browser.postForm("/login", login, { accept }));
    await note(
      "/reauthenticate",
      await browser.postForm("/reauthenticate", { password: testPassword }, { accept }),
    );
    await note("/logout", await browser.postForm("/logout", {}, { accept }));
  }
  return seen;
}

beforeAll(async () => {
  site = createSite();
  await unwrap(site.auth.users.create({ email: "linked-less@example.org", password: testPassword }));
  user = await site.signedIn("user@example.org");
  visits = await crawl();
});

afterAll(() => site.close());

const label = ({ who, method, path, accept, status }: Visit): string =>
  `${who} ${method} ${path} ${accept} ${status}`;

/** The library's own answers, and pages it makes for the application. */
function own(): Visit[] {
  const paths = new Set(site.auth.routes.map(({ path }) => path.replace(/:\w+/g, "x")));
  return visits.filter(
    ({ path, status }) => paths.has(path.split("?")[0] as string) || path === "/nowhere" || status >= 300,
  );
}

const isPage = ({ headers }: Visit): boolean => headers.get("content-type")?.startsWith("text/html") === true;

function without(visits: Visit[], holds: (visit: Visit) => boolean): string[] {
  return visits.filter((visit) => !holds(visit)).map(label);
}

describe("a crawl over all routes", () => {
  it("the crawl saw every status that pages and programs can get", () => {
    const statuses = new Set(visits.map(({ status }) => status));
    for (const status of [200, 204, 303, 400, 401, 403, 404, 405, 410, 413, 415, 422])
      expect(statuses).toContain(status);
    expect(visits.filter(({ status }) => status >= 500).map(label)).toEqual([]);
  });

  it("[HD-01] every answer carries HSTS of a year with subdomains", () => {
    const hsts = "max-age=31536000; includeSubDomains";
    expect(without(own(), ({ headers }) => headers.get("strict-transport-security") === hsts)).toEqual([]);
  });

  it("[HD-02] every page has a policy that allows only its own nonce", () => {
    const pages = own().filter(isPage);
    expect(pages.length).toBeGreaterThan(50);
    const nonces: string[] = [];
    for (const visit of pages) {
      const policy = visit.headers.get("content-security-policy") ?? "";
      const directives = new Map(
        policy.split("; ").map((directive): [string, string] => {
          const space = directive.indexOf(" ");
          return [directive.slice(0, space), directive.slice(space + 1)];
        }),
      );
      const nonce = /^'nonce-([A-Za-z0-9+/=]{24})'$/.exec(directives.get("script-src") ?? "")?.[1] ?? "none";
      nonces.push(nonce);
      expect([label(visit), Object.fromEntries(directives)]).toEqual([
        label(visit),
        {
          "default-src": "'none'",
          "script-src": `'nonce-${nonce}'`,
          "style-src": `'nonce-${nonce}'`,
          "img-src": "'self'",
          "font-src": "'self'",
          "form-action": "'self'",
          "base-uri": "'none'",
          "object-src": "'none'",
          "frame-ancestors": "'none'",
        },
      ]);
      // All script and style elements carry the nonce. No inline handlers or style attributes, and no foreign sources.
      const elements = visit.text.match(/<(?:script|style|link rel="stylesheet")[^>]*>/g) ?? [];
      for (const element of elements) expect(element).toContain(`nonce="${nonce}"`);
      expect(visit.text).not.toMatch(/<[^>]+\s(?:on\w+|style)=/i);
      expect(visit.text).not.toMatch(/(?:src|action)="(?:https?:)?\/\//);
      expect(visit.text).not.toMatch(/<link[^>]+href="(?:https?:)?\/\//);
    }
    expect(new Set(nonces).size).toBe(pages.length);
  });

  it("[HD-03] no answer can be framed", () => {
    expect(without(own(), ({ headers }) => headers.get("x-frame-options") === "DENY")).toEqual([]);
    const forbids = ({ headers }: Visit) =>
      headers.get("content-security-policy")?.includes("frame-ancestors 'none'") === true;
    expect(without(own(), forbids)).toEqual([]);
  });

  it("[HD-04] every answer states its exact type with the charset, and nosniff, including errors and empty answers", () => {
    expect(without(own(), ({ headers }) => headers.get("x-content-type-options") === "nosniff")).toEqual([]);
    const types = new Set([
      "text/html; charset=utf-8",
      "application/json; charset=utf-8",
      "application/problem+json; charset=utf-8",
    ]);
    const typed = ({ method, text, status, headers }: Visit): boolean => {
      const type = headers.get("content-type");
      if (text === "" && method !== "HEAD")
        return type === null && (status === 204 || status === 302 || status === 303);
      return type === null ? text === "" && status < 400 && status >= 300 : types.has(type);
    };
    expect(without(own(), typed)).toEqual([]);
    const problems = own().filter(
      ({ status, accept, method }) => status >= 400 && accept === "application/json" && method !== "HEAD",
    );
    for (const visit of problems) {
      expect([label(visit), visit.headers.get("content-type")]).toEqual([
        label(visit),
        "application/problem+json; charset=utf-8",
      ]);
      expect(JSON.parse(visit.text)).toMatchObject({ status: visit.status, code: expect.any(String) });
    }
  });

  it("[HD-05] no answer reveals a path to other sites", () => {
    expect(without(own(), ({ headers }) => headers.get("referrer-policy") === "same-origin")).toEqual([]);
  });

  it("[HD-06] no personal answer is cached", () => {
    // A page's length, compressed, would give its tokens away.
    const wanted = (visit: Visit) => (isPage(visit) ? "no-store, no-transform" : "no-store");
    expect(without(own(), (visit) => visit.headers.get("cache-control") === wanted(visit))).toEqual([]);
    const setting = visits.filter(({ headers }) => headers.getSetCookie().length > 0);
    expect(setting.length).toBeGreaterThan(5);
    expect(without(setting, (visit) => visit.headers.get("cache-control") === wanted(visit))).toEqual([]);
    const personal = visits.filter(({ who, path }) => who !== "anonymous" && path === "/dashboard");
    expect(without(personal, ({ headers }) => headers.get("cache-control") === "no-store")).toEqual([]);
    expect(without(personal, ({ headers }) => /\bCookie\b/.test(headers.get("vary") ?? ""))).toEqual([]);
  });

  it("[HD-08] only its own origin can open and embed an answer", () => {
    for (const header of ["cross-origin-opener-policy", "cross-origin-resource-policy"]) {
      expect(without(own(), ({ headers }) => headers.get(header) === "same-origin")).toEqual([]);
    }
  });

  it("[HD-09] no answer names a stack, version, framework or file", () => {
    const telling =
      /[Hh]ono|[Nn]ode(?:js)?\/|[Ee]xpress|[Ss][Qq][Ll]ite|at \S+ \(|\.ts:|\.js:|node_modules|(?<!<title>)Error:|[Ss]tack/;
    for (const visit of visits) {
      const headers = [...visit.headers].filter(
        // Random text may contain any word.
        ([name]) => !["set-cookie", "content-security-policy", "x-request-id"].includes(name),
      );
      const text = visit.text
        .replace(/(?:value|nonce)="[^"]*"/g, "")
        .replace(/"(?:request_id|csrf_token|id)":"[^"]*"/g, "")
        .replace(/\b[A-Za-z0-9_-]{20,}\b/g, "");
      expect([label(visit), telling.exec(text)?.[0], telling.exec(JSON.stringify(headers))?.[0]]).toEqual([
        label(visit),
        undefined,
        undefined,
      ]);
      expect([...visit.headers.keys()].filter((name) => /^(server|x-powered-by|via)$/.test(name))).toEqual(
        [],
      );
      if (visit.status >= 400 && isPage(visit) === false && visit.text !== "") {
        expect(JSON.parse(visit.text).request_id).toBe(visit.headers.get("x-request-id"));
      }
    }
  });

  it("[LO-03] every page for a signed-in visitor has a logout form", () => {
    const pages = own().filter(
      (visit) =>
        visit.who !== "anonymous" &&
        isPage(visit) &&
        visit.method !== "HEAD" &&
        visit.text.includes('name="csrf_token"'),
    );
    expect(pages.length).toBeGreaterThan(10);
    expect(
      without(pages, ({ text }) =>
        /<form[^>]+method="post"[^>]+action="\/logout"|<form[^>]+action="\/logout"[^>]+method="post"/.test(
          text,
        ),
      ),
    ).toEqual([]);
  });
});

describe("odd requests", () => {
  it.each([
    "x.css",
    "x.js",
    "x.png",
    "index.html",
    "%2fx.css",
    "%3fx.css",
    "%23x.css",
    ";x.js",
    "/x.css",
    "%0ax.css",
    "%00.css",
    "/..%2fx.css",
  ])("[HD-07] /account + %j is answered with 404 and no private data", async (suffix) => {
    for (const path of ["/account", "/session", "/account/password"]) {
      for (const join of ["", "/", "."]) {
        const answer = await user.get(path + join + suffix);
        const text = answer.text;
        expect([path + join + suffix, answer.status]).toEqual([path + join + suffix, 404]);
        expect(text).not.toContain("email_verified");
        expect(answer.headers.get("cache-control")).toBe("no-store, no-transform");
      }
    }
  });

  it.each([
    "TRACE",
    "CONNECT",
    "PROPFIND",
    "GETX",
    "get",
    "PUT",
    "DELETE",
    "PATCH",
    "OPTIONS",
    "__proto__",
    "constructor",
  ])("[HD-10] %s is answered with 405 and Allow on every route", async (method) => {
    for (const { path } of site.auth.routes) {
      const answer = await site.raw(method, path.replace(/:\w+/g, "x"), { cookie: user.jar.header });
      expect([path, answer?.status]).toEqual([path, 405]);
      expect(answer?.headers.get("allow")).toMatch(/^(?:GET, HEAD|GET, HEAD, POST|POST)$/);
    }
    expect(await user.sessionStatus()).toBe(200);
  });

  it.each([
    "/.git/config",
    "/.git/HEAD",
    "/.env",
    "/package.json",
    "/package-lock.json",
    "/src/auth.ts",
    "/index.js.map",
    "/assets/app.js.map",
    "/metrics",
    "/debug",
    "/debug/pprof",
    "/assets/../package.json",
    "/assets/..%2f..%2fpackage.json",
    "/assets/%2e%2e/package.json",
    "/assets/..%5cpackage.json",
    "/assets//etc/passwd",
    "/assets/",
    "/assets/__proto__",
    "/dev/mailbox",
    "/secret-key",
  ])("[KY-07] no file is served at %s (case A-LG-07)", async (path) => {
    for (const browser of [user, site.browser()]) {
      expect((await browser.get(path)).status).toBe(404);
      const raw = await site.raw("GET", path, {});
      expect(raw === null || raw.status === 404).toBe(true);
    }
  });

  it("[HD-09] a refusal reflects nothing of its request (case A-XS-06)", async () => {
    const canary = "zq7canary";
    const asks = [
      await user.get(`/${canary}`),
      await user.get(`/${canary}/<b>${canary}`, { accept: "application/json" }),
      await user.send(canary.toUpperCase(), "/login"),
      await user.send("POST", "/login", { body: canary, headers: { "content-type": `text/${canary}` } }),
      await user.send("POST", "/login", {
        body: `{"${canary}`,
        headers: { "content-type": "application/json" },
      }),
      await user.get("/admin", {
        "x-request-id": `<${canary}>`,
        [`x-${canary}`]: canary,
        "user-agent": canary,
      }),
      await user.get(`/reset-password?token=${canary}`),
      await user.send("POST", "/logout", { form: { [canary]: canary, csrf_token: canary } }),
    ];
    for (const answer of asks) {
      expect(answer.status).toBeGreaterThanOrEqual(400);
      const shown = answer.text + JSON.stringify([...answer.headers]);
      expect(shown.toLowerCase()).not.toContain(canary);
    }
  });
});
