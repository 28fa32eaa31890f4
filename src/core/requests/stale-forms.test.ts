import { unwrap } from "latchkey";
import { testPassword } from "latchkey/testing";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Browser, tokenIn } from "../../../tests/support/browser.ts";
import { createSite, origin, type Site } from "../../../tests/support/site.ts";

let site: Site;

beforeEach(async () => {
  site = createSite({ login: { mail: true } });
  await unwrap(
    site.auth.users.create({ email: "anna@example.org", username: "anna", password: testPassword }),
  );
});
afterEach(() => site.close());

const expired = "This form expired.";
const own = { origin, "sec-fetch-site": "same-origin" };
const anna = { login: "anna@example.org", password: testPassword };

/** Opens the page in a tab; the returned function sends its form later. */
async function tab(browser: Browser, page: string) {
  const csrf_token = tokenIn((await browser.open(page)).text);
  return (fields: Record<string, string>, path = page) =>
    browser.send("POST", path, { form: { ...fields, csrf_token }, headers: own });
}

describe("a login form in a second tab", () => {
  test("leads on to its page when another tab has signed in", async () => {
    const browser = site.browser();
    const second = await tab(browser, "/login?next=%2Fvault");
    await browser.postForm("/login", anna);
    const session = browser.session();
    for (const fields of [
      { ...anna, next: "/vault" },
      { login: "anna", password: "wrong", next: "/vault" },
    ]) {
      const answer = await second(fields, "/login");
      expect([answer.status, answer.location]).toEqual([303, "/vault"]);
    }
    expect(browser.session()).toBe(session);
    expect((await second({ ...anna, next: "https://evil.example/" }, "/login")).location).toBe("/dashboard");
  });

  test.each(["/register", "/login/mail"])("%s leads on too when another tab has signed in", async (page) => {
    const browser = site.browser();
    const second = await tab(browser, page);
    await browser.postForm("/login", anna);
    const answer = await second({ email: "new@example.org", password: testPassword });
    expect([answer.status, answer.location]).toEqual([303, "/dashboard"]);
    expect(await site.mails()).toEqual([]);
  });

  test("[CF-01] is refused for programs, and without headers that prove an own page", async () => {
    const browser = site.browser();
    const token = await browser.csrfToken();
    await browser.postForm("/login", anna);
    const json = await browser.postJson("/login", anna, { "x-csrf-token": token });
    expect([json.status, json.code]).toEqual([403, "csrf_failed"]);
    const bare = await browser.send("POST", "/login", { form: { ...anna, csrf_token: token } });
    expect([bare.status, bare.text.includes('<form action="/login"')]).toEqual([403, false]);
    const foreign = { origin: "https://evil.example" };
    expect(
      (await browser.send("POST", "/login", { form: { ...anna, csrf_token: token }, headers: foreign }))
        .status,
    ).toBe(403);
  });
});

describe("logging out twice", () => {
  test("in a second tab is answered as logged out", async () => {
    const browser = await site.signedIn("anna@example.org");
    const [first, second] = [await tab(browser, "/logout"), await tab(browser, "/logout")];
    expect((await first({})).status).toBe(303);
    const answer = await second({});
    expect([answer.status, answer.location]).toEqual([303, "/login"]);
    expect((await browser.get("/login")).text).toContain("You&#39;re logged out.");
  });

  test("is done for programs too", async () => {
    const browser = await site.signedIn("anna@example.org");
    const headers = { "x-csrf-token": await browser.csrfToken() };
    for (let count = 0; count < 2; count++)
      expect((await browser.postJson("/logout", {}, headers)).status).toBe(204);
  });

  test("[LO-02] never ends the session of another tab's sign-in: the page asks again", async () => {
    const browser = await site.signedIn("anna@example.org");
    const old = await tab(browser, "/logout");
    await browser.postForm("/reauthenticate", { password: testPassword });
    const answer = await old({});
    expect([answer.status, answer.text.includes(expired)]).toEqual([403, true]);
    expect(await browser.sessionStatus()).toBe(200);
    const again = await browser.send("POST", "/logout", {
      form: { csrf_token: tokenIn(answer.text.slice(answer.text.indexOf("<main"))) },
      headers: own,
    });
    expect([again.status, await browser.sessionStatus()]).toEqual([303, 401]);
  });
});

describe("an expired form", () => {
  /** What the form again must show, and that sending it again succeeds. */
  async function sendAgain(browser: Browser, text: string, path: string, fields: Record<string, string>) {
    return browser.send("POST", path, {
      form: { ...fields, csrf_token: tokenIn(text.slice(text.indexOf("<main"))) },
      headers: own,
    });
  }

  test("of an anonymous browser is shown again with what was typed, and can be sent", async () => {
    const browser = site.browser();
    const send = await tab(browser, "/login");
    browser.jar.set("__Host-session", "");
    const fields = { login: "anna", password: testPassword, remember: "on", next: "/vault" };
    const answer = await send(fields);
    expect(answer.status).toBe(403);
    expect(answer.text).toContain(expired);
    expect(answer.text).toContain('value="anna"');
    expect(answer.text).toContain('value="/vault"');
    expect(answer.text).toMatch(/name="remember"[^>]*checked/);
    expect(answer.text).not.toContain(testPassword);
    expect(await browser.sessionStatus()).toBe(401);
    const again = await sendAgain(browser, answer.text, "/login", fields);
    expect([again.status, again.location]).toEqual([303, "/vault"]);
  });

  test.each([
    ["/register", { email: "new@example.org", username: "newbie", password: testPassword }, 200],
    ["/forgot-password", { email: "anna@example.org" }, 200],
    ["/login/mail", { email: "anna@example.org" }, 200],
    ["/confirm-email", { email: "anna@example.org" }, 200, "/confirm-email/resend"],
  ] as [string, Record<string, string>, number, string?][])(
    "of %s does nothing, and its form is shown again",
    async (page, fields, done, action = page) => {
      const browser = site.browser();
      const send = await tab(browser, page);
      browser.jar.set("__Host-session", "");
      const answer = await send(fields, action);
      expect([answer.status, answer.text.includes(expired)]).toEqual([403, true]);
      expect(answer.text).toContain(`value="${fields.email}"`);
      expect(answer.text).not.toContain(testPassword);
      expect(await site.mails()).toEqual([]);
      expect((await sendAgain(browser, answer.text, action, fields)).status).toBe(done);
    },
  );

  test("of a renewed session is shown again: change of password and of address", async () => {
    const browser = await site.signedIn("anna@example.org");
    const password = await tab(browser, "/account/password");
    const address = await tab(browser, "/account/email");
    const gone = await tab(browser, "/account/delete");
    await browser.postForm("/reauthenticate", { password: testPassword });
    const changed = await password({ current_password: testPassword, password: "another teapot altogether" });
    expect([changed.status, changed.text.includes(expired)]).toEqual([403, true]);
    expect(changed.text).not.toContain("teapot");
    const moved = await address({ email: "elsewhere@example.org" });
    expect([moved.status, moved.text.includes(expired)]).toEqual([403, true]);
    expect(moved.text).toContain('value="elsewhere@example.org"');
    expect((await gone({ confirm: "anna@example.org" })).status).toBe(403);
    expect(await site.mails()).toEqual([]);
    expect(await browser.who()).toBe("anna@example.org");
  });

  test("of a mailed link keeps the link", async () => {
    const browser = site.browser();
    await browser.postForm("/forgot-password", { email: "anna@example.org" });
    const link = (await site.mailTo("anna@example.org")).links[0] ?? "";
    const send = await tab(browser, link.slice(origin.length));
    const token = await site.tokenTo("anna@example.org");
    browser.jar.set("__Host-session", "");
    const fields = { token, password: "another teapot altogether" };
    const answer = await send(fields, "/reset-password");
    expect([answer.status, answer.text.includes(expired)]).toEqual([403, true]);
    const again = await sendAgain(browser, answer.text, "/reset-password", fields);
    expect([again.status, again.location]).toEqual([303, "/login"]);
  });

  test.each([
    ["/undo", "/login"],
    ["/confirm-email-change", "/account"],
  ])("of the mailed link of %s keeps the link", async (path, next) => {
    const browser = await site.signedIn("anna@example.org");
    await browser.postForm("/account/email", { email: "elsewhere@example.org" });
    const mails = await site.mails();
    const link = mails.flatMap(({ links }) => links).find((url) => url.includes(`${path}?`)) ?? "";
    const send = await tab(browser, link.slice(origin.length));
    await browser.postForm("/reauthenticate", { password: testPassword });
    const token = new URL(link).searchParams.get("token") ?? "";
    const answer = await send({ token }, path);
    expect([answer.status, answer.text.includes(expired)]).toEqual([403, true]);
    const again = await sendAgain(browser, answer.text, path, { token });
    expect([again.status, again.location]).toEqual([303, next]);
  });

  test("of an ended session leads to the login, and back to the form afterwards", async () => {
    const browser = await site.signedIn("anna@example.org");
    const send = await tab(browser, "/account/password");
    await browser.postForm("/logout");
    const answer = await send({ current_password: testPassword, password: "another teapot altogether" });
    expect([answer.status, answer.location]).toEqual([303, "/login?next=%2Faccount%2Fpassword"]);
  });

  test("without fields leads back to its page", async () => {
    const browser = await site.signedIn("anna@example.org");
    const send = await tab(browser, "/account/sessions");
    await browser.postForm("/reauthenticate", { password: testPassword });
    const answer = await send({}, "/account/sessions/end-others");
    expect([answer.status, answer.text.includes(expired)]).toEqual([403, true]);
    expect(answer.text).toContain('<a href="/account/sessions">Try again</a>');
  });

  test("[CF-01] [LG-01] leaves the record of a wrong token", async () => {
    const browser = site.browser();
    const send = await tab(browser, "/login");
    browser.jar.set("__Host-session", "");
    await send(anna);
    expect(site.log.map(({ message }) => message)).toContain("malicious_csrf");
  });
});

test("the expired form is shown in German too", async () => {
  const german = createSite({ locales: ["en", "de"] });
  const browser = german.browser({ language: "de" });
  const send = await tab(browser, "/login");
  browser.jar.set("__Host-session", "");
  expect((await send({ login: "anna" })).text).toContain("Das Formular ist abgelaufen.");
  await german.close();
});
