import { readdirSync, readFileSync } from "node:fs";
import { unwrap } from "latchkey";
import { testPassword } from "latchkey/testing";
import { describe, expect, onTestFinished, test } from "vitest";
import { coreOf } from "../../src/assemble.ts";
import { digest } from "../../src/platform/crypto/index.ts";
import { type Answer, seenFromOutside } from "../support/answer.ts";
import { type Browser, tokenIn } from "../support/browser.ts";
import { cookiesOf } from "../support/cookie-jar.ts";
import { databaseDump } from "../support/database-dump.ts";
import { spyOnStatements } from "../support/database-spy.ts";
import { newAddress } from "../support/people.ts";
import { inventedToken, noThrottle, origin, type Site, tokenOf } from "../support/site.ts";
import { siteMaker } from "../support/sites.ts";

const newSite = siteMaker({ login: { mail: true } });

const site = newSite();
const password = testPassword;
const minute = 60_000;
const confirm = "/login/mail/confirm";

async function member(where: Site = site): Promise<string> {
  const email = newAddress();
  await unwrap(where.auth.users.create({ email, password }));
  return email;
}

const mailsTo = async (where: Site, email: string) => (await where.mails()).filter(({ to }) => to === email);

/** Requests a sign-in mail in this browser and opens the mailbox. */
async function asked(where: Site, email: string, browser = where.browser(), fields = {}) {
  expect((await browser.postJson("/login/mail", { email, ...fields })).status).toBe(202);
  const mail = (await mailsTo(where, email))[0];
  expect(mail?.kind).toBe("mail_login");
  return { browser, mail: mail!, token: tokenOf(mail?.links[0]), code: mail?.code ?? "" };
}

const typed = (browser: Browser, code: string) => browser.postJson(confirm, { code });
const clicked = (browser: Browser, token: string) => browser.postJson(confirm, { token });

/** A different code. */
function wrongCode(code: string): string {
  return (code.startsWith("B") ? "C" : "B") + code.slice(1);
}

async function wrongCodes(browser: Browser, count: number): Promise<(string | null)[]> {
  const codes: (string | null)[] = [];
  for (let tries = 0; tries < count; tries += 1) codes.push((await typed(browser, "BBBB-BBBB")).code);
  return codes;
}

describe("with the option off", () => {
  const off = siteMaker()();

  test("[VE-06] with the option off the page and the function don't exist", async () => {
    expect(coreOf(off.auth).settings.loginByMail).toBe(false);
    expect(off.auth.routes.filter(({ path }) => path.startsWith("/login/mail"))).toEqual([]);
    const browser = off.browser();
    expect((await browser.get("/login")).text).not.toContain("mail instead");
    for (const path of ["/login/mail", confirm]) {
      expect((await browser.get(path)).status).toBe(404);
      expect((await browser.postJson(path, { email: newAddress(), token: inventedToken() })).status).toBe(
        404,
      );
    }
    const context = await off.auth.for(new Request(origin));
    const request = await off.auth.account.requestMailLogin({ email: newAddress() }, context);
    expect(request).toMatchObject({ ok: false, code: "not_found" });
    for (const proof of [{ token: inventedToken() }, { code: "BBBB-BBBB" }]) {
      const confirmed = await off.auth.account.confirmMailLogin(proof, context);
      expect(confirmed).toMatchObject({ ok: false, code: "not_found" });
    }
  });

  test("[VE-06] with the option on, the login page leads to the sign-in by mail", async () => {
    const page = await site.browser().get("/login?next=%2Fvault");
    expect(page.text).toContain('href="/login/mail?next=%2Fvault"');
  });
});

describe("a request for a sign-in mail", () => {
  /** An address of every kind. */
  async function everyKind(where: Site): Promise<Record<string, string>> {
    const kinds = {
      known: await member(where),
      unknown: newAddress(),
      disabled: await member(where),
      unconfirmed: await member(where),
      waiting: newAddress(),
    };
    await unwrap(
      where.auth.users.disable({
        userId: (await unwrap(where.auth.users.find({ who: kinds.disabled }))).user!.id,
      }),
    );
    const unconfirm = "UPDATE users SET email_confirmed_at = NULL WHERE email = $1";
    await where.auth.database.run(unconfirm, kinds.unconfirmed);
    await where.browser().postJson("/register", { email: kinds.waiting, password });
    await where.auth.deliverMail();
    return kinds;
  }

  test("[TH-01] every address gets the same answer, on pages and in JSON", async () => {
    const kinds = await everyKind(site);
    for (const send of ["postForm", "postJson"] as const) {
      const seen = [];
      for (const email of Object.values(kinds)) {
        seen.push(seenFromOutside(await site.browser()[send]("/login/mail", { email }), email));
      }
      expect(seen[0]).toMatchObject({ status: send === "postForm" ? 200 : 202 });
      for (const other of seen.slice(1)) expect(other).toEqual(seen[0]);
    }
    const json = await site.browser().postJson("/login/mail", { email: kinds.unknown });
    expect(json.json()).toEqual({ status: "login_mail_sent" });
  });

  test("[TH-02] a request runs the same statements for every address, up to the limit and over it", async () => {
    const own = newSite({ throttle: {} });
    const kinds = await everyKind(own);
    // Work after the answer doesn't count.
    await coreOf(own.auth).outbox.stop();
    let statements: string[] = [];
    onTestFinished(spyOnStatements(own.auth.database, (sql) => void statements.push(sql)));
    const runs: string[][] = [];
    for (const email of Object.values(kinds)) {
      for (let count = 0; count < 7; count += 1) {
        const browser = own.browser({ address: `2001:db8:${runs.length.toString(16)}::1` });
        const headers = { "x-csrf-token": await browser.csrfToken() };
        statements = [];
        expect((await browser.postJson("/login/mail", { email }, headers)).status).toBe(202);
        runs.push(statements);
      }
    }
    const under = runs[0] ?? [];
    const over = runs[6] ?? [];
    expect(under.filter((sql) => /^INSERT INTO (audit|outbox)/.test(sql))).toHaveLength(2);
    expect(over.filter((sql) => /^INSERT INTO (audit|outbox)/.test(sql))).toHaveLength(2);
    // An address that waits for its confirmation got one mail already.
    for (const [index, run] of runs.slice(0, 28).entries()) expect(run).toEqual(index % 7 < 5 ? under : over);
    for (const [index, run] of runs.slice(28).entries()) expect(run).toEqual(index < 4 ? under : over);
    for (const sql of [...under, ...over]) expect(sql).not.toContain("email_key");
  });

  test("only owners of confirmed accounts get a sign-in mail", async () => {
    const kinds = await everyKind(site);
    const before = (await site.mails()).length;
    for (const email of Object.values(kinds)) await site.browser().postForm("/login/mail", { email });
    const mails = (await site.mails()).slice(0, -before);
    expect(mails.map(({ to, kind }) => `${kind} ${to}`).sort()).toEqual(
      [
        `mail_login ${kinds.known}`,
        `confirm_email ${kinds.unconfirmed}`,
        `confirm_email ${kinds.waiting}`,
      ].sort(),
    );
  });

  test("[EM-04] [TH-10] the mail names the requester's details and its lifetime, and keeps its secrets out of the subject", async () => {
    const email = await member();
    const browser = site.browser({ address: "198.51.100.7" });
    const headers = {
      "user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
    };
    await browser.postJson("/login/mail", { email }, headers);
    const [mail] = await mailsTo(site, email);
    expect(mail?.subject).toBe("Log in to app.example.org");
    expect(mail?.code).toMatch(/^[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}$/);
    for (const part of [mail?.text, mail?.html]) {
      expect(part).toContain(mail?.code);
      expect(part).toContain(`${origin}/login/mail/confirm?token=${tokenOf(mail?.links[0])}`);
      expect(part).toContain("15 minutes");
      for (const fact of ["January 1, 2026", "Firefox on Linux", "198.51.100.7"])
        expect(part).toContain(fact);
    }
  });

  test("[EM-05] sign-in mails count with the other mails of the address, five an hour, for all requesters together", async () => {
    const own = newSite({ throttle: { ...noThrottle, mailsPerRecipient: 5 } });
    const email = await member(own);
    for (let count = 0; count < 2; count += 1) await own.browser().postJson("/forgot-password", { email });
    for (let count = 0; count < 6; count += 1) {
      expect((await own.browser().postJson("/login/mail", { email })).status).toBe(202);
    }
    const kinds = (await mailsTo(own, email)).map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind === "mail_login")).toHaveLength(2);
    // The fifth stays reserved for another reset.
    expect(kinds).toHaveLength(4);
  });

  test("[TH-05] requests are limited per source, for all addresses together", async () => {
    const own = newSite({ throttle: {} });
    const answers: Answer[] = [];
    for (let count = 0; count < 31; count += 1) {
      answers.push(await own.browser().postForm("/login/mail", { email: newAddress() }));
    }
    expect(answers.map(({ status }) => status)).toEqual([...Array(30).fill(200), 429]);
    expect(answers[30]?.headers.get("retry-after")).toBe("900");
    const elsewhere = own.browser({ address: "198.51.100.9" });
    expect((await elsewhere.postForm("/login/mail", { email: newAddress() })).status).toBe(200);
  });

  test("an invalid address is refused before anything else", async () => {
    const answer = await site.browser().postForm("/login/mail", { email: "nobody" });
    expect([answer.status, answer.text.includes('value="nobody"')]).toEqual([422, true]);
    expect((await site.browser().postJson("/login/mail", {})).fieldCodes("email")).toEqual(["required"]);
  });

  test("[KY-03] a stolen database holds neither the link's secret nor the code, and nothing that verifies codes", async () => {
    const { browser, token, code } = await asked(site, await member());
    const stolen = await databaseDump(site.auth.database);
    const bare = code.replace("-", "");
    const known = digest(browser.session()).toString("hex");
    // A thief could try 20^8 codes on these: digests of a code, alone or with the rest of its row.
    const digests = [code, bare, `${known} ${bare}`, `${known}\0${bare}`, `${known}${bare}`];
    const guesses = digests.flatMap((text) => [
      digest(text).toString("hex"),
      digest(text).toString("base64url"),
    ]);
    for (const secret of [token, code, bare, browser.session(), ...guesses])
      expect(stolen).not.toContain(secret);
    expect(stolen).toContain(known);
  });
});

describe("the link", () => {
  test("the link leads from the login page through the mailbox to the wanted page", async () => {
    const email = await member();
    const browser = site.browser();
    const login = await browser.get("/login?next=%2Fvault");
    const way = /href="(\/login\/mail[^"]*)"/.exec(login.text)?.[1] ?? "";
    const sent = await browser.submitForm(way, { email, next: "/vault", remember: "on" }, "/login/mail");
    expect([sent.status, sent.text.includes("Check your email")]).toEqual([200, true]);
    const link = new URL((await mailsTo(site, email))[0]?.links[0] ?? "");

    const opened = await browser.get(link.pathname + link.search);
    expect([opened.status, opened.location]).toEqual([303, confirm]);
    const page = await browser.get(confirm);
    expect(page.text).toContain(`log in as ${email}.`);
    expect(await browser.who()).toBeNull();
    const token = /name="token" value="([^"]+)"/.exec(page.text)?.[1] ?? "";
    const own = { origin, "sec-fetch-site": "same-origin" };
    const form = { token, csrf_token: tokenIn(page.text) };
    const answer = await browser.send("POST", confirm, { form, headers: own });
    expect([answer.status, answer.location]).toEqual([303, "/vault"]);
    expect(await browser.who()).toBe(email);
    const cookie = cookiesOf(answer).find(({ name }) => name === "__Host-session");
    expect(cookie?.attributes.get("max-age")).toBe(String(90 * 86_400));
  });

  test("programs get user and session, and the proof of the session", async () => {
    const email = await member();
    const { browser, token } = await asked(site, email);
    const page = await browser.get(`${confirm}?token=${token}`, { accept: "application/json" });
    expect(page.json()).toEqual({ csrf_token: expect.any(String), same_browser: true });
    const answer = await clicked(browser, token);
    expect([answer.status, answer.json()]).toEqual([
      200,
      {
        user: expect.objectContaining({ email }),
        session: expect.objectContaining({ methods: ["email_link"], remembered: false }),
        csrf_token: expect.any(String),
      },
    ]);
    expect(await browser.who()).toBe(email);
  });

  test("[VE-02] [RS-07] mail programs may open the link any number of times without using it", async () => {
    const { browser, token, code } = await asked(site, await member());
    for (const visitor of [site.browser(), browser]) {
      for (let count = 0; count < 5; count += 1) {
        const opened = await visitor.get(`${confirm}?token=${token}`);
        expect([opened.status, opened.location]).toEqual([303, confirm]);
        expect((await visitor.send("HEAD", `${confirm}?token=${token}`)).status).toBe(303);
        const page = await visitor.get(confirm);
        expect(page.headers.get("cache-control")).toBe("no-store, no-transform");
        expect(page.text).not.toContain(code);
        expect(page.text).not.toMatch(/(?:src|href|action)="(?:https?:)?\/\//);
        expect(await visitor.who()).toBeNull();
      }
    }
    expect((await clicked(browser, token)).status).toBe(200);
  });

  test("[VE-06] the link opened in another browser shows an explanation and starts no session", async () => {
    const email = await member();
    const { browser, token } = await asked(site, email);
    const other = site.browser();
    const page = await other.open(`${confirm}?token=${token}`);
    expect(page.status).toBe(200);
    expect(page.text).toContain("enter the code from the email");
    expect(page.text).not.toContain(email);
    expect(page.text).not.toContain("<form");
    const json = await other.get(`${confirm}?token=${token}`, { accept: "application/json" });
    expect(json.json()).toMatchObject({ same_browser: false });
    const signedIn = await site.signedIn(await member());
    for (const visitor of [other, signedIn]) {
      const before = await visitor.who();
      const form = await visitor.postForm(confirm, { token });
      expect([form.status, form.text.includes("enter the code from the email")]).toEqual([403, true]);
      const refused = await clicked(visitor, token);
      expect([refused.status, refused.code]).toEqual([403, "other_browser"]);
      expect(await visitor.who()).toBe(before);
    }
    expect((await clicked(browser, token)).status).toBe(200);
    expect(await browser.who()).toBe(email);
  });

  test("[VE-06] a browser with an invented, partly copied or lost value is another browser", async () => {
    const { browser, token, code } = await asked(site, await member());
    const value = browser.session();
    for (const forged of [
      "",
      value.slice(0, -1),
      `${value.slice(0, 22)}${"A".repeat(21)}`,
      inventedToken(),
    ]) {
      const stranger = site.browser({ cookie: `__Host-session=${forged}` });
      expect((await clicked(stranger, token)).code).toBe("other_browser");
      expect((await typed(stranger, code)).fieldCodes("code")).toEqual(["wrong_code"]);
    }
    expect((await clicked(browser, token)).status).toBe(200);
  });

  test("[VE-05] [RS-05] A-RC-03 link and code of one mail, used twenty times at once, start one session", async () => {
    const email = await member();
    const { browser, token, code } = await asked(site, email);
    const cookie = browser.jar.header;
    const headers = { origin, cookie, "x-csrf-token": await browser.csrfToken() };
    const proofs = Array.from({ length: 20 }, (_, index) => (index % 5 === 0 ? { code } : { token }));
    const answers = await Promise.all(
      proofs.map((json) => site.browser().send("POST", confirm, { json, headers })),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    for (const { status, code: refusal, setCookies } of answers) {
      if (status === 200) continue;
      expect(["link_invalid", "invalid_input"]).toContain(refusal);
      expect(setCookies.filter((each) => each.startsWith("__Host-session="))).toEqual([]);
    }
    const { id } = (await unwrap(site.auth.users.find({ who: email }))).user!;
    expect((await unwrap(site.auth.users.sessions({ userId: id }))).sessions).toHaveLength(1);
  });

  test("[RS-03] link and code work for 15 minutes from the request, as the mail says", async () => {
    const own = newSite();
    const email = await member(own);
    const first = await asked(own, email);
    own.clock.advance(15 * minute - 1);
    expect((await clicked(first.browser, first.token)).status).toBe(200);
    const second = await asked(own, email);
    own.clock.advance(15 * minute);
    const page = await second.browser.get(`${confirm}?token=${second.token}`);
    expect([page.status, page.text.includes('href="/login/mail"')]).toEqual([410, true]);
    expect((await clicked(second.browser, second.token)).code).toBe("link_invalid");
    expect((await typed(second.browser, second.code)).fieldCodes("code")).toEqual(["wrong_code"]);
    expect(await second.browser.who()).toBeNull();
  });

  test("[RS-04] a new mail to the same browser ends only the previous one of that browser", async () => {
    const email = await member();
    const first = await asked(site, email);
    const elsewhere = await asked(site, email);
    const second = await asked(site, email, first.browser);
    expect((await clicked(first.browser, first.token)).code).toBe("link_invalid");
    expect((await typed(first.browser, first.code)).fieldCodes("code")).toEqual(["wrong_code"]);
    expect((await clicked(elsewhere.browser, elsewhere.token)).status).toBe(200);
    expect((await clicked(second.browser, second.token)).status).toBe(200);
  });

  test("[RS-02] [KY-04] the link doesn't work for other purposes, nor their links here", async () => {
    const { browser, token, code } = await asked(site, await member());
    for (const path of ["/confirm-email", "/reset-password"]) {
      expect((await browser.postJson(path, { token, password: "a new quiet teapot" })).code).toBe(
        "link_invalid",
      );
    }
    const { choosePasswordLink } = await unwrap(site.auth.users.create({ email: newAddress() }));
    expect((await clicked(browser, tokenOf(choosePasswordLink))).code).toBe("link_invalid");
    expect((await clicked(browser, code)).code).toBe("link_invalid");
    expect((await typed(browser, token)).fieldCodes("code")).toEqual(["wrong_code"]);
    expect((await clicked(browser, token)).status).toBe(200);
  });

  test("[TH-09] wrong links count for the client address", async () => {
    const own = newSite({ throttle: { ...noThrottle, perAddress: 30 } });
    const { browser, token } = await asked(own, await member(own));
    for (let count = 0; count < 29; count += 1) {
      expect((await clicked(own.browser(), inventedToken())).status).toBe(410);
    }
    // A good link isn't a guess, nor is one in the wrong browser.
    for (let count = 0; count < 3; count += 1) {
      expect((await browser.open(`${confirm}?token=${token}`)).status).toBe(200);
      expect((await clicked(own.browser(), token)).code).toBe("other_browser");
    }
    expect((await own.browser().get(`${confirm}?token=${inventedToken()}`)).status).toBe(410);
    expect((await clicked(browser, token)).code).toBe("too_many_attempts");
    own.clock.advance("15m");
    expect((await clicked(own.browser(), inventedToken())).code).toBe("link_invalid");
  });
});

describe("the code", () => {
  test.each([
    (code: string) => code,
    (code: string) => code.toLowerCase(),
    (code: string) => code.replace("-", ""),
    (code: string) => ` ${code.replace("-", " ").toLowerCase()} `,
    (code: string) => code.replace("-", "\u2013"),
    (code: string) => [...code.replace("-", "")].join(" "),
  ])("the code is accepted in the requesting browser in every usual spelling (%#)", async (spelling) => {
    const email = await member();
    const { browser, code } = await asked(site, email, site.browser(), { next: "/vault" });
    const answer = await browser.submitForm(confirm, { code: spelling(code) });
    expect([answer.status, answer.location]).toEqual([303, "/vault"]);
    expect(await browser.who()).toBe(email);
  });

  test("the page after the request has the form for the code", async () => {
    const email = await member();
    const browser = site.browser();
    const sent = await browser.submitForm("/login/mail", { email });
    expect(sent.text).toContain(`action="${confirm}"`);
    const form = { code: (await mailsTo(site, email))[0]?.code ?? "", csrf_token: tokenIn(sent.text) };
    const answer = await browser.send("POST", confirm, { form, headers: { origin } });
    expect([answer.status, answer.location]).toEqual([303, "/dashboard"]);
  });

  test("[VE-05] the code of browser 1 is invalid in browser 2, even if that requested the same account", async () => {
    const email = await member();
    const first = await asked(site, email);
    const second = await asked(site, email);
    expect((await typed(second.browser, first.code)).fieldCodes("code")).toEqual(["wrong_code"]);
    expect((await typed(site.browser(), first.code)).fieldCodes("code")).toEqual(["wrong_code"]);
    expect(await second.browser.who()).toBeNull();
    expect((await typed(first.browser, first.code)).status).toBe(200);
    expect((await typed(first.browser, first.code)).fieldCodes("code")).toEqual(["wrong_code"]);
  });

  test("a wrong code shows the form again without it; an empty one is missing", async () => {
    const { browser, code } = await asked(site, await member());
    const wrong = wrongCode(code);
    const answer = await browser.submitForm(confirm, { code: wrong });
    expect(answer.status).toBe(422);
    expect(answer.text).toContain("That code is wrong or has expired.");
    expect(answer.text).not.toContain(wrong);
    for (const nothing of [{}, { code: "" }, { code: "  " }, { token: "", code: "" }]) {
      expect((await browser.postJson(confirm, nothing)).fieldCodes("code")).toEqual(["required"]);
    }
  });

  test("[VE-05] five wrong codes, a new mail and five wrong codes reach the limit, for the right one too", async () => {
    const own = newSite();
    const email = await member(own);
    const { browser } = await asked(own, email);
    expect(await wrongCodes(browser, 4)).toEqual(Array(4).fill("invalid_input"));
    const { code, token } = await asked(own, email, browser);
    expect(await wrongCodes(browser, 6)).toEqual(["invalid_input", ...Array(5).fill("too_many_attempts")]);
    const refused = await browser.submitForm(confirm, { code });
    expect([refused.status, refused.headers.get("retry-after")]).toEqual([429, "900"]);
    expect(await browser.who()).toBeNull();
    own.clock.advance(15 * minute - 1);
    expect((await typed(browser, code)).code).toBe("too_many_attempts");
    own.clock.advance(1);
    const again = await asked(own, email, browser);
    expect((await clicked(browser, token)).code).toBe("link_invalid");
    expect((await typed(browser, again.code)).status).toBe(200);
  });

  test("[VE-05] the link of the mail works after the tries of the code are used up", async () => {
    const { browser, token } = await asked(site, await member());
    await wrongCodes(browser, 6);
    expect((await clicked(browser, token)).status).toBe(200);
  });

  test("[TH-06] [VE-05] A-RC-04 of a hundred parallel guesses, the right one among them, five are checked", async () => {
    const { browser, code } = await asked(site, await member());
    const headers = { origin, cookie: browser.jar.header, "x-csrf-token": await browser.csrfToken() };
    const guesses = Array.from({ length: 100 }, (_, index) => (index === 50 ? code : wrongCode(code)));
    const answers = await Promise.all(
      guesses.map((guess) => site.browser().send("POST", confirm, { json: { code: guess }, headers })),
    );
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(95);
    expect(answers[50]?.status).toBe(429);
  });

  test("[TH-09] wrong codes of all browsers count for the client address, and are recorded", async () => {
    const own = newSite({ throttle: { ...noThrottle, perAddress: 30 } });
    const email = await member(own);
    for (let count = 0; count < 6; count += 1) await wrongCodes((await asked(own, email)).browser, 5);
    const { browser, code } = await asked(own, email);
    expect((await typed(browser, code)).code).toBe("too_many_attempts");
    const { id } = (await unwrap(own.auth.users.find({ who: email }))).user!;
    const recorded = await own.auth.database.one<{ count: number }>(
      "SELECT count(*) AS count FROM audit WHERE event = 'authn_login_fail' AND subject = $1",
      id,
    );
    expect(recorded?.count).toBe(30);
  });

  test("[TH-07] a success returns only its own try to the client address", async () => {
    const own = newSite({ throttle: { ...noThrottle, perAddress: 10 } });
    const email = await member(own);
    const { browser, code } = await asked(own, email);
    await wrongCodes(browser, 4);
    expect((await typed(browser, code)).status).toBe(200);
    const next = await asked(own, email);
    expect(await wrongCodes(next.browser, 5)).toEqual(Array(5).fill("invalid_input"));
    const last = await asked(own, email);
    expect(await wrongCodes(last.browser, 2)).toEqual(["invalid_input", "too_many_attempts"]);
  });

  test("[KY-02] [KY-04] a code survives a key rotation, ends with its key and is nothing under another purpose", async () => {
    const { codeMac, isCode } = await import("../../src/core/secrets/code.ts");
    const { createKeyRing } = await import("../../src/platform/crypto/index.ts");
    const core = (...keys: string[]) => ({ ...coreOf(site.auth), keys: createKeyRing(keys) });
    const browser = digest("a browser");
    const code = "BCDFGHJK";
    const key = "mail-login-code";
    const mac = codeMac(core("the old key"), key, browser, code);
    expect(isCode(core("the new key", "the old key"), key, browser, { code, mac })).toBe(true);
    expect(isCode(core("the new key"), key, browser, { code, mac })).toBe(false);
    expect(isCode(core("the old key"), key, digest("another"), { code, mac })).toBe(false);
    expect(isCode(core("the old key"), key, browser, { code: "BCDFGHJL", mac })).toBe(false);
    expect(isCode(core("the old key"), "cursor", browser, { code, mac })).toBe(false);
  });
});

describe("policy", () => {
  test("[TH-11] every way to a session uses completeLogin or renewSession, and this list is complete", () => {
    const files = readdirSync("src", { recursive: true, encoding: "utf8" })
      .map((file) => `src/${file.replaceAll("\\", "/")}`)
      .filter((file) => file.endsWith(".ts") && !/\.test\.ts$|store-contracts/.test(file));
    // Examples in doc comments call them too.
    const withoutComments = (text: string) => text.replace(/\/\*[\s\S]*?\*\//g, "");
    const callers = (pattern: RegExp) =>
      files.filter((file) => pattern.test(withoutComments(readFileSync(file, "utf8")))).sort();
    // Ways to sign in: password, registration (open mode), confirmation, sign-in by mail; and tests.
    expect(callers(/(?<!function )\bcompleteLogin\(/)).toEqual([
      "src/adapters/testing.ts",
      "src/features/email-confirmation/confirm-email.ts",
      "src/features/login/login.ts",
      "src/features/mail-login/confirm-mail-login.ts",
      "src/features/password-replacement/replace-password.ts",
      "src/features/registration/registration.ts",
    ]);
    // Sessions start and their cookie is set only here.
    expect(callers(/\bINSERT INTO sessions\b/)).toEqual(["src/core/sessions/queries.ts"]);
    expect(callers(/(?<!function )\binsertSession\(/)).toEqual(["src/core/sessions/issue-session.ts"]);
    expect(callers(/(?<!function )\bissueSession\(/)).toEqual(["src/core/login/complete-login.ts"]);
    // Besides those: acts that give an existing session a new value (password change, new address, fresh proof).
    expect(callers(/\.signIn\(/)).toEqual([
      "src/features/account/change-password.ts",
      "src/features/email-change/confirm-email-change.ts",
      "src/features/email-confirmation/confirm-email.ts",
      "src/features/login/login.ts",
      "src/features/mail-login/confirm-mail-login.ts",
      "src/features/password-replacement/replace-password.ts",
      "src/features/reauthenticate/reauthenticate.ts",
      "src/features/registration/registration.ts",
    ]);
  });

  test("[TH-11] a disabled account can't sign in by password, link or code", async () => {
    const own = newSite();
    const email = await member(own);
    const { browser, token, code } = await asked(own, email);
    const { id } = (await unwrap(own.auth.users.find({ who: email }))).user!;
    await unwrap(own.auth.users.disable({ userId: id }));
    expect((await browser.postJson("/login", { login: email, password })).status).toBe(401);
    // Disabling killed the mail; kept alive, policy still refuses it.
    await own.auth.database.run("UPDATE one_time_tokens SET consumed_at = NULL WHERE user_id = $1", id);
    expect((await browser.open(`${confirm}?token=${token}`)).status).toBe(410);
    expect((await clicked(browser, token)).code).toBe("link_invalid");
    expect((await typed(browser, code)).fieldCodes("code")).toEqual(["wrong_code"]);
    expect(await browser.who()).toBeNull();
  });

  test("[SL-07] [RS-04] [VE-01] disabling, a new password and another address end every mailed secret", async () => {
    const own = newSite();
    const kill: ((id: string, email: string) => Promise<unknown>)[] = [
      (id) => unwrap(own.auth.users.disable({ userId: id })),
      async (_, email) =>
        (await own.signedIn(email)).postJson("/account/password", {
          current_password: password,
          password: "a louder kettle",
        }),
      (id) =>
        own.auth.database.run("UPDATE users SET email = $2, email_key = $2 WHERE id = $1", id, newAddress()),
    ];
    for (const act of kill) {
      const email = await member(own);
      const { browser, token, code } = await asked(own, email);
      await act((await unwrap(own.auth.users.find({ who: email }))).user!.id, email);
      expect((await clicked(browser, token)).code).toBe("link_invalid");
      expect((await typed(browser, code)).fieldCodes("code")).toEqual(["wrong_code"]);
    }
  });

  test("[TH-11] [PW-11] a password that must be replaced is required here too, before any session", async () => {
    for (const way of ["token", "code"] as const) {
      const email = await member();
      await unwrap(
        site.auth.users.requirePasswordChange({
          userId: (await unwrap(site.auth.users.find({ who: email }))).user!.id,
        }),
      );
      const mail = await asked(site, email);
      const refused = await mail.browser.postJson(confirm, { [way]: mail[way] });
      expect([refused.status, refused.code]).toEqual([401, "password_change_required"]);
      expect(await mail.browser.who()).toBeNull();
      const again = await asked(site, email);
      const page = await again.browser.postForm(confirm, { [way]: again[way] });
      expect([page.status, page.location]).toEqual([303, "/login/choose-password"]);
      expect(await again.browser.who()).toBeNull();
      const chosen = { password: "another teapot altogether" };
      expect((await again.browser.postJson("/login/choose-password", chosen)).status).toBe(200);
      expect(await again.browser.who()).toBe(email);
    }
  });

  test("[VE-03] A-PH-06 a mail sign-in doesn't confirm an account that a stranger registered with this address", async () => {
    const open = newSite({ registration: "open" });
    const email = newAddress();
    const stranger = open.browser();
    expect((await stranger.postJson("/register", { email, password: "a stranger with a hat" })).status).toBe(
      201,
    );
    const owner = open.browser();
    await owner.postJson("/login/mail", { email });
    const mails = await mailsTo(open, email);
    expect(mails.map(({ kind }) => kind)).toEqual(["confirm_email", "confirm_email"]);
    expect((await unwrap(open.auth.users.find({ who: email }))).user?.emailVerified).toBe(false);
    // The other mail lets the owner choose a password, which ends the stranger's access.
    const token = tokenOf(mails[0]?.links[0]);
    expect((await owner.postJson("/confirm-email", { token })).code).toBe("password_required");
    expect((await owner.postJson("/confirm-email", { token, password })).status).toBe(200);
    expect([await owner.who(), await stranger.who()]).toEqual([email, null]);
  });

  test("[SL-01] A-SF-03 the session has a new value, and the former one is dead", async () => {
    const { browser, token } = await asked(site, await member());
    const before = browser.session();
    await clicked(browser, token);
    expect(browser.session()).not.toBe(before);
    expect(await site.sessionStatus(`__Host-session=${before}`)).toBe(401);
    const other = await member();
    const signedIn = browser.session();
    const second = await asked(site, other, browser);
    expect((await typed(browser, second.code)).status).toBe(200);
    expect(await browser.who()).toBe(other);
    expect(await site.sessionStatus(`__Host-session=${signedIn}`)).toBe(401);
  });

  test("[CF-01] the button and the code need the token of the requesting browser's forms", async () => {
    const { browser, token, code } = await asked(site, await member());
    const foreign = await site.browser().csrfToken();
    for (const proof of [{ token }, { code }]) {
      for (const csrf_token of ["", foreign, inventedToken()]) {
        const form = { ...proof, csrf_token };
        expect((await browser.send("POST", confirm, { form, headers: { origin } })).status).toBe(403);
      }
      const crossSite = { "sec-fetch-site": "cross-site", origin: "https://evil.example" };
      expect((await browser.postForm(confirm, proof, crossSite)).status).toBe(403);
    }
    expect(await browser.who()).toBeNull();
    expect((await clicked(browser, token)).status).toBe(200);
  });

  test.each([
    "https://evil.example/",
    "//evil.example",
    "/\\evil.example",
    "javascript:alert(1)",
    "/a/..//b",
  ])("[RD-01] the link leads to no other site: next %s", async (next) => {
    const { browser, code } = await asked(site, await member(), site.browser(), { next });
    const answer = await browser.submitForm(confirm, { code });
    expect([answer.status, answer.location]).toEqual([303, "/dashboard"]);
    const page = await site.browser().get(`/login/mail?next=${encodeURIComponent(next)}`);
    expect(page.text).toContain('name="next" value="/dashboard"');
  });

  test("[TH-13] a query starts no session, and a mail address in it sends no mail", async () => {
    const email = await member();
    const { browser, token, code } = await asked(site, email);
    const before = (await site.mails()).length;
    await browser.get(`/login/mail?email=${email}`);
    await browser.get(`${confirm}?code=${code}`);
    expect((await browser.postJson(`${confirm}?token=${token}&code=${code}`, {})).fieldCodes("code")).toEqual(
      ["required"],
    );
    expect(await browser.who()).toBeNull();
    expect((await site.mails()).length).toBe(before);
  });
});

describe("unusual browsers", () => {
  test("a browser whose session ended gets a separate value", async () => {
    const email = await member();
    const browser = await site.signedIn(email);
    const token = await browser.csrfToken();
    (
      await unwrap(
        site.auth.users.endSessions({
          userId: (await unwrap(site.auth.users.find({ who: email }))).user!.id,
        }),
      )
    ).sessions;
    const ended = browser.session();
    const answer = await browser.postJson("/login/mail", { email }, { "x-csrf-token": token });
    expect(answer.status).toBe(202);
    expect(browser.session()).not.toBe(ended);
    expect((await typed(browser, (await mailsTo(site, email))[0]?.code ?? "")).status).toBe(200);
    expect(await browser.who()).toBe(email);
  });

  test("/login/mail redirects if the browser is signed in", async () => {
    const browser = await site.signedIn(await member());
    const answer = await browser.get("/login/mail?next=%2Fvault");
    expect([answer.status, answer.location]).toEqual([303, "/vault"]);
  });

  test("functions bind to the browser of the request, and refuse without one", async () => {
    const email = await member();
    const { auth } = site;
    expect(
      await auth.account.requestMailLogin({ email }, auth.context({ address: "203.0.113.1" })),
    ).toMatchObject({
      ok: false,
      code: "other_browser",
    });
    const context = await auth.for(new Request(origin));
    expect(await auth.account.requestMailLogin({ email, remember: true }, context)).toEqual({
      ok: true,
      email,
      remember: true,
    });
    const code = (await mailsTo(site, email))[0]?.code ?? "";
    expect(
      await auth.account.confirmMailLogin({ code }, auth.context({ address: "192.0.2.1" })),
    ).toMatchObject({ ok: false, code: "other_browser" });
    const stranger = await auth.for(new Request(origin));
    expect(stranger.csrfToken).not.toBe("");
    expect(await auth.account.confirmMailLogin({ code }, stranger)).toMatchObject({
      ok: false,
      code: "invalid_input",
      fields: { code: [{ code: "wrong_code" }] },
    });
    const cookie = context
      .setCookies()
      .map((each) => each.split(";")[0])
      .join("; ");
    const back = await auth.for(new Request(origin, { headers: { cookie } }));
    expect(await auth.account.confirmMailLogin({ code }, back)).toMatchObject({
      ok: true,
      user: { email },
      session: { methods: ["email_link"], remembered: true },
    });
    expect(back.user?.email).toBe(email);
  });
});
