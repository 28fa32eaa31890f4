import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { unwrap } from "latchkey";
import { testPassword } from "latchkey/testing";
import { afterAll, describe, expect, test } from "vitest";
import { coreOf } from "../../src/assemble.ts";
import type { AuthOptions } from "../../src/options.ts";
import type { Browser } from "../support/browser.ts";
import { createSite, type Site } from "../support/site.ts";

const directory = mkdtempSync(join(tmpdir(), "latchkey-logout-"));
const sites: Site[] = [];
afterAll(async () => {
  await Promise.all(sites.map((each) => each.close()));
  rmSync(directory, { recursive: true, force: true });
});

function newSite(options: Partial<AuthOptions> = {}): Site {
  const made = createSite(options);
  sites.push(made);
  return made;
}

const site = newSite({ origin: "https://app.example" });
const sessionCookie = "__Host-session";
let people = 0;

async function signedIn(
  where: Site = site,
  roles: string[] = [],
): Promise<{ email: string; browser: Browser }> {
  people += 1;
  const email = `guest-${people}@example.org`;
  await unwrap(where.auth.users.create({ email, password: testPassword, roles }));
  const browser = where.browser();
  expect((await browser.postForm("/login", { login: email, password: testPassword })).status).toBe(303);
  return { email, browser };
}

/** The request of a thief with a copy of the cookies. */
const thief = (browser: Browser, where: Site = site): Browser =>
  where.browser({ cookie: browser.jar.header });

describe("logging out", () => {
  test("[LO-01] logging out ends the session on the server: a saved cookie is worthless", async () => {
    const { email, browser } = await signedIn();
    const copy = thief(browser);
    expect(await copy.who()).toBe(email);
    const answer = await browser.postForm("/logout", {});
    expect([answer.status, answer.location]).toEqual([303, "/login"]);
    expect(await copy.who()).toBeNull();
    expect((await copy.get("/dashboard")).status).toBe(303);
    expect((await copy.get("/account", { accept: "application/json" })).code).toBe("login_required");
    expect(await browser.who()).toBeNull();
  });

  test("[LO-01] logging out removes the cookie: same name, path and flags, no age, no value", async () => {
    const { browser } = await signedIn();
    const { setCookies } = await browser.postForm("/logout", {});
    const removal = setCookies.filter((cookie) => cookie.startsWith(`${sessionCookie}=`));
    expect(removal).toEqual([`${sessionCookie}=; Path=/; Max-Age=0; HttpOnly; Secure; SameSite=Lax`]);
    expect(browser.jar.get(sessionCookie)).toBeUndefined();
  });

  test("[LO-01] logging out by JSON answers 204 and ends the session", async () => {
    const { browser } = await signedIn();
    const copy = thief(browser);
    const answer = await browser.postJson("/logout", {});
    expect([answer.status, answer.text]).toEqual([204, ""]);
    expect(answer.setCookies.join()).toContain(`${sessionCookie}=; Path=/; Max-Age=0`);
    expect(await copy.who()).toBeNull();
  });

  test("[LO-01] [SL-06] logging out in one process ends the session in the other at once", async () => {
    const database = `sqlite:${join(directory, "shared.db")}`;
    const one = newSite({ database });
    const two = newSite({ database });
    const { email, browser } = await signedIn(one);
    const other = thief(browser, two);
    // Requested twice, so that the second process has it in its cache.
    expect([await other.who(), await other.who()]).toEqual([email, email]);
    await browser.postForm("/logout", {});
    // Two processes never share a turn of an event loop.
    await nextTurn();
    expect(await other.who()).toBeNull();
  });

  test("[LO-01] logging out keeps the account's other sessions", async () => {
    const { email, browser } = await signedIn();
    const phone = site.browser();
    await phone.postForm("/login", { login: email, password: testPassword });
    await browser.postForm("/logout", {});
    expect(await phone.who()).toBe(email);
  });

  test("[LO-01] logging out ends a remembered session too", async () => {
    const { email } = await signedIn();
    const browser = site.browser();
    await browser.postForm("/login", { login: email, password: testPassword, remember: "on" });
    const copy = thief(browser);
    await browser.postForm("/logout", {});
    expect(await copy.who()).toBeNull();
  });

  test("[LO-01] the next sign-in gets another value and none of the former data", async () => {
    const { email, browser } = await signedIn();
    const former = browser.jar.get(sessionCookie);
    await browser.postForm("/logout", {});
    await browser.postForm("/login", { login: email, password: testPassword });
    expect(browser.jar.get(sessionCookie)).not.toBe(former);
    expect(await browser.who()).toBe(email);
  });
});

describe("requests that don't log out", () => {
  test("[LO-02] A-CS-09 GET, HEAD, images, prefetches and frames only get the question and end no session", async () => {
    const { email, browser } = await signedIn();
    const visits: [string, Record<string, string>][] = [
      ["GET", {}],
      ["HEAD", {}],
      ["GET", { accept: "application/json" }],
      ["GET", { "sec-fetch-site": "cross-site", "sec-fetch-dest": "image", "sec-fetch-mode": "no-cors" }],
      ["GET", { "sec-purpose": "prefetch", purpose: "prefetch" }],
      ["GET", { "x-http-method-override": "POST", "x-method-override": "POST" }],
      ["OPTIONS", {}],
      ["PUT", {}],
      ["DELETE", {}],
    ];
    for (const [method, headers] of visits) {
      for (const path of ["/logout", "/logout?_method=POST", "/logout?confirm=1"]) {
        const answer = await browser.send(method, path, { headers });
        expect([200, 405]).toContain(answer.status);
        expect(answer.setCookies.filter((cookie) => cookie.startsWith(`${sessionCookie}=;`))).toEqual([]);
      }
      expect(await browser.who()).toBe(email);
    }
    const page = await browser.get("/logout");
    expect(page.text).toMatch(/<form method="post" action="\/logout">/);
    expect(page.text).toContain('name="csrf_token"');
    const token = /name="csrf_token" value="([^"]*)"/.exec(page.text)?.[1] ?? "";
    await browser.get(`/logout?csrf_token=${encodeURIComponent(token)}`);
    expect(await browser.who()).toBe(email);
  });

  const foreign: [string, Record<string, string>][] = [
    ["a cross-site form", { "sec-fetch-site": "cross-site", origin: "https://evil.example" }],
    ["a sibling site", { "sec-fetch-site": "same-site", origin: "https://evil.app.example" }],
    ["an old browser's form", { "sec-fetch-site": "", origin: "https://evil.example" }],
    ["a sandboxed frame", { "sec-fetch-site": "cross-site", origin: "null" }],
  ];

  test.each(foreign)("[LO-02] A-CS-09 %s doesn't log out, even with the right token", async (_, headers) => {
    const { email, browser } = await signedIn();
    const answer = await browser.postForm("/logout", {}, headers);
    expect(answer.status).toBe(403);
    expect(answer.setCookies.filter((cookie) => cookie.startsWith(`${sessionCookie}=`))).toEqual([]);
    expect(await browser.who()).toBe(email);
  });

  test.each(["", "wrong", "A".repeat(43)])(
    "[LO-02] the token %j doesn't log out a session",
    async (csrf_token) => {
      const { email, browser } = await signedIn();
      expect((await browser.postForm("/logout", { csrf_token })).status).toBe(403);
      expect(await browser.who()).toBe(email);
    },
  );

  test("[LO-02] another account's token doesn't log out", async () => {
    const { email, browser } = await signedIn();
    const attacker = await signedIn();
    const csrf_token = await attacker.browser.csrfToken();
    expect((await browser.postForm("/logout", { csrf_token })).status).toBe(403);
    expect(await browser.who()).toBe(email);
  });
});

test("[LO-03] every page for a session has a form that logs out by POST, error pages included", async () => {
  const { email, browser } = await signedIn(site, ["admin"]);
  const paths = coreOf(site.auth).features.routes.flatMap(({ method, path, answersJson }) =>
    method === "GET" && answersJson === undefined && !path.includes(":") ? [path] : [],
  );
  const form =
    /<form method="post" action="\/logout"[^>]*>(?:(?!<\/form>)[\s\S])*<button[^>]*>([^<]+)<\/button>/;
  let pages = 0;
  for (const path of [...paths, "/reset-password?token=unknown", "/confirm-email?token=unknown"]) {
    const page = await browser.get(path);
    if (page.status >= 300 && page.status < 400) continue;
    if (!page.headers.get("content-type")?.startsWith("text/html")) continue;
    pages += 1;
    expect([path, form.exec(page.text)?.[1]?.trim()]).toEqual([path, "Log out"]);
  }
  const refused = await browser.postForm("/account/password", { csrf_token: "wrong" });
  expect([refused.status, form.test(refused.text)]).toEqual([403, true]);
  const plain = await signedIn();
  const forbidden = await plain.browser.get("/reports");
  expect([forbidden.status, form.test(forbidden.text)]).toEqual([403, true]);
  expect(pages).toBeGreaterThanOrEqual(7);
  expect(await browser.who()).toBe(email);
});

test("[LO-04] logging out clears the browser's storage, but not the cookies of the whole domain", async () => {
  const { browser } = await signedIn();
  const form = await browser.postForm("/logout", {});
  expect(form.headers.get("clear-site-data")).toBe('"cache", "storage"');
  const { browser: program } = await signedIn();
  const json = await program.postJson("/logout", {});
  expect(json.headers.get("clear-site-data")).toBe('"cache", "storage"');
});

describe("logging out again", () => {
  test("[LO-06] logging out without a session leads to the login page and isn't an error", async () => {
    const browser = site.browser();
    for (let count = 0; count < 2; count += 1) {
      const form = await browser.postForm("/logout", {});
      expect([form.status, form.location]).toEqual([303, "/login"]);
      expect((await browser.postJson("/logout", {})).status).toBe(204);
    }
    const page = await browser.get("/logout");
    expect([page.status, page.location]).toEqual([303, "/login"]);
  });

  test("[LO-06] logging out twice in a row isn't an error", async () => {
    const { browser } = await signedIn();
    for (let count = 0; count < 3; count += 1) {
      const form = await browser.postForm("/logout", {});
      expect([form.status, form.location]).toEqual([303, "/login"]);
      expect((await browser.get("/login")).status).toBe(200);
    }
  });

  test("[LO-06] logging out twice before the first answer, as by a double click, isn't an error", async () => {
    const { browser } = await signedIn();
    const csrf_token = await browser.csrfToken();
    const copies = [thief(browser), thief(browser), thief(browser)];
    for (const copy of copies) {
      const form = await copy.postForm("/logout", { csrf_token });
      expect([form.status, form.location]).toEqual([303, "/login"]);
    }
  });

  test("[LO-06] logging out after the session ended meanwhile isn't an error", async () => {
    const { email, browser } = await signedIn();
    const csrf_token = await browser.csrfToken();
    const { id } = (await unwrap(site.auth.users.find({ who: email }))).user!;
    (await unwrap(site.auth.users.endSessions({ userId: id }))).sessions;
    const form = await browser.postForm("/logout", { csrf_token });
    expect([form.status, form.location]).toEqual([303, "/login"]);
    expect(browser.jar.get(sessionCookie)).toBeUndefined();
  });

  test("[LO-06] logging out from another site is refused, with or without a session", async () => {
    const answer = await site.browser().postForm("/logout", {}, { "sec-fetch-site": "cross-site" });
    expect(answer.status).toBe(403);
  });

  test.each(["next", "returnTo", "redirect", "post_logout_redirect_uri", "error_uri", "callbackURL"])(
    "[LO-06] [RD-04] A-RE-04 logging out keeps no target from %s",
    async (name) => {
      const { browser } = await signedIn();
      const query = `${name}=${encodeURIComponent("//evil.example")}`;
      const page = await browser.get(`/logout?${query}`);
      expect(page.text).not.toContain("evil.example");
      const form = await browser.postForm(`/logout?${query}`, { [name]: "//evil.example" });
      expect([form.status, form.location]).toEqual([303, "/login"]);
      const again = await browser.postForm(`/logout?${query}`, { [name]: "https://evil.example" });
      expect(again.location).toBe("/login");
    },
  );

  test("[RD-04] A-RE-04 the Host header and its forwarded forms change no target", async () => {
    const { browser } = await signedIn();
    const headers = {
      host: "evil.example",
      "x-forwarded-host": "evil.example",
      "x-forwarded-proto": "http",
      forwarded: "host=evil.example",
    };
    const answer = await browser.postForm("/logout", {}, headers);
    expect(answer.location).toBe("/login");
    expect(JSON.stringify([...answer.headers])).not.toContain("evil.example");
  });
});
