import { unwrap } from "latchkey";
import { testPassword } from "latchkey/testing";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Messages } from "../../src/core/words/index.ts";
import type { Answer } from "../support/answer.ts";
import type { Browser } from "../support/browser.ts";
import { createSite, type Site, tokenOf } from "../support/site.ts";

const email = "anna@example.org";
const german = { language: "de-AT,de;q=0.9,en;q=0.5" };
const english = { language: "en-GB,en;q=0.9,de;q=0.3" };

let site: Site;
beforeEach(async () => {
  site = createSite({ locales: ["en", "de"], login: { mail: true }, roles: { admin: ["*"] } });
  await site.auth.ready();
});
afterEach(() => site.close());

const asOnPage = (text: string) =>
  text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("'", "&#39;");

/** Pieces of text that every page of a language contains, too long for a visitor's input. */
function piecesOf(messages: Messages): string[] {
  function collect(value: unknown): string[] {
    if (typeof value === "string") return [value];
    if (typeof value === "function") return String(value("\n", "\n")).split("\n");
    return typeof value === "object" && value !== null ? Object.values(value).flatMap(collect) : [];
  }
  return collect(messages)
    .map((piece) => piece.trim())
    .filter((piece) => piece.length >= 7);
}

/** English in a text that should be German. */
function englishIn(text: string): string[] {
  const own = new Set(piecesOf(site.auth.words("de")));
  const plain = text.replaceAll(/<(?:style|script)[\s\S]*?<\/(?:style|script)>|<[^>]*>/g, "\n");
  return piecesOf(site.auth.words("en")).filter(
    (piece) => !own.has(piece) && (plain.includes(asOnPage(piece)) || plain.includes(piece)),
  );
}

/** Requires a German page. */
function expectGerman(answer: Answer, status = 200): void {
  expect([answer.status, /<html lang="([^"]*)"/.exec(answer.text)?.[1]]).toEqual([status, "de"]);
  expect(englishIn(answer.text)).toEqual([]);
}

async function germanMail(to: string, kind: string): Promise<{ text: string; links: string[] }> {
  const mail = (await site.mails()).find((each) => each.to === to && each.kind === kind);
  if (mail === undefined) throw new Error(`No ${kind} mail to ${to}.`);
  expect([kind, englishIn(mail.text), englishIn(mail.html), englishIn(mail.subject)]).toEqual([
    kind,
    [],
    [],
    [],
  ]);
  expect(mail.html).toContain('<html lang="de">');
  expect(mail.text).toMatch(/^Hallo,/);
  return mail;
}

/** A visitor who registered with a German browser and is signed in there. */
async function registered(address = email): Promise<Browser> {
  const browser = site.browser(german);
  await browser.postForm("/register", { email: address, password: testPassword });
  const { links } = await germanMail(address, "confirm_email");
  const answer = await browser.postForm("/confirm-email", { token: tokenOf(links[0]) });
  expect([answer.status, await browser.who()]).toEqual([303, address]);
  return browser;
}

test("the check for English finds an English text", async () => {
  const page = await site.browser(english).get("/login");
  expect(englishIn(page.text).length).toBeGreaterThan(3);
  expect(page.text).toContain('<html lang="en">');
});

describe("in a German browser", () => {
  test("with a German browser, registration and its mail are German from form to account", async () => {
    const browser = site.browser(german);
    expectGerman(await browser.get("/register"));
    expectGerman(await browser.postForm("/register", { email: "x", password: "short", username: "a!" }), 422);
    expectGerman(await browser.postForm("/register", { email, password: "" }), 422);
    expectGerman(await browser.postForm("/register", { email, password: testPassword }));
    const { links } = await germanMail(email, "confirm_email");
    const token = tokenOf(links[0]);
    expectGerman(await browser.open(`/confirm-email?token=${token}`));
    expectGerman(await site.browser(german).open(`/confirm-email?token=${token}`));
    expectGerman(await site.browser(german).postForm("/confirm-email", { token }), 422);
    await browser.postForm("/confirm-email", { token });
    expectGerman(await browser.get("/account"));
    expectGerman(await browser.open(`/confirm-email?token=${token}`), 410);
    expectGerman(await browser.get("/confirm-email"));
    await site.browser(english).postForm("/register", { email, password: testPassword });
    await germanMail(email, "already_registered");
  });

  test("with a German browser, login and its refusals are German, on pages and in problems", async () => {
    await registered();
    const browser = site.browser(german);
    expectGerman(await browser.get("/login"));
    expectGerman(await browser.postForm("/login", { login: "", password: "" }), 422);
    expectGerman(await browser.postForm("/login", { login: email, password: "wrong" }), 401);
    const problem = (await browser.postJson("/login", { login: email, password: "wrong" })).json();
    expect([problem.code, englishIn(JSON.stringify(problem))]).toEqual(["invalid_credentials", []]);
    expect(problem.detail).toBe(site.auth.words("de").errors.invalid_credentials?.sentence);
    expectGerman(await browser.get("/nowhere"), 404);
    expectGerman(await browser.send("POST", "/login", { form: {} }), 403);
    expectGerman(await browser.send("DELETE", "/login"), 405);
  });

  test("with a German browser, a login that must wait is German", async () => {
    const own = createSite({ locales: ["en", "de"], throttle: { perAccount: 1 } });
    const browser = own.browser(german);
    await browser.postForm("/login", { login: email, password: "wrong" });
    expectGerman(await browser.postForm("/login", { login: email, password: "wrong" }), 429);
    await own.close();
  });

  test("with a German browser, login by mail is German", async () => {
    await registered();
    const browser = site.browser(german);
    expectGerman(await browser.get("/login/mail"));
    expectGerman(await browser.postForm("/login/mail", { email }));
    const { links } = await germanMail(email, "mail_login");
    expectGerman(await browser.get("/login/mail/confirm"));
    expectGerman(await browser.postForm("/login/mail/confirm", { code: "BBBBBBBB" }), 422);
    expectGerman(await site.browser(german).open(`/login/mail/confirm?token=${tokenOf(links[0])}`));
    expectGerman(await browser.open(`/login/mail/confirm?token=${tokenOf(links[0])}`));
  });

  test("with a German browser, a forgotten password is German", async () => {
    await registered();
    const browser = site.browser(german);
    expectGerman(await browser.get("/forgot-password"));
    expectGerman(await browser.postForm("/forgot-password", { email }));
    const token = tokenOf((await germanMail(email, "reset_password")).links[0]);
    expectGerman(await browser.open(`/reset-password?token=${token}`));
    expectGerman(await browser.postForm("/reset-password", { token, password: "password" }), 422);
    await browser.postForm("/reset-password", { token, password: "paper boats drifting" });
    expectGerman(await browser.get("/login"));
    await germanMail(email, "password_reset");
  });

  test("with a German browser, the account's pages and notices are German", async () => {
    const browser = await registered();
    await site.browser(german).postForm("/login", { login: email, password: testPassword });
    await germanMail(email, "new_device");
    const paths = ["/account", "/account/password", "/account/email", "/account/sessions"];
    for (const path of [...paths, "/account/activity", "/account/delete", "/logout", "/reauthenticate"]) {
      expectGerman(await browser.get(path));
    }
    expectGerman(await browser.postForm("/account/email", { email: "anna.neu@example.org" }));
    const change = tokenOf((await germanMail("anna.neu@example.org", "change_email")).links[0]);
    await germanMail(email, "email_change_requested");
    expectGerman(await browser.get("/account/email"));
    expectGerman(await browser.open(`/confirm-email-change?token=${change}`));
    await browser.postForm("/account/sessions/end-others");
    expectGerman(await browser.get("/account/sessions"));
    const password = { current_password: testPassword, password: "paper boats drifting" };
    await browser.postForm("/account/password", password);
    const undo = tokenOf((await germanMail(email, "password_changed")).links[0]);
    expectGerman(await browser.get("/account"));
    expectGerman(await browser.get("/account/activity"));
    expectGerman(await browser.open(`/undo?token=${undo}`));
    await browser.postForm("/account/delete", { confirm: email });
    await germanMail(email, "deletion_requested");
    expectGerman(await browser.get("/login"));
    await browser.postForm("/undo", { token: undo });
    await germanMail(email, "change_undone");
    expectGerman(await browser.get("/login"));
  });
});

describe("the language of an account", () => {
  test("the account's language precedes the browser's, and mail requested in English is German", async () => {
    await registered();
    const stranger = site.browser(english);
    expect((await stranger.postForm("/forgot-password", { email })).text).toContain('<html lang="en">');
    await germanMail(email, "reset_password");
    await stranger.postForm("/login/mail", { email });
    await germanMail(email, "mail_login");
    await stranger.postForm("/login", { login: email, password: testPassword });
    await germanMail(email, "new_device");
    expectGerman(await stranger.get("/account"));
  });

  test("an account without a language gets mail in the default language and answers in the browser's", async () => {
    await unwrap(site.auth.users.create({ email, password: testPassword }));
    const browser = site.browser(german);
    await browser.postForm("/login", { login: email, password: testPassword });
    expectGerman(await browser.get("/account"));
    await browser.postForm("/account/password", {
      current_password: testPassword,
      password: "paper boats drifting",
    });
    expect((await site.mailTo(email)).text).toMatch(/^Hello,/);
    await site.browser(german).postForm("/forgot-password", { email });
    await germanMail(email, "reset_password");
  });

  test("the language isn't part of the user in answers", async () => {
    const browser = await registered();
    const { user } = (await browser.get("/session")).json<{ user: object }>();
    expect(user).not.toHaveProperty("locale");
    expect((await unwrap(site.auth.users.find({ who: email }))).user?.locale).toBe("de");
  });

  test("a switched-off language of an account gives way to the browser's", async () => {
    const browser = await registered();
    await site.auth.database.run("UPDATE users SET locale = 'fr'");
    expect((await browser.get("/account", { "accept-language": "en" })).text).toContain('<html lang="en">');
    expectGerman(await browser.get("/account"));
  });
});

describe("caches", () => {
  test("answers vary by Accept-Language only with several languages", async () => {
    const vary = async (own: Site) => (await own.browser().get("/login")).headers.get("vary");
    expect(await vary(site)).toContain("Accept-Language");
    const one = createSite();
    expect(await vary(one)).not.toContain("Accept-Language");
    await one.close();
  });
});

test.each(["fr", "", "*;q=0", "de;q=0", "x".repeat(100_000), "de\u0000", "<script>", "../../de"])(
  "Accept-Language %# gets the default language and isn't repeated",
  async (language) => {
    const answer = await site.raw("GET", "/login", { "accept-language": language });
    const text = (await answer?.text()) ?? "";
    expect([answer?.status, /<html lang="([^"]*)"/.exec(text)?.[1]]).toEqual([200, "en"]);
    if (language.length > 5) expect(text).not.toContain(language);
  },
);

test("the first language is the default, and an invalid list of languages prevents the start", async () => {
  const first = createSite({ locales: ["de"] });
  expectGerman(await first.browser(english).get("/login"));
  await first.close();
  expect(() => createSite({ locales: ["xx" as "en"] })).toThrow('locales names "xx"');
  expect(() => createSite({ locales: [] })).toThrow("locales is empty");
  expect(() => createSite({ locales: ["de", "de"] })).toThrow("twice");
  const words = {} as never;
  for (const language of ["", "de_DE", "DE", "x", "de-", "<b>"]) {
    expect(() => createSite({ locales: ["en", { language, words }] })).toThrow(`locales names "${language}"`);
  }
});
