import { unwrap } from "latchkey";
import { testPassword } from "latchkey/testing";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Browser } from "../../../tests/support/browser.ts";
import { databaseDump } from "../../../tests/support/database-dump.ts";
import { createSite, noThrottle, origin, type Site, tokenOf } from "../../../tests/support/site.ts";
import type { AuthOptions } from "../../options.ts";

const email = "anna@example.org";
const minute = 60_000;
const sendPath = "/reauthenticate/code";

let site: Site;
let browser: Browser;

/** A session of an account without a password, 11 minutes after its beginning. */
async function oldSession(where: Site = site, address = email): Promise<Browser> {
  if ((await unwrap(where.auth.users.find({ who: address }))).user === null)
    await unwrap(where.auth.users.create({ email: address }));
  const { cookie } = await where.as(address, { authenticatedAgo: "11m" });
  return where.browser({ cookie });
}

function newSite(options: Partial<AuthOptions> = {}): Site {
  site = createSite(options);
  return site;
}

const mailsTo = async (address = email) => (await site.mails()).filter(({ to }) => to === address);
/** Codes mailed so far, newest first. */
const codes = async (address = email) => (await mailsTo(address)).flatMap(({ code }) => code ?? []);
const newestCode = async (address = email) => (await codes(address))[0] ?? "";

/** Requests a code and returns it. */
async function asked(by: Browser = browser, address = email): Promise<string> {
  expect((await by.postJson(sendPath)).status).toBe(202);
  return newestCode(address);
}

const typed = (code: string, by: Browser = browser) => by.postJson("/reauthenticate", { code });
const wrongCode = (code: string) => (code.startsWith("B") ? "C" : "B") + code.slice(1);
const ofUser = async () => (await unwrap(site.auth.users.find({ who: email }))).user?.id ?? "";

beforeEach(async () => {
  newSite();
  browser = await oldSession();
});
afterEach(() => site.close());

describe("the page of an account without a password", () => {
  test("[RA-06] [SL-02] the page sends a code, takes it, renews the session and leads back", async () => {
    const before = browser.session();
    const wanted = await browser.get("/vault");
    expect(wanted.location).toBe("/reauthenticate?next=%2Fvault");
    const first = await browser.get("/reauthenticate?next=%2Fvault");
    expect(first.text).toContain(`We&#39;ll send it to ${email}.`);
    expect(first.text).not.toMatch(/password/i);
    expect(first.text).not.toContain('name="code"');
    expect(await mailsTo()).toEqual([]);

    const sent = await browser.submitForm("/reauthenticate?next=%2Fvault", { next: "/vault" }, sendPath);
    expect([sent.status, sent.location]).toEqual([303, "/reauthenticate?next=%2Fvault"]);
    const second = await browser.get(sent.location ?? "");
    expect(second.text).toContain(`We&#39;ve sent a code to ${email}.`);
    expect(second.text).toContain("Send a new code");
    expect(second.text).toContain("15 minutes");
    expect(await mailsTo()).toHaveLength(1);

    const fields = { code: await newestCode(), next: "/vault" };
    const answer = await browser.submitForm(sent.location ?? "", fields, "/reauthenticate");
    expect([answer.status, answer.location]).toEqual([303, "/vault"]);
    expect((await browser.get("/vault")).text).toBe("vault");
    expect(browser.session()).not.toBe(before);
    expect(await site.sessionStatus(`${site.auth.settings.cookies.session}=${before}`)).toBe(401);
  });

  test("the page speaks German to an account that reads German", async () => {
    newSite({ locales: ["en", "de"] });
    browser = await oldSession();
    await site.auth.database.run("UPDATE users SET locale = 'de'");
    expect((await browser.get("/reauthenticate")).text).toContain(`Wir schicken ihn an ${email}.`);
    await browser.postForm(sendPath);
    const page = await browser.get("/reauthenticate");
    expect(page.text).toContain("Neuen Code senden");
    expect(page.text).not.toMatch(/passwor/i);
    expect((await mailsTo())[0]?.text).toContain("Gib diesen Code in dem Browser ein");
  });

  test("a wrong code shows the form again without it, with its sentence and the way to a new one", async () => {
    const wrong = wrongCode(await asked());
    const answer = await browser.submitForm("/reauthenticate", { code: wrong });
    expect([answer.status, answer.text.includes('id="field-code-error"')]).toEqual([422, true]);
    expect(answer.text).toContain("That code is wrong or has expired.");
    expect(answer.text).toContain(`action="${sendPath}"`);
    expect(answer.text).not.toContain(wrong);
  });

  test("[AC-04] an expired code still has its field below the summary of problems", async () => {
    const code = await asked();
    site.clock.advance("15m");
    const form = { code, csrf_token: await browser.csrfToken() };
    const answer = await browser.send("POST", "/reauthenticate", { form, headers: { origin } });
    expect(answer.status).toBe(422);
    expect(answer.text).toContain('id="field-code"');
    expect((await browser.get("/reauthenticate")).text).not.toContain('id="field-code"');
  });

  test("programs learn which field proves the account", async () => {
    const json = { accept: "application/json" };
    expect((await browser.get("/reauthenticate", json)).json()).toMatchObject({ fields: ["code"] });
    const other = await site.signedIn("ben@example.org");
    expect((await other.get("/reauthenticate", json)).json()).toMatchObject({ fields: ["password"] });
    expect((await browser.postJson("/reauthenticate")).fieldCodes("code")).toEqual(["required"]);
  });
});

describe("accounts that get a code", () => {
  test("an account with a password proves itself by the password, and gets no code", async () => {
    const other = await site.signedIn("ben@example.org");
    const page = await other.get("/reauthenticate");
    expect(page.text).toContain("Enter your password to continue.");
    expect(page.text).not.toContain("code");
    const refused = await other.postJson(sendPath);
    expect([refused.status, refused.fieldCodes("password")]).toEqual([422, ["required"]]);
    expect(await mailsTo("ben@example.org")).toEqual([]);
    expect((await typed("BCDF-GHJK", other)).fieldCodes("password")).toEqual(["required"]);
  });

  test("an account whose password was switched off gets a code", async () => {
    const other = await site.signedIn("ben@example.org");
    await site.auth.database.run("UPDATE passwords SET hash = '!' || hash");
    expect((await typed(await asked(other, "ben@example.org"), other)).status).toBe(200);
  });

  test("[SU-08] an unconfirmed address gets no code, and the page leads to a password", async () => {
    await site.auth.database.run("UPDATE users SET email_confirmed_at = NULL");
    const page = await browser.get("/reauthenticate");
    expect(page.text).toContain('href="/forgot-password"');
    expect(page.text).not.toContain(sendPath);
    expect((await browser.postJson(sendPath)).code).toBe("forbidden");
    expect((await typed("BCDF-GHJK")).code).toBe("forbidden");
    expect(await mailsTo()).toEqual([]);
  });

  test("[VE-06] a code works without the option of signing in by mail, and starts no session", async () => {
    const code = await asked();
    expect(site.auth.routes.filter(({ path }) => path.startsWith("/login/mail"))).toEqual([]);
    const stranger = site.browser();
    expect((await stranger.postJson(sendPath)).code).toBe("login_required");
    expect((await typed(code, stranger)).code).toBe("login_required");
    expect((await typed(code)).status).toBe(200);
  });

  test("[KY-04] [RS-02] a code of one kind is worthless for the other", async () => {
    newSite({ login: { mail: true } });
    browser = await oldSession();
    await browser.postJson("/login/mail", { email });
    const signIn = await newestCode();
    expect((await typed(signIn)).fieldCodes("code")).toEqual(["wrong_code"]);
    const proof = await asked();
    expect((await browser.postJson("/login/mail/confirm", { code: proof })).fieldCodes("code")).toEqual([
      "wrong_code",
    ]);
    expect((await typed(proof)).status).toBe(200);
  });
});

describe("a code", () => {
  test("[VE-05] a code works only in its session, once, in any usual spelling", async () => {
    const code = await asked();
    const elsewhere = await oldSession();
    await asked(elsewhere);
    expect((await typed(code, elsewhere)).fieldCodes("code")).toEqual(["wrong_code"]);
    expect((await elsewhere.get("/vault")).status).toBe(303);
    expect((await typed(` ${code.toLowerCase().replace("-", " ")} `)).status).toBe(200);
    expect((await browser.get("/vault")).status).toBe(200);
    expect((await typed(code)).fieldCodes("code")).toEqual(["wrong_code"]);
  });

  test("[RS-03] a code works for 15 minutes, as the mail says", async () => {
    const code = await asked();
    expect((await mailsTo())[0]?.text).toContain("expires in 15 minutes");
    site.clock.advance(15 * minute - 1);
    expect((await typed(code)).status).toBe(200);
    browser = await oldSession();
    const late = await asked();
    site.clock.advance(15 * minute);
    expect((await typed(late)).fieldCodes("code")).toEqual(["wrong_code"]);
  });

  test("[RS-04] a new code ends the previous one, but none of another session", async () => {
    const elsewhere = await oldSession();
    const other = await asked(elsewhere);
    const first = await asked();
    const second = await asked();
    expect((await typed(first)).fieldCodes("code")).toEqual(["wrong_code"]);
    expect((await typed(second)).status).toBe(200);
    expect((await typed(other, elsewhere)).status).toBe(200);
  });

  test("[VE-01] a code dies with the address that it was mailed to", async () => {
    const code = await asked();
    await site.auth.database.run("UPDATE users SET email = 'new@example.org', email_key = 'new@example.org'");
    expect((await typed(code)).fieldCodes("code")).toEqual(["wrong_code"]);
  });

  test("[VE-01] a code dies with a change of address in its session", async () => {
    await typed(await asked());
    await browser.postJson("/account/email", { email: "new@example.org" });
    const token = await site.tokenTo("new@example.org");
    const code = await asked();
    expect((await browser.postJson("/confirm-email-change", { token })).status).toBe(200);
    expect((await typed(code)).fieldCodes("code")).toEqual(["wrong_code"]);
  });

  test("[RS-10] a code dies when the account gets a password", async () => {
    await asked();
    const live = () =>
      site.auth.database.all(
        "SELECT 1 FROM one_time_tokens WHERE purpose = 'reauthenticate' AND consumed_at IS NULL",
      );
    expect(await live()).toHaveLength(1);
    const { link } = await unwrap(site.auth.users.passwordLink({ userId: await ofUser() }));
    const chosen = { token: tokenOf(link), password: testPassword };
    expect((await site.browser().postJson("/reset-password", chosen)).status).toBe(200);
    expect(await live()).toEqual([]);
    expect(await browser.sessionStatus()).toBe(401);
  });

  test("[KY-03] a stolen database holds neither the code nor a plain digest of it", async () => {
    const code = await asked();
    const stolen = await databaseDump(site.auth.database);
    for (const secret of [code, code.replace("-", "")]) expect(stolen).not.toContain(secret);
  });

  test("[TH-12] an account whose mail can't be sent is offered no code", async () => {
    const { outbox } = await import("../../assemble.ts").then(({ coreOf }) => coreOf(site.auth));
    Object.assign(outbox, { canSend: false });
    expect((await browser.get("/reauthenticate")).text).not.toContain(sendPath);
    expect((await browser.postJson(sendPath)).code).toBe("forbidden");
  });
});

describe("wrong codes", () => {
  test("[RA-05] [VE-05] five wrong codes, even over a new mail, end only this session of the account", async () => {
    const elsewhere = await oldSession();
    const csrf = { "x-csrf-token": await browser.csrfToken() };
    const first = wrongCode(await asked());
    const statuses: number[] = [];
    for (let count = 0; count < 3; count += 1) statuses.push((await typed(first)).status);
    const right = await asked();
    for (let count = 0; count < 2; count += 1) statuses.push((await typed(wrongCode(right))).status);
    const refused = await browser.postJson("/reauthenticate", { code: right }, csrf);
    expect([...statuses, refused.status]).toEqual([422, 422, 422, 422, 422, 429]);
    expect(refused.headers.get("retry-after")).toBe("900");
    expect(await browser.sessionStatus()).toBe(401);
    expect((await browser.get("/login")).text).toContain("There were too many wrong attempts");
    expect(await elsewhere.sessionStatus()).toBe(200);
    expect((await typed(await asked(elsewhere), elsewhere)).status).toBe(200);
  });

  test("[TH-06] A-RC-04 of fifty parallel guesses five are checked, and the session ends", async () => {
    const code = await asked();
    const headers = { origin, cookie: browser.jar.header, "x-csrf-token": await browser.csrfToken() };
    const guesses = Array.from({ length: 50 }, (_, index) => (index === 25 ? code : wrongCode(code)));
    const answers = await Promise.all(
      guesses.map((guess) =>
        site.browser().send("POST", "/reauthenticate", { json: { code: guess }, headers }),
      ),
    );
    expect(answers.filter(({ status }) => status === 422)).toHaveLength(5);
    expect(answers.filter(({ status }) => status === 200)).toEqual([]);
    expect(await browser.sessionStatus()).toBe(401);
  });

  test("[RS-05] A-RC-03 one code, sent five times at once, renews the session once", async () => {
    const code = await asked();
    const headers = { origin, cookie: browser.jar.header, "x-csrf-token": await browser.csrfToken() };
    const answers = await Promise.all(
      Array.from({ length: 5 }, () =>
        site.browser().send("POST", "/reauthenticate", { json: { code }, headers }),
      ),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    const renewed = await site.auth.database.all("SELECT 1 FROM audit WHERE event = 'session_renewed'");
    expect(renewed).toHaveLength(1);
  });

  test("[TH-04] failures of neighbours and strangers use up no try of the session", async () => {
    newSite({ throttle: { ...noThrottle, perAddress: 2, perAccount: 2 } });
    browser = await oldSession();
    const code = await asked();
    for (let count = 0; count < 4; count += 1) {
      await site.browser().postJson("/login", { login: email, password: "a wrong teapot" });
    }
    expect((await typed(code)).status).toBe(200);
  });
});

describe("mail for one account", () => {
  test("[EM-05] an account gets five codes an hour over all its sessions, then the answer has the wait", async () => {
    newSite({ throttle: {} });
    browser = await oldSession();
    const elsewhere = await oldSession();
    for (let count = 0; count < 4; count += 1) await asked();
    await asked(elsewhere);
    const refused = await browser.submitForm("/reauthenticate", {}, sendPath);
    expect([refused.status, refused.headers.get("retry-after")]).toEqual([429, "3600"]);
    expect(refused.text).toContain('id="field-code"');
    expect((await elsewhere.postJson(sendPath)).code).toBe("too_many_attempts");
    expect(await codes()).toHaveLength(5);
    // The code that was mailed last is still valid.
    expect((await typed((await codes())[1] ?? "")).status).toBe(200);
    site.clock.advance("1h");
    expect(await browser.postJson(sendPath)).toMatchObject({ status: 202 });
  });

  test("[EM-05] [TH-04] codes and the mail that strangers cause don't limit each other", async () => {
    newSite({ throttle: {} });
    browser = await oldSession();
    for (let count = 0; count < 6; count += 1) await site.browser().postJson("/forgot-password", { email });
    expect((await mailsTo()).filter(({ kind }) => kind === "reset_password")).toHaveLength(5);
    expect((await typed(await asked())).status).toBe(200);
    site.clock.advance("1h");
    for (let count = 0; count < 5; count += 1) await browser.postJson(sendPath);
    await site.browser().postJson("/forgot-password", { email });
    expect((await mailsTo()).filter(({ kind }) => kind === "reset_password")).toHaveLength(6);
  });

  test("[EM-04] [EM-03] the mail names time, device and place, has a way to object, and no secret in its subject", async () => {
    const headers = {
      "user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
    };
    await browser.postJson(sendPath, {}, headers);
    const [mail] = await mailsTo();
    expect([mail?.kind, mail?.subject]).toEqual([
      "reauthentication_code",
      "Confirm it's you on app.example.org",
    ]);
    expect(mail?.code).toMatch(/^[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}$/);
    for (const part of [mail?.text, mail?.html]) {
      for (const fact of ["January 1, 2026", "Firefox on Linux", "127.0.0.1", mail?.code]) {
        expect(part).toContain(fact);
      }
      expect(part).toContain(`${origin}/undo?token=${tokenOf(mail?.links[0])}`);
    }
    // An owner who didn't request it ends the requesting session.
    const undone = await site.browser().postJson("/undo", { token: tokenOf(mail?.links[0]) });
    expect(undone.status).toBe(200);
    expect(await browser.sessionStatus()).toBe(401);
  });

  test("[CF-01] no code is mailed without the token of the form", async () => {
    const answer = await browser.send("POST", sendPath, { form: {}, headers: { origin } });
    expect(answer.status).toBe(403);
    expect(await mailsTo()).toEqual([]);
  });

  test("[CE-05] a session that has just ended gets no code", async () => {
    const request = new Request(origin, { headers: { cookie: browser.jar.header } });
    const context = await site.auth.for(request);
    await unwrap(site.auth.users.endSessions({ userId: await ofUser() }));
    const refused = await site.auth.account.requestReauthenticationCode({}, context);
    expect(refused).toMatchObject({ ok: false, code: "login_required" });
    expect(await mailsTo()).toEqual([]);
  });
});

test("[LG-01] [LG-07] the activity names code, failure and proof in the owner's words", async () => {
  const code = await asked();
  await typed(wrongCode(code));
  await typed(code);
  const page = await browser.get("/account/activity");
  for (const sentence of [
    "Code emailed to confirm that it&#39;s you.",
    "Code not confirmed: it was wrong or had expired.",
    "Confirmed with a code from an email.",
  ])
    expect(page.text).toContain(sentence);
  expect(page.text.split("<main")[1]).not.toContain("Password");
  const rows = await site.auth.database.all<{ detail: string }>(
    "SELECT detail FROM audit WHERE event LIKE 'authn_reauthentication%' ORDER BY id",
  );
  expect(rows.map(({ detail }) => JSON.parse(detail).method)).toEqual(["email_link", "email_link"]);
  const { session } = (await browser.get("/session")).json<{ session: { methods: string[] } }>();
  expect(session.methods).toEqual(["email_link"]);
});

test("the function proves the account like the page", async () => {
  const inRequest = () => site.auth.for(new Request(origin, { headers: { cookie: browser.jar.header } }));
  const sent = await unwrap(site.auth.account.requestReauthenticationCode({}, await inRequest()));
  expect(sent.email).toBe(email);
  const proven = await site.auth.account.reauthenticate({ code: await newestCode() }, await inRequest());
  expect(proven).toMatchObject({ ok: true, session: { methods: ["email_link"] } });
});
