import { inspect } from "node:util";
import { unwrap } from "latchkey";
import { testPassword } from "latchkey/testing";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { repeatTransactions } from "../support/repeated-transactions.ts";
import { createSite, type Site, tokenOf } from "../support/site.ts";
import { inRequest, inScript } from "./support/in-request.ts";
import { terms } from "./support/terms.ts";
import { better, email } from "./support/ways-in.ts";
import { countInOneShard, wholeDatabase } from "./support/whole-database.ts";

countInOneShard();

/* A sign-in with a remaining step: its lifetime, its end and its owner. */

const path = "/login/choose-password";
let site: Site;
let userId: string;

beforeEach(async () => {
  site = createSite();
  userId = (await unwrap(site.auth.users.create({ email, password: testPassword }))).user.id;
  await unwrap(site.auth.users.requirePasswordChange({ userId }));
});
afterEach(() => site.close());

async function pending(to: Site = site, form: Record<string, string> = {}) {
  const browser = to.browser();
  const answer = await browser.postForm("/login", { login: email, password: testPassword, ...form });
  expect(answer.location).toBe(path);
  return browser;
}

const rows = (to: Site = site) => to.auth.database.all("SELECT user_id FROM pending_logins");

test("a pending sign-in lives for 10 minutes", async () => {
  const browser = await pending();
  site.clock.advance("599s");
  expect((await browser.get(path)).status).toBe(200);
  site.clock.advance("1s");
  const page = await browser.get(path);
  expect([page.status, page.location]).toEqual([303, `/login?next=${encodeURIComponent(path)}`]);
  const late = await browser.postJson(path, { password: better });
  expect([late.status, late.code]).toEqual([401, "login_required"]);
  expect(await rows()).toHaveLength(1);
  await site.auth.cleanUp();
  expect(await rows()).toEqual([]);
});

test("a pending sign-in works in its last second, and the clean-up keeps it", async () => {
  const browser = await pending();
  site.clock.advance("599s");
  await site.auth.cleanUp();
  expect((await browser.postForm(path, { password: better })).location).toBe("/dashboard");
  expect(await browser.who()).toBe(email);
});

const endings: Record<string, () => Promise<unknown>> = {
  "another password by a link": async () => {
    const { link } = await unwrap(site.auth.users.passwordLink({ userId }));
    await site.browser().postJson("/reset-password", { token: tokenOf(link), password: better });
  },
  "another demand for a new password": () => unwrap(site.auth.users.requirePasswordChange({ userId })),
  "the account being disabled": () => unwrap(site.auth.users.disable({ userId })),
  "the account being disabled and enabled again": async () => {
    await unwrap(site.auth.users.disable({ userId }));
    await unwrap(site.auth.users.enable({ userId }));
  },
  "a new role": () => unwrap(site.auth.users.setRoles({ userId, roles: ["analyst"] })),
  "the end of all sessions": () => unwrap(site.auth.users.endSessions({ userId })),
  "its own use": async () => {
    const other = site.browser();
    await other.postForm("/login", { login: email, password: testPassword });
    await other.postForm(path, { password: better });
  },
};

test.each(Object.entries(endings))("a pending sign-in ends with %s", async (_name, end) => {
  const browser = await pending();
  await end();
  const page = await browser.get(path);
  expect(page.status).toBe(303);
  const late = await browser.postJson(path, { password: `${better} too` });
  expect([late.status, late.code]).toEqual([401, "login_required"]);
  expect(await browser.sessionStatus()).toBe(401);
});

test("of two parallel requests with one pending sign-in, one continues", async () => {
  const browser = await pending();
  const csrf = await browser.csrfToken();
  const cookie = browser.jar.header;
  const send = (password: string) =>
    site.browser({ cookie }).postJson(path, { password }, { "x-csrf-token": csrf });
  const answers = await Promise.all([send(better), send(`${better} too`)]);
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 401]);
  expect(await site.auth.database.all("SELECT 1 FROM sessions WHERE ended_at IS NULL")).toHaveLength(1);
});

test("opening the page of a step has no effect", async () => {
  const browser = await pending();
  const before = await wholeDatabase(site.auth.database);
  for (let times = 0; times < 3; times += 1) expect((await browser.get(path)).status).toBe(200);
  expect((await browser.send("HEAD", path)).status).toBe(200);
  expect(await wholeDatabase(site.auth.database)).toEqual(before);
});

describe("a pending sign-in belongs to one browser", () => {
  test("another browser can't continue a pending sign-in, with or without the token", async () => {
    const victim = await pending();
    const token = victim.session();
    const other = site.browser();
    for (const input of [{ password: better }, { password: better, login: token }]) {
      const answer = await other.postJson(path, input);
      expect([answer.status, answer.code]).toEqual([401, "login_required"]);
    }
    expect((await other.get(path)).status).toBe(303);
    expect((await victim.postForm(path, { password: better })).location).toBe("/dashboard");
  });

  test("another browser's token doesn't replace a browser's session", async () => {
    const attacker = await pending();
    const browser = await site.signedIn("ben@example.org");
    const answer = await inRequest(site, browser, (auth) =>
      site.auth.account.replacePassword({ password: better, login: attacker.session() }, auth),
    );
    expect(answer.result).toMatchObject({ ok: false, code: "login_required" });
    expect(await browser.who()).toBe("ben@example.org");
  });

  test("an answer holds the value of a pending sign-in only in the cookie", async () => {
    const browser = await pending();
    const value = browser.session();
    expect((await browser.get(path)).text).not.toContain(value);
    expect((await browser.get(path, { accept: "application/json" })).text).not.toContain(value);
    expect((await browser.postForm(path, { password: "short" })).text).not.toContain(value);
  });
});

test("the page of a step without a pending sign-in leads to the login", async () => {
  const browser = site.browser();
  const page = await browser.get(path);
  expect([page.status, page.location]).toEqual([303, `/login?next=${encodeURIComponent(path)}`]);
  const problem = await browser.get(path, { accept: "application/json" });
  expect([problem.status, problem.code]).toEqual([401, "login_required"]);
  const posted = await browser.postForm(path, { password: better });
  expect([posted.status, posted.location?.split("?")[0]]).toEqual([303, "/login"]);
});

test("a refused choice leaves the sign-in pending, with the form and its sentence", async () => {
  const browser = await pending();
  const refused = await browser.postForm(path, { password: testPassword });
  expect(refused.status).toBe(422);
  expect(refused.text).toContain("Choose a password that&#39;s different from your current one.");
  expect(refused.text).toContain(`action="${path}"`);
  expect((await browser.postForm(path, { password: better })).location).toBe("/dashboard");
});

test("a pending sign-in allows a limited number of choices, since each may cost a hash", async () => {
  const browser = await pending();
  const csrf = await browser.csrfToken();
  const choose = () => browser.postJson(path, { password: testPassword }, { "x-csrf-token": csrf });
  for (let times = 0; times < 50; times += 1) expect((await choose()).status).toBe(422);
  const tooMany = await choose();
  expect([tooMany.status, tooMany.code]).toEqual([429, "too_many_attempts"]);
});

test("an account has at most 20 pending sign-ins, the newest", async () => {
  const first = await pending();
  for (let times = 0; times < 20; times += 1) {
    site.clock.advance("1s");
    await pending();
  }
  expect(await rows()).toHaveLength(20);
  expect((await first.get(path)).status).toBe(303);
});

test("a pending sign-in is neither a session of its account nor in an export", async () => {
  const browser = await pending();
  const value = browser.session();
  const { sessions } = await unwrap(site.auth.users.sessions({ userId }));
  expect(sessions).toEqual([]);
  await unwrap(site.auth.users.create({ email: "ben@example.org", password: testPassword }));
  const other = await site.signedIn("ben@example.org");
  const ben = (await unwrap(site.auth.users.find({ who: "ben@example.org" }))).user?.id ?? "";
  // As if a sign-in of this account had a remaining step.
  await site.auth.database.run("UPDATE pending_logins SET user_id = $1", ben);
  const { text } = await other.postForm("/account/export");
  for (const secret of [value, "proofs", "choose_password", "pending_login"])
    expect(text).not.toContain(secret);
});

test("erasing an account deletes its pending sign-ins", async () => {
  await pending();
  await site.auth.database.run("UPDATE users SET delete_after = $1, status = 'active'", site.clock.now());
  site.clock.advance("1s");
  await site.auth.cleanUp();
  expect(await rows()).toEqual([]);
});

test("a sign-in with a remaining step ends the browser's session, whatever its result", async () => {
  const browser = await site.signedIn("ben@example.org");
  const before = browser.session();
  const answer = await browser.postForm("/login", { login: email, password: testPassword });
  expect(answer.location).toBe(path);
  expect(await browser.sessionStatus()).toBe(401);
  expect(await site.sessionStatus(`${site.auth.settings.cookies.session}=${before}`)).toBe(401);
});

test("a script goes from step to step with the token that each refusal names", async () => {
  const with2 = createSite({ plugins: [terms] });
  const { auth } = with2;
  const { user } = await unwrap(auth.users.create({ email, password: testPassword }));
  await unwrap(auth.users.requirePasswordChange({ userId: user.id }));
  const script = inScript(with2);
  const first = await auth.account.login({ login: email, password: testPassword }, script);
  const one = first.ok ? "" : (first.next?.token.reveal() ?? "");
  expect(await auth.account.acceptTerms({ login: one }, script)).toMatchObject({ code: "login_required" });
  const second = await auth.account.replacePassword({ password: better, login: one }, script);
  expect(second).toMatchObject({ ok: false, code: "terms/required", next: { stage: "accept_terms" } });
  const two = second.ok ? "" : (second.next?.token.reveal() ?? "");
  expect(two).not.toBe(one);
  expect(await auth.account.acceptTerms({ login: two }, script)).toMatchObject({
    ok: true,
    session: { methods: ["password", "terms"] },
  });
  expect(await auth.account.acceptTerms({ login: two }, script)).toMatchObject({ code: "login_required" });
  await with2.close();
});

test("[LG-03] a refusal that is printed, logged or thrown shows no token of the pending sign-in", async () => {
  const browser = site.browser();
  const { result } = await inRequest(site, browser, (auth) =>
    site.auth.account.login({ login: email, password: testPassword }, auth),
  );
  const byScript = await site.auth.account.login({ login: email, password: testPassword }, inScript(site));
  for (const [refused, token] of [
    [result, browser.session()],
    [byScript, byScript.ok ? "" : (byScript.next?.token.reveal() ?? "")],
  ] as const) {
    expect(token).toMatch(/^[\w-]{43}$/);
    const thrown = await unwrap(refused).catch((error: unknown) => error);
    for (const value of [refused, thrown])
      for (const shown of [JSON.stringify(value), inspect(value, { depth: 9, showHidden: true }), `${value}`])
        expect(shown).not.toContain(token);
    expect(JSON.stringify(refused)).toContain('"token":"[redacted]"');
  }
});

test("transactions that run twice leave the same rows", async () => {
  async function walk(repeats: boolean) {
    const fresh = createSite({ plugins: [terms] });
    await fresh.auth.ready();
    const repeated = repeats ? repeatTransactions(fresh.auth.database) : () => 0;
    const { user } = await unwrap(fresh.auth.users.create({ email, password: testPassword }));
    await unwrap(fresh.auth.users.requirePasswordChange({ userId: user.id }));
    const browser = await pending(fresh, { remember: "on", next: "/notes" });
    expect((await browser.postForm(path, { password: better })).location).toBe("/login/terms");
    expect((await browser.postForm("/login/terms", {})).location).toBe("/notes");
    expect(await browser.who()).toBe(email);
    await fresh.mails();
    const whole = await wholeDatabase(fresh.auth.database);
    const times = repeated();
    await fresh.close();
    return { whole, times };
  }
  const once = await walk(false);
  const twice = await walk(true);
  expect(twice.times).toBeGreaterThan(4);
  expect(twice.whole).toEqual(once.whole);
});

describe("further ends and limits of a pending sign-in", () => {
  /** The same pending value in another client, as after a copy. */
  const copyOf = (browser: { jar: { header: string } }) => site.browser({ cookie: browser.jar.header });

  test("logging out ends the pending sign-in, for a copy of the cookie too", async () => {
    const browser = await pending();
    const copy = copyOf(browser);
    expect((await copy.get(path)).status).toBe(200);
    expect((await browser.postJson("/logout", {})).status).toBe(204);
    expect((await copy.get(path)).status).toBe(303);
    expect(await rows()).toEqual([]);
  });

  test("a completed sign-in of the same browser ends the pending one", async () => {
    await site.auth.users.create({ email: "eve@example.org", password: testPassword });
    const browser = await pending();
    const copy = copyOf(browser);
    await browser.postForm("/login", { login: "eve@example.org", password: testPassword });
    expect(await browser.who()).toBe("eve@example.org");
    expect((await copy.get(path)).status).toBe(303);
  });

  test("another browser's token doesn't sign in a browser whose session ended", async () => {
    const attacker = await pending();
    const browser = await site.signedIn("ben@example.org");
    const { user } = await unwrap(site.auth.users.find({ who: "ben@example.org" }));
    await unwrap(site.auth.users.endSessions({ userId: user?.id ?? "" }));
    const { result } = await inRequest(site, browser, (auth) =>
      site.auth.account.replacePassword({ password: better, login: attacker.session() }, auth),
    );
    expect(result).toMatchObject({ ok: false, code: "login_required" });
    expect(await browser.who()).toBeNull();
  });

  test("[AT-05] a bearer request's cookie doesn't continue a pending sign-in", async () => {
    const browser = await pending();
    const headers = { authorization: "Bearer x", accept: "application/json" };
    expect((await browser.send("GET", path, { headers })).status).toBe(401);
    expect((await browser.get(path)).status).toBe(200);
  });

  test.each(["https://evil.example/x", "//evil.example", "/\\evil.example", "javascript:alert(1)"])(
    "a function's result never leads to %s",
    async (next) => {
      await unwrap(site.auth.users.create({ email: "eve@example.org", password: testPassword }));
      const login = (to: string, as = "eve@example.org") =>
        site.auth.account.login({ login: as, password: testPassword, next: to }, inScript(site));
      expect(await login(next)).toMatchObject({ ok: true, next: null });
      expect(await login("/vault?a=1")).toMatchObject({ ok: true, next: "/vault?a=1" });
      const refused = await login(next, email);
      const token = refused.ok ? "" : (refused.next?.token.reveal() ?? "");
      const done = await site.auth.account.replacePassword(
        { password: better, login: token },
        inScript(site),
      );
      expect(done).toMatchObject({ ok: true, next: null });
    },
  );
});
