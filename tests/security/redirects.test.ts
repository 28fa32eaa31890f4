import { unwrap } from "latchkey";
import { testPassword } from "latchkey/testing";
import { afterAll, describe, expect, test } from "vitest";
import type { Answer } from "../support/answer.ts";
import type { Browser } from "../support/browser.ts";
import { harmlessTargets, hostileTargets, oddQueries } from "../support/hostile-targets.ts";
import { newAddress } from "../support/people.ts";
import { createSite } from "../support/site.ts";

const origin = "https://app.example";
const open = createSite({ origin, registration: "open" });
const confirmFirst = createSite({ origin });
afterAll(() => Promise.all([open.close(), confirmFirst.close()]));

const password = testPassword;

const targets = [
  ...hostileTargets,
  ...harmlessTargets,
  // A-RE-06: code points whose low bytes are CR and LF
  "/\u010d\u010aSet-Cookie:x=1",
  "/\u560d\u560aSet-Cookie:x=1",
  // A-RE-08
  `/${"a".repeat(8192)}`,
  `/login?next=${encodeURIComponent("/login?next=%2F%2Fevil.example")}`,
];

/** Other names for foreign targets. */
const otherNames = ["returnTo", "redirect", "callbackURL", "RelayState", "state"];

/** The own origin, even if a component decodes it repeatedly. */
function expectOwnPath(location: string | null): void {
  expect(location).toMatch(/^\/(?![/\\])[\x21-\x5b\x5d-\x7e]*$/);
  let layer = location ?? "";
  for (let decodings = 0; decodings < 3; decodings += 1) {
    expect(layer).not.toMatch(/^\/[/\\]|[\r\n\t\0]/);
    const url = new URL(layer, origin);
    expect([url.origin, url.protocol]).toEqual([origin, "https:"]);
    expect(url.pathname).not.toMatch(/^\/\//);
    // As a framework that splits the parsed path and sends it again.
    expect(new URL(url.pathname, origin).origin).toBe(origin);
    layer = layer.replace(/^[^?#]*/, (path) => decodeURIComponent(path));
  }
}

/** Refused as malformed, or redirected within the site by 303. */
function expectSafe(answer: Answer): void {
  for (const name of ["refresh", "content-location"]) expect(answer.headers.get(name)).toBeNull();
  expect(
    answer.headers.getSetCookie().filter((cookie) => !/^__Host-(session|device|data)=/.test(cookie)),
  ).toEqual([]);
  if (answer.status === 400) {
    expect(answer.location).toBeNull();
    return;
  }
  expect(answer.status).toBe(303);
  expectOwnPath(answer.location);
}

/** The page doesn't lead to another site, by itself or by a click. */
function expectSafePage(answer: Answer): void {
  expect(answer.status).toBe(200);
  expect(answer.text).not.toMatch(/http-equiv="?refresh/i);
  const targetsOnPage = [...answer.text.matchAll(/(?:href|action|src)="([^"]*)"/g)].map(
    ([, target]) => target ?? "",
  );
  for (const target of targetsOnPage) {
    const plain = target.replaceAll("&amp;", "&");
    if (plain.startsWith("#")) continue;
    expect(new URL(plain, origin).origin).toBe(origin);
    const carried = new URL(plain, origin).searchParams.get("next");
    if (carried !== null) expectOwnPath(carried);
  }
  for (const [, value] of answer.text.matchAll(/name="next" value="([^"]*)"/g)) {
    expectOwnPath((value ?? "").replaceAll("&amp;", "&"));
  }
}

/** Queries of an attacker: correctly encoded, and unencoded if that differs. */
function queriesOf(target: string): string[] {
  const encoded = `next=${encodeURIComponent(target)}`;
  return /%|^[/a-z:.@;]+$/i.test(target) ? [encoded, `next=${target.replaceAll("#", "%23")}`] : [encoded];
}

async function member(): Promise<{ email: string; browser: Browser }> {
  const email = newAddress();
  await unwrap(open.auth.users.create({ email, password }));
  const browser = open.browser();
  await browser.postForm("/login", { login: email, password });
  return { email, browser };
}

describe.each([
  ...targets.map((target) => ({
    name: JSON.stringify(target).slice(0, 60),
    queries: queriesOf(target),
    target,
  })),
  ...oddQueries.map((query) => ({ name: query, queries: [query], target: undefined })),
])("next=$name", ({ queries, target }) => {
  const fields: Record<string, string> = target === undefined ? {} : { next: target };

  test("[RD-01] [RD-02] A-RE-01 no bad target works at login, in query and field", async () => {
    const { email } = await member();
    const form = { login: email, password };
    for (const query of queries) {
      const visitor = open.browser();
      expectSafePage(await visitor.get(`/login?${query}`));
      expectSafe(await visitor.postForm(`/login?${query}`, form));
      // A-RE-03: already signed in
      const onward = await visitor.get(`/login?${query}`);
      expectSafe(onward);
      const registration = await visitor.get(`/register?${query}`);
      expectSafe(registration);
    }
    expectSafe(await open.browser().postForm("/login", { ...form, ...fields }));
    const failed = await open
      .browser()
      .postForm("/login", { ...fields, login: email, password: "a wrong teapot" });
    if (failed.status !== 400) expectSafePage(Object.assign(failed, { status: 200 }));
  });

  test("[RD-01] [RD-02] A-RE-01 no bad target works at registration, in query and field", async () => {
    for (const query of queries) {
      const visitor = open.browser();
      expectSafePage(await visitor.get(`/register?${query}`));
      expectSafe(await visitor.postForm(`/register?${query}`, { email: newAddress(), password }));
    }
    expectSafe(await open.browser().postForm("/register", { email: newAddress(), password, ...fields }));
  });

  test("[RD-01] [RD-02] A-RE-01 no bad target works at re-authentication, in query and field", async () => {
    const { browser } = await member();
    for (const query of queries) {
      expectSafePage(await browser.get(`/reauthenticate?${query}`));
      expectSafe(await browser.postForm(`/reauthenticate?${query}`, { password }));
    }
    expectSafe(await browser.postForm("/reauthenticate", { password, ...fields }));
  });

  test("[RD-03] A-RE-02 no bad target survives from a registration to its confirmation", async () => {
    const email = newAddress();
    const browser = confirmFirst.browser();
    const registered = await browser.postForm(`/register?${queries[0]}`, { email, password });
    expectSafePage(registered);
    const token = await confirmFirst.tokenTo(email);
    expectSafePage(await browser.get(`/confirm-email?token=${token}&${queries[0]}`));
    expectSafe(await browser.postForm(`/confirm-email?${queries[0]}`, { ...fields, token }));
  });
});

describe.each(["/login", "/register", "/reauthenticate"])("%s", (path) => {
  async function pass(query: string, fields: Record<string, string>): Promise<Answer> {
    const { email, browser } = await member();
    if (path === "/reauthenticate") return browser.postForm(`${path}${query}`, { ...fields, password });
    const form = path === "/login" ? { login: email, password } : { email: newAddress(), password };
    return open.browser().postForm(`${path}${query}`, { ...fields, ...form });
  }

  test("[RD-01] next leads to a path of the site, from query and field", async () => {
    for (const target of ["/posts/7?tab=1#comments", "/account", "/a%20b", "/caf%C3%A9"]) {
      expect((await pass(`?next=${encodeURIComponent(target)}`, {})).location).toBe(target);
      expect((await pass("", { next: target })).location).toBe(target);
    }
    expect((await pass("", {})).location).toBe("/dashboard");
  });

  test("[RD-01] A-RE-01 no other name of the parameter and no cookie sets the target", async () => {
    for (const name of otherNames) {
      expect((await pass(`?${name}=${encodeURIComponent("//evil.example")}`, {})).location).toBe(
        "/dashboard",
      );
      expect((await pass("", { [name]: "https://evil.example" })).location).toBe("/dashboard");
    }
    const { email } = await member();
    const browser = open.browser({ cookie: "next=//evil.example; returnTo=//evil.example" });
    expect((await browser.postForm("/login", { login: email, password })).location).toBe("/dashboard");
  });

  test("[RD-01] a JSON target must be text, and JSON answers never redirect", async () => {
    for (const next of [["//evil.example"], { href: "//evil.example" }, 7, true, null, "//evil.example"]) {
      const { email, browser } = await member();
      const body = { next, login: email, email: newAddress(), password };
      const where = path === "/reauthenticate" ? browser : open.browser();
      const answer = await where.postJson(path, body);
      // JSON bodies are flat: an object in a field is refused before it is read.
      const nested = typeof next === "object" && next !== null && !Array.isArray(next);
      expect(nested ? [400] : [200, 201]).toContain(answer.status);
      expect(answer.location).toBeNull();
      expect(answer.text).not.toContain("evil.example");
    }
  });

  test("[RD-05] A-RE-07 a credential post is answered 303, so that no browser sends it again", async () => {
    for (const target of ["/posts", "//evil.example"]) {
      expect((await pass(`?next=${encodeURIComponent(target)}`, {})).status).toBe(303);
    }
  });
});

test("[RD-05] every other successful form answers 303 with a path too", async () => {
  const { browser } = await member();
  const change = { current_password: password, password: "another quiet teapot" };
  const changed = await browser.postForm("/account/password", change);
  expect([changed.status, changed.location]).toEqual([303, "/account"]);
  const left = await browser.postForm("/logout", {});
  expect([left.status, left.location]).toEqual([303, "/login"]);
  const { choosePasswordLink } = await unwrap(open.auth.users.create({ email: newAddress() }));
  const token = new URL(choosePasswordLink ?? "").searchParams.get("token") ?? "";
  const chosen = await open.browser().postForm("/reset-password", { token, password });
  expect([chosen.status, chosen.location]).toEqual([303, "/login"]);
});

describe("the way through the login page", () => {
  const paths = [
    "/dashboard?a=1&next=//evil.example",
    "/account?x=%0d%0aSet-Cookie:y=1",
    "/account?//evil.example",
    "/dashboard?\\evil.example",
  ];

  test.each(paths)("[RD-03] %s comes back as one parameter, decoded once", async (path) => {
    const { email } = await member();
    const browser = open.browser();
    const sent = await browser.get(path);
    expect(sent.status).toBe(303);
    expectOwnPath(sent.location);
    expect(sent.location).toMatch(/^\/login\?next=%2F[^&/\\]*$/);
    const page = await browser.get(sent.location ?? "");
    expectSafePage(page);
    const next = (/name="next" value="([^"]*)"/.exec(page.text)?.[1] ?? "").replaceAll("&amp;", "&");
    expectOwnPath(next);
    expectSafe(await browser.postForm("/login", { login: email, password, next }));
  });

  test.each(["//evil.example/account", "/\\evil.example/account", "/account//evil.example"])(
    "[RD-03] the path %s isn't one of the library's",
    async (path) => {
      const answer = await open.browser().send("GET", path);
      expect(answer.status).toBe(404);
      expect(answer.location).toBeNull();
    },
  );
});

const suspects = [
  "next",
  "url",
  "redirect",
  "redirect_uri",
  "return",
  "returnTo",
  "lang",
  "error_uri",
  "callback",
];

test("[RD-04] no route redirects to another site or refreshes, whatever its parameters", async () => {
  const { browser: signedIn } = await member();
  const bad = "https://evil.example/";
  const query = suspects.map((name) => `${name}=${encodeURIComponent(bad)}`).join("&");
  const headers = {
    referer: bad,
    "x-forwarded-host": "evil.example",
    "x-original-url": bad,
    "x-rewrite-url": bad,
  };
  let checked = 0;
  for (const { method, path } of open.auth.routes) {
    for (const browser of [open.browser(), signedIn]) {
      if (path === "/logout" && method === "POST" && browser === signedIn) continue;
      const fields = Object.fromEntries(suspects.map((name) => [name, bad]));
      const answer =
        method === "GET"
          ? await browser.get(`${path}?${query}&token=${encodeURIComponent(bad)}`, headers)
          : await browser.postForm(`${path}?${query}`, fields, { ...headers, referer: `${origin}/` });
      checked += 1;
      if (answer.location !== null) {
        const { location } = answer;
        expectOwnPath(location);
        const carried = new URL(location, origin).searchParams.get("next");
        if (carried !== null) expectOwnPath(carried);
      }
      expect(answer.headers.get("refresh")).toBeNull();
      expect(answer.text).not.toMatch(/http-equiv="?refresh/i);
      for (const [, href] of answer.text.matchAll(/(?:href|action|src)="([^"]*)"/g)) {
        if (!href?.startsWith("#")) expect(new URL(href ?? "", origin).origin).toBe(origin);
      }
    }
  }
  expect(checked).toBeGreaterThan(30);
});

test("[RD-06] password managers find the form for changing the password, and probes find no other path", async () => {
  const { browser } = await member();
  for (const visitor of [browser, open.browser()]) {
    const answer = await visitor.get("/.well-known/change-password");
    expect([answer.status, answer.location]).toEqual([302, "/account/password"]);
    const probe = "/.well-known/resource-that-should-not-exist-whose-status-code-should-not-be-200";
    expect((await visitor.get(probe)).status).toBe(404);
    expect((await visitor.get("/.well-known/change-password/")).status).toBe(404);
  }
  const form = await browser.get("/account/password");
  expect(form.status).toBe(200);
  expect(form.text).toContain('autocomplete="new-password"');
});
