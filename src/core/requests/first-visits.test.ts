import { unwrap } from "latchkey";
import { testPassword } from "latchkey/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Browser, tokenIn } from "../../../tests/support/browser.ts";
import { createSite, origin, type Site } from "../../../tests/support/site.ts";
import type { Duration } from "../../platform/time/index.ts";

let site: Site;

beforeEach(async () => {
  site = createSite();
  await unwrap(site.auth.users.create({ email: "anna@example.org", password: testPassword }));
});
afterEach(() => site.close());

const anna = { login: "anna@example.org", password: testPassword };
const own = { origin, "sec-fetch-site": "same-origin" };

/** Pages that one browser opened at once without cookies: their tokens, and the browser with the cookie of `kept`. */
async function openedAtOnce(
  pages: string[],
  {
    kept = pages.length - 1,
    later = "0s" as Duration,
    address = "127.0.0.1",
    headers = {} as Record<string, string>,
  } = {},
): Promise<{ browser: Browser; tokens: string[] }> {
  const visits = [];
  for (const [index, page] of pages.entries()) {
    if (index === pages.length - 1) site.clock.advance(later);
    const visitor = site.browser(index === 0 ? {} : { address });
    const { text } = await visitor.get(page, index === 0 ? {} : headers);
    const token = page === "/csrf" ? JSON.parse(text).csrf_token : tokenIn(text);
    visits.push({ token, cookie: visitor.jar.header });
  }
  const browser = site.browser({ cookie: visits[kept]?.cookie ?? "" });
  return { browser, tokens: visits.map(({ token }) => token) };
}

test.each([
  [0, 1],
  [1, 0],
  [0, 2],
  [2, 0],
])(
  "[CF-01] of pages opened at once without cookies, page %i can be sent with the cookie of page %i",
  async (sent, kept) => {
    const { browser, tokens } = await openedAtOnce(["/login", "/register", "/login"], { kept });
    const answer = await browser.send("POST", "/login", {
      form: { ...anna, csrf_token: tokens[sent] ?? "" },
      headers: own,
    });
    expect([answer.status, answer.location]).toEqual([303, "/dashboard"]);
    expect(await browser.who()).toBe("anna@example.org");
  },
);

test("[CF-01] a script that asked for the token twice at once can use either one", async () => {
  for (const [sent, kept] of [
    [0, 1],
    [1, 0],
  ] as const) {
    const { browser, tokens } = await openedAtOnce(["/csrf", "/csrf"], { kept });
    const headers = { ...own, "x-csrf-token": tokens[sent] ?? "" };
    expect((await browser.send("POST", "/login", { json: anna, headers })).status).toBe(200);
  }
});

test("[CF-01] a page that waited for hours beside the other one can still be sent", async () => {
  const { browser, tokens } = await openedAtOnce(["/login", "/login"]);
  site.clock.advance("5h");
  const form = { ...anna, csrf_token: tokens[0] ?? "" };
  expect((await browser.send("POST", "/login", { form, headers: own })).status).toBe(303);
});

test("[CF-01] a registration from the other one of two first pages is confirmed in this browser", async () => {
  const { browser, tokens } = await openedAtOnce(["/register", "/register"]);
  const email = "new@example.org";
  const form = { email, password: testPassword, csrf_token: tokens[0] ?? "" };
  expect((await browser.send("POST", "/register", { form, headers: own })).status).toBe(200);
  const confirmed = await browser.postForm("/confirm-email", { token: await site.tokenTo(email) });
  expect([confirmed.status, await browser.who()]).toEqual([303, email]);
});

test("[CF-01] [CF-07] without headers that prove an own page, the token of the other visit is refused", async () => {
  const { browser, tokens } = await openedAtOnce(["/login", "/login"]);
  const form = { ...anna, csrf_token: tokens[0] ?? "" };
  for (const headers of [{}, { "sec-fetch-site": "garbage" }] as Record<string, string>[])
    expect((await browser.send("POST", "/login", { form, headers })).status).toBe(403);
  expect(await browser.sessionStatus()).toBe(401);
});

test.each<[string, Parameters<typeof openedAtOnce>[1]]>([
  ["from another network", { address: "192.0.2.7" }],
  ["from another program", { headers: { "user-agent": "Another/1.0" } }],
  ["31 seconds later", { later: "31s" }],
])("[CF-01] [CF-07] the token of a first visit %s is refused", async (_, differing) => {
  for (const kept of [0, 1]) {
    const { browser, tokens } = await openedAtOnce(["/login", "/login"], { ...differing, kept });
    const form = { ...anna, csrf_token: tokens[1 - kept] ?? "" };
    expect((await browser.send("POST", "/login", { form, headers: own })).status).toBe(403);
    expect(await browser.sessionStatus()).toBe(401);
  }
});

test("[CF-01] a token can't be moved to another visit", async () => {
  const early = await openedAtOnce(["/login"]);
  site.clock.advance("1h");
  const late = await openedAtOnce(["/login"]);
  const [old = ""] = early.tokens;
  const [fresh = ""] = late.tokens;
  const forged = [fresh.slice(0, 8) + old.slice(8), fresh.slice(0, 25) + old.slice(25)];
  for (const csrf_token of [...forged, old.slice(0, -1), `${old}A`, old.slice(0, 25)]) {
    const form = { ...anna, csrf_token };
    const answer = await late.browser.send("POST", "/login", { form, headers: own });
    expect([csrf_token, answer.status]).toEqual([csrf_token, 403]);
  }
});

test("[CF-06] a session doesn't take the token of a first visit", async () => {
  const { browser, tokens } = await openedAtOnce(["/login", "/login"]);
  await browser.postForm("/login", anna);
  const headers = { ...own, "x-csrf-token": tokens[0] ?? "" };
  const answer = await browser.send("POST", "/account/password", { json: {}, headers });
  expect([answer.status, answer.code]).toEqual([403, "csrf_failed"]);
});
