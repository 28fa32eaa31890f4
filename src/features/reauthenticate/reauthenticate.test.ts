import { testPassword } from "latchkey/testing";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Browser } from "../../../tests/support/browser.ts";
import { createSite, type Site } from "../../../tests/support/site.ts";
import { coreOf } from "../../assemble.ts";

let site: Site;
let browser: Browser;

beforeEach(async () => {
  site = createSite();
  browser = await site.signedIn("anna@example.org");
  site.clock.advance("11m");
});
afterEach(() => site.close());

test("the form proves the account, renews the session and leads back", async () => {
  const before = browser.session();
  const wanted = await browser.get("/vault");
  expect([wanted.status, wanted.location]).toEqual([303, "/reauthenticate?next=%2Fvault"]);
  const fields = { password: testPassword, next: "/vault" };
  const answer = await browser.submitForm("/reauthenticate?next=%2Fvault", fields, "/reauthenticate");
  expect([answer.status, answer.location]).toEqual([303, "/vault"]);
  expect((await browser.get("/vault")).text).toBe("vault");
  expect(browser.session()).not.toBe(before);
});

test("the form as JSON returns user and session", async () => {
  const wanted = await browser.get("/vault", { accept: "application/json" });
  expect([wanted.status, wanted.code]).toEqual([403, "reauthentication_required"]);
  const answer = await browser.postJson("/reauthenticate", { password: testPassword });
  expect(answer.status).toBe(200);
  expect(answer.json()).toMatchObject({ session: { authenticated_at: "2026-01-01T00:11:00.000Z" } });
  expect((await browser.get("/vault")).status).toBe(200);
});

test("a wrong password doesn't prove the account", async () => {
  const answer = await browser.submitForm("/reauthenticate", { password: "a wrong teapot" });
  expect([answer.status, answer.text.includes('id="field-password-error"')]).toEqual([422, true]);
  const json = await browser.postJson("/reauthenticate", { password: "a wrong teapot" });
  expect(json.fieldCodes("password")).toEqual(["wrong_password"]);
  expect((await browser.get("/vault")).status).toBe(303);
});

describe("wrong answers", () => {
  const wrong = "a wrong teapot";
  let strict: Site;

  beforeEach(() => {
    strict = createSite({ throttle: {} });
  });
  afterEach(() => strict.close());

  test("[RA-05] [TH-09] twenty wrong answers end only this session and make only its device wait", async () => {
    const thief = await strict.signedIn("anna@example.org");
    const owner = await strict.signedIn("anna@example.org");
    const statuses: number[] = [];
    const headers = { "x-csrf-token": await thief.csrfToken() };
    for (let count = 0; count < 20; count += 1) {
      statuses.push((await thief.postJson("/reauthenticate", { password: wrong }, headers)).status);
    }
    expect(statuses).toEqual([...new Array(5).fill(422), 429, ...new Array(14).fill(401)]);
    expect((await thief.get("/login")).text).toContain("There were too many wrong attempts");
    const login = { login: "anna@example.org", password: testPassword };
    expect((await thief.postJson("/login", login)).code).toBe("too_many_attempts");
    expect(await owner.sessionStatus()).toBe(200);
    expect((await owner.postJson("/reauthenticate", { password: testPassword })).status).toBe(200);
    expect((await strict.browser().postJson("/login", login)).status).toBe(200);
    const ended = await strict.auth.database.all<{ detail: string }>(
      "SELECT detail FROM audit WHERE event = 'session_ended' AND detail LIKE '%too_many_attempts%'",
    );
    expect(ended).toHaveLength(1);
    strict.clock.advance("15m");
    expect((await thief.postJson("/login", login)).status).toBe(200);
  });

  test("[RA-05] wrong answers of the form and of the change of password count together", async () => {
    const browser = await strict.signedIn("anna@example.org");
    const change = { current_password: wrong, password: "another teapot altogether" };
    for (let count = 0; count < 3; count += 1) {
      expect((await browser.postForm("/reauthenticate", { password: wrong })).status).toBe(422);
    }
    for (let count = 0; count < 2; count += 1) {
      expect((await browser.postForm("/account/password", change)).status).toBe(422);
    }
    const last = await browser.postForm("/account/password", { ...change, current_password: testPassword });
    expect([last.status, last.headers.get("retry-after")]).toEqual([429, "900"]);
    expect(await browser.sessionStatus()).toBe(401);
  });

  test("[RA-05] [TH-04] strangers who use up the account's attempts end no session", async () => {
    const owner = await strict.signedIn("anna@example.org");
    const withoutDevice = strict.browser({
      cookie: `${strict.auth.settings.cookies.session}=${(await strict.signedIn("anna@example.org")).session()}`,
    });
    const stranger = strict.browser({ address: "198.51.100.1" });
    for (let count = 0; count < 8; count += 1) {
      await stranger.postJson("/login", { login: "anna@example.org", password: wrong });
    }
    const refused = await withoutDevice.postJson("/reauthenticate", { password: testPassword });
    expect(refused.code).toBe("too_many_attempts");
    expect(await withoutDevice.sessionStatus()).toBe(200);
    expect((await owner.postJson("/reauthenticate", { password: testPassword })).status).toBe(200);
  });
});

describe("acts that need a fresh proof", () => {
  let admin: Browser;
  let sessionId: string;
  const freshRoutes = () => site.auth.routes.filter(({ access }) => "fresh" in access);
  const at = (path: string) => path.replace(/:\w+/g, sessionId);
  const toProof = (path: string) => `/reauthenticate?next=${encodeURIComponent(path)}`;
  const hasGet = (path: string) =>
    site.auth.routes.some((other) => other.method === "GET" && other.path === path);

  /** All rows that such an act could change. */
  async function state(): Promise<unknown[]> {
    const tables = ["users", "passwords", "roles", "one_time_tokens", "outbox"];
    const rows = tables.map((table) => site.auth.database.all(`SELECT * FROM ${table} ORDER BY 1`));
    return Promise.all([...rows, site.auth.database.all("SELECT id, ended_at FROM sessions ORDER BY id")]);
  }

  beforeEach(async () => {
    admin = site.browser({ cookie: (await site.as("root@example.org", { roles: ["admin"] })).cookie });
    const { session } = (await admin.get("/session")).json<{ session: { id: string } }>();
    sessionId = session.id;
  });

  test("[RA-01] the contract names every route that needs a fresh proof", () => {
    const names = freshRoutes().map(({ method, path }) => `${method} ${path}`);
    expect(names).toEqual(
      expect.arrayContaining([
        "GET /account/email",
        "POST /account/email",
        "GET /account/export",
        "POST /account/export",
        "GET /account/delete",
        "POST /account/delete",
        "POST /account/sessions/end-others",
      ]),
    );
    const needed = site.auth.routes.filter(
      ({ method, path }) => method === "POST" && /^\/(?:admin\/|account\/tokens)/.test(path),
    );
    for (const { method, path } of needed) expect(names).toContain(`${method} ${path}`);
  });

  test("[RA-01] each route of the list refuses an older session, by page, direct POST and JSON", async () => {
    site.clock.advance("21m");
    const before = await state();
    for (const { method, path } of freshRoutes()) {
      const where = at(path);
      if (method === "GET") {
        const page = await admin.get(where);
        expect([where, page.status, page.location]).toEqual([where, 303, toProof(where)]);
        const json = await admin.get(where, { accept: "application/json" });
        expect([where, json.status, json.code]).toEqual([where, 403, "reauthentication_required"]);
      } else {
        const form = await admin.postForm(where);
        expect([where, form.status]).toEqual([where, 303]);
        const backTo = new URLSearchParams(form.location?.split("?")[1]).get("next") ?? "";
        expect([where, form.location, hasGet(backTo)]).toEqual([where, toProof(backTo), true]);
        const json = await admin.postJson(where);
        expect([where, json.status, json.code]).toEqual([where, 403, "reauthentication_required"]);
      }
    }
    expect(await state()).toEqual(before);
  });

  test("[RA-02] no part of a request replaces the fresh proof", async () => {
    const csrf_token = await admin.csrfToken();
    site.clock.advance("21m");
    const claims = {
      reauth: "1",
      stepUp: "true",
      step_up: "true",
      fresh: "open",
      skip_reauth: "1",
      reauthenticated: "true",
      authenticated_at: "2099-01-01T00:00:00Z",
      confirm: "root@example.org",
      email: "new@example.org",
      // The password of another act doesn't count for this one.
      password: testPassword,
      current_password: testPassword,
    };
    const headers = {
      date: "Wed, 01 Jan 2025 00:00:00 GMT",
      "x-reauthenticated": "1",
      "x-step-up": "true",
      "x-http-method-override": "GET",
      "x-forwarded-proto": "http",
      via: "1.0 proxy",
    };
    const query = `?${new URLSearchParams(claims)}`;
    const before = await state();
    for (const { method, path } of freshRoutes()) {
      const where = at(path) + query;
      const answers =
        method === "GET"
          ? [await admin.get(where, headers), await admin.send("HEAD", where, { headers })]
          : [
              await admin.postForm(where, { ...claims, csrf_token }, headers),
              await admin.postForm(where, { ...claims, _method: "GET" }, headers),
            ];
      for (const answer of answers) {
        expect([where, answer.status]).toEqual([where, 303]);
        expect(answer.location).toMatch(/^\/reauthenticate\?next=/);
      }
      if (method === "POST") {
        const json = await admin.postJson(where, { ...claims, reauth: true, stepUp: true }, headers);
        expect([where, json.status, json.code]).toEqual([where, 403, "reauthentication_required"]);
      }
      for (const verb of ["PUT", "PATCH", "DELETE"]) {
        const other = await admin.send(verb, where, { form: { ...claims, csrf_token }, headers });
        expect([where, verb, other.status]).toEqual([where, verb, 405]);
      }
    }
    expect(await state()).toEqual(before);
  });

  test("[RA-03] the proof covers one session, ten minutes to open and twenty to submit, by the server's clock", async () => {
    const elsewhere = await site.signedIn("anna@example.org");
    site.clock.advance("16m");
    expect((await elsewhere.get("/vault")).location).toBe(toProof("/vault"));
    expect((await browser.postJson("/reauthenticate", { password: testPassword })).status).toBe(200);
    expect((await browser.get("/vault")).status).toBe(200);
    expect((await elsewhere.get("/vault")).location).toBe(toProof("/vault"));
    const { freshness } = coreOf(site.auth).settings;
    expect(freshness).toEqual({ openMs: 10 * 60_000, submitMs: 20 * 60_000 });

    expect((await admin.postJson("/reauthenticate", { password: testPassword })).status).toBe(200);
    const stale = async () => {
      const gets = [];
      const posts = [];
      for (const { method, path } of freshRoutes()) {
        // A body without its fields, so that it changes no row even with a fresh proof.
        if (method === "GET") gets.push((await admin.get(at(path))).location === toProof(at(path)));
        else if (hasGet(path)) posts.push((await admin.postForm(at(path))).status === 303);
      }
      return { gets: [...new Set(gets)], posts: [...new Set(posts)] };
    };
    site.clock.advance("10m");
    expect(await stale()).toEqual({ gets: [false], posts: [false] });
    site.clock.advance(1);
    expect(await stale()).toEqual({ gets: [true], posts: [false] });
    site.clock.advance("10m");
    expect(await stale()).toEqual({ gets: [true], posts: [true] });
  });

  test("[RA-06] after the proof a page is shown, and no earlier post is repeated", async () => {
    const posts = freshRoutes().filter(({ method }) => method === "POST");
    for (const { path } of posts) {
      site.clock.advance("21m");
      const before = await state();
      const fields = { email: "new@example.org", confirm: "root@example.org" };
      const sent = await admin.postForm(at(path), fields);
      expect([path, sent.status]).toEqual([path, 303]);
      const next = new URLSearchParams(sent.location?.split("?")[1]).get("next") ?? "";
      expect([path, hasGet(next)]).toEqual([path, true]);
      expect(sent.location).not.toContain("example.org");
      const proven = await admin.submitForm(
        sent.location ?? "",
        { password: testPassword, next },
        "/reauthenticate",
      );
      expect([proven.status, proven.location]).toEqual([303, next]);
      const page = await admin.get(next);
      expect([next, page.status]).toEqual([next, 200]);
      expect(page.text).not.toContain("new@example.org");
      // The session has a new value, and the rest is unchanged.
      expect((await state()).slice(0, 5)).toEqual(before.slice(0, 5));
      expect(await admin.who()).toBe("root@example.org");
      const { session } = (await admin.get("/session")).json<{ session: { id: string } }>();
      sessionId = session.id;
    }
  });
});

test("the form leads to a new password if the current one is forgotten", async () => {
  expect((await browser.get("/reauthenticate")).text).toContain('<a href="/forgot-password">');
});
