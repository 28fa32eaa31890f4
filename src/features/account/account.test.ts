import { unwrap } from "latchkey";
import { testPassword } from "latchkey/testing";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Browser } from "../../../tests/support/browser.ts";
import { createSite, type Site } from "../../../tests/support/site.ts";

let site: Site;
let browser: Browser;

beforeEach(async () => {
  site = createSite();
  browser = await site.signedIn("anna@example.org");
});
afterEach(() => site.close());

const change = { current_password: testPassword, password: "another teapot altogether" };

test("the account centre shows its owner, and only to the owner", async () => {
  const page = await browser.get("/account");
  expect(page.text).toContain("anna@example.org");
  // "Member since" is followed by a date on the first day, too.
  expect(page.text).toMatch(/Member since.*?>Jan 1, 2026<\/time>/s);
  const json = await browser.get("/account", { accept: "application/json" });
  expect(json.json()).toMatchObject({ user: { email: "anna@example.org" } });
  const anonymous = await site.browser().get("/account");
  expect([anonymous.status, anonymous.location]).toEqual([303, "/login?next=%2Faccount"]);
});

test("[AC-08] every page of the account centre shows the way to all of them, and marks itself", async () => {
  const paths = ["", "/email", "/password", "/sessions", "/activity", "/export", "/delete"].map(
    (name) => `/account${name}`,
  );
  for (const path of paths) {
    const { text } = await browser.get(path);
    const side = /<nav class="side" aria-label="Your account">(.*?)<\/nav>/s.exec(text)?.[1] ?? "";
    expect(Array.from(side.matchAll(/href="([^"]+)"/g), (match) => match[1])).toEqual(paths);
    expect(side.match(/<a href="[^"]+" aria-current="page">/g)).toEqual([
      `<a href="${path}" aria-current="page">`,
    ]);
  }
  expect((await browser.get("/logout")).text).not.toContain(`class="side"`);
});

test("the form changes the password, ends other sessions and keeps this one", async () => {
  const elsewhere = await site.signedIn("anna@example.org");
  const answer = await browser.submitForm("/account/password", change);
  expect([answer.status, answer.location]).toEqual([303, "/account"]);
  expect([await browser.sessionStatus(), await elsewhere.sessionStatus()]).toEqual([200, 401]);
  expect((await browser.get("/account")).text).toContain("Your password has been changed,");
});

test("changing the password by JSON returns user and session", async () => {
  const answer = await browser.postJson("/account/password", change);
  expect(answer.status).toBe(200);
  expect(answer.json()).toMatchObject({
    user: { email: "anna@example.org" },
    session: { remembered: false },
  });
  const login = { login: "anna@example.org", password: change.password };
  expect((await site.browser().postJson("/login", login)).status).toBe(200);
});

test("[EM-03] the owner gets a mail with time, device, address and a way to object", async () => {
  const headers = { "user-agent": "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Firefox/140.0" };
  expect((await browser.postForm("/account/password", change, headers)).status).toBe(303);
  const told = (await site.mails()).filter(({ kind }) => kind === "password_changed");
  expect(told.map(({ to }) => to)).toEqual(["anna@example.org"]);
  const [mail] = told;
  for (const part of [mail?.text, mail?.html]) {
    expect(part).toContain("January 1, 2026 at 12:00 AM UTC");
    expect(part).toContain("Firefox on Windows");
    expect(part).toContain("127.0.0.1");
    for (const typed of Object.values(change)) expect(part).not.toContain(typed);
  }
  expect(mail?.links[0]).toMatch(/^https:\/\/app\.example\.org\/undo\?token=[\w-]{43}$/);
});

test("a wrong current password changes nothing, and sends no mail", async () => {
  const wrong = { ...change, current_password: "a wrong teapot" };
  expect((await browser.submitForm("/account/password", wrong)).status).toBe(422);
  const json = await browser.postJson("/account/password", wrong);
  expect(json.fieldCodes("current_password")).toEqual(["wrong_password"]);
  expect((await site.signedIn("anna@example.org")).session()).not.toBe("");
  expect((await site.mails()).filter(({ kind }) => kind === "password_changed")).toEqual([]);
});

test("password managers find the form", async () => {
  const answer = await browser.get("/.well-known/change-password");
  expect([answer.status, answer.location]).toEqual([302, "/account/password"]);
});

describe("an account without a password", () => {
  const first = { password: "another teapot altogether" };

  async function withoutPassword(authenticatedAgo: `${number}m` = "1m"): Promise<Browser> {
    await unwrap(site.auth.users.create({ email: "ben@example.org" }));
    const { cookie } = await site.as("ben@example.org", { authenticatedAgo });
    return site.browser({ cookie });
  }

  test("chooses its first password by the page after a fresh proof", async () => {
    const ben = await withoutPassword();
    const page = await ben.get("/account/password");
    expect(page.text).toContain("Choose a password");
    expect(page.text).not.toContain('name="current_password"');
    const answer = await ben.submitForm("/account/password", first);
    expect([answer.status, answer.location]).toEqual([303, "/account"]);
    const login = { login: "ben@example.org", ...first };
    expect((await site.browser().postJson("/login", login)).status).toBe(200);
    expect((await site.mails()).map(({ kind, to }) => [kind, to])).toContainEqual([
      "password_changed",
      "ben@example.org",
    ]);
    expect((await ben.get("/account/password")).text).toContain('name="current_password"');
  });

  test("[RA-01] proves itself again first if its proof is old", async () => {
    const ben = await withoutPassword("21m");
    const page = await ben.get("/account/password");
    expect(page.location).toBe("/reauthenticate?next=%2Faccount%2Fpassword");
    expect((await ben.postJson("/account/password", first)).code).toBe("reauthentication_required");
    const typed = { current_password: "a guess of a password", ...first };
    expect((await ben.postJson("/account/password", typed)).code).toBe("reauthentication_required");
    const login = { login: "ben@example.org", ...first };
    expect((await site.browser().postJson("/login", login)).status).toBe(401);
  });
});

test("[PW-13] a fresh proof doesn't stand in for the current password", async () => {
  const answer = await browser.postJson("/account/password", { password: change.password });
  expect([answer.status, answer.fieldCodes("current_password")]).toEqual([422, ["required"]]);
  const login = { login: "anna@example.org", password: testPassword };
  expect((await site.browser().postJson("/login", login)).status).toBe(200);
});
