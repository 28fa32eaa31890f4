import { unwrap } from "latchkey";
import { testPassword } from "latchkey/testing";
import { afterEach, describe, expect, test } from "vitest";
import { inScript, requestAuth } from "../operations/support/in-request.ts";
import { terms } from "../operations/support/terms.ts";
import { better, email, runBy, waysIn } from "../operations/support/ways-in.ts";
import { createSite, noThrottle, type Site } from "../support/site.ts";

/* The hook `before.signIn`: called once for each sign-in, right after the proof, for every way in. */

let site: Site;
afterEach(() => site.close());

/** A hook that refuses this many times, and its calls. */
function refusing(times: number) {
  const asked: { email: string; username: string | null; method: string }[] = [];
  return {
    asked,
    signIn({ user, method }: { user: { email: string; username: string | null }; method: string }) {
      asked.push({ email: user.email, username: user.username, method });
      return asked.length <= times ? { refuse: "Not today." } : undefined;
    },
  };
}

describe("before.signIn", () => {
  test.each(Object.entries(waysIn))(
    "the hook is called once, after the proof, by: %s",
    async (_name, way) => {
      const { asked, signIn } = refusing(0);
      site = createSite({ ...way.options, before: { signIn }, plugins: [terms] });
      const { browser, name, input } = await way.prepare(site);
      expect(asked).toEqual([]);
      let given = await runBy("json", site, browser, name, input);
      expect(asked).toHaveLength(1);
      expect(asked[0]?.email).toBe(email);
      // Remaining steps don't call it again.
      if (given.next?.path === "/login/choose-password")
        given = await runBy("json", site, browser, "replacePassword", { password: `${better} too` });
      await runBy("json", site, browser, "acceptTerms", {});
      expect([await browser.who(), asked.length]).toEqual([email, 1]);
    },
  );

  test.each(Object.entries(waysIn))(
    "the hook refuses without using up the evidence, by: %s",
    async (_name, way) => {
      const { asked, signIn } = refusing(2);
      site = createSite({ ...way.options, before: { signIn }, plugins: [terms] });
      const { browser, name, input } = await way.prepare(site);
      const person = await runBy("page", site, browser, name, input);
      expect(person.code).toBe("422");
      const program = await runBy("json", site, browser, name, input);
      expect(program.code).toBe("refused");
      expect(await browser.sessionStatus()).toBe(401);
      expect(await site.auth.database.all("SELECT 1 FROM pending_logins")).toEqual([]);
      // The third time the hook allows it: link, code and registration are still valid.
      const third = await runBy("json", site, browser, name, input);
      expect([third.code, third.next === null]).not.toEqual(["refused", true]);
      expect([third.next === null, asked.length]).toEqual([false, 3]);
    },
  );

  test("the hook isn't called for a wrong password, an unknown account or a disabled one", async () => {
    const { asked, signIn } = refusing(99);
    site = createSite({ before: { signIn } });
    const { user } = await unwrap(site.auth.users.create({ email, password: testPassword }));
    const browser = site.browser();
    const wrong = await browser.postJson("/login", { login: email, password: better });
    await browser.postJson("/login", { login: "nobody@example.org", password: better });
    await unwrap(site.auth.users.disable({ userId: user.id }));
    const disabled = await browser.postJson("/login", { login: email, password: testPassword });
    expect([wrong.code, disabled.code, asked]).toEqual(["invalid_credentials", "invalid_credentials", []]);
  });

  test.each(["open", "confirm-first"] as const)(
    "the hook knows the id that the account will have, in %s mode",
    async (registration) => {
      const ids: string[] = [];
      site = createSite({ registration, before: { signIn: ({ user }) => void ids.push(user.id) } });
      const browser = site.browser();
      await browser.postJson("/register", { email, username: "anna", password: testPassword });
      if (registration === "confirm-first")
        await browser.postJson("/confirm-email", { token: await site.tokenTo(email) });
      expect(await browser.who()).toBe(email);
      expect(ids).toEqual([(await unwrap(site.auth.users.find({ who: email }))).user?.id]);
    },
  );

  test("the hook isn't called if no sign-in begins", async () => {
    const { asked, signIn } = refusing(0);
    site = createSite({ before: { signIn }, registration: "open" });
    const browser = site.browser();
    await browser.postJson("/register", { email, password: testPassword });
    expect(asked.splice(0)).toHaveLength(1);
    await browser.postJson("/confirm-email", { token: await site.tokenTo(email) });
    await browser.postJson("/reauthenticate", { password: testPassword });
    await browser.postJson("/account/password", { current_password: testPassword, password: better });
    expect([await browser.who(), asked]).toEqual([email, []]);
  });
});

describe("a refused sign-in", () => {
  test("a refused sign-in isn't a failed attempt, and clears none", async () => {
    const { asked, signIn } = refusing(4);
    site = createSite({ before: { signIn }, throttle: { ...noThrottle, perAccount: 4 } });
    await unwrap(site.auth.users.create({ email, password: testPassword }));
    const tryWith = async (password: string) =>
      (await site.browser().postJson("/login", { login: email, password })).code;
    for (let times = 0; times < 3; times += 1) expect(await tryWith(better)).toBe("invalid_credentials");
    for (let times = 0; times < 4; times += 1) expect(await tryWith(testPassword)).toBe("refused");
    expect(await tryWith(testPassword)).toBeNull();
    expect(asked).toHaveLength(5);
    const rows = await unwrap(site.auth.audit.list({ event: "authn_login_successafterfail" }));
    expect(rows.records.map(({ detail }) => detail)).toEqual([{ failures: 3 }]);
  });

  test("a refused sign-in doesn't add tries", async () => {
    site = createSite({
      before: { signIn: refusing(99).signIn },
      throttle: { ...noThrottle, perAccount: 4 },
    });
    await unwrap(site.auth.users.create({ email, password: testPassword }));
    const tryWith = async (password: string) =>
      (await site.browser().postJson("/login", { login: email, password })).code;
    for (let times = 0; times < 3; times += 1) await tryWith(better);
    expect(await tryWith(testPassword)).toBe("refused");
    expect(await tryWith(better)).toBe("invalid_credentials");
    expect(await tryWith(testPassword)).toBe("too_many_attempts");
  });

  test("a refused sign-in keeps its code valid", async () => {
    const { signIn } = refusing(7);
    site = createSite({ login: { mail: true }, before: { signIn } });
    await unwrap(site.auth.users.create({ email, password: testPassword }));
    const browser = site.browser();
    await browser.postJson("/login/mail", { email });
    const { code } = await site.mailTo(email);
    for (let times = 0; times < 7; times += 1)
      expect((await browser.postJson("/login/mail/confirm", { code })).code).toBe("refused");
    expect((await browser.postJson("/login/mail/confirm", { code })).status).toBe(200);
  });

  test("a refused sign-in leaves a row in the audit, and no false sentence for the owner", async () => {
    const { signIn } = refusing(1);
    site = createSite({ before: { signIn } });
    await unwrap(site.auth.users.create({ email, password: testPassword }));
    await site.auth.account.login({ login: email, password: testPassword }, inScript(site));
    const { records } = await unwrap(site.auth.audit.list({ event: "authn_login_fail" }));
    expect(records.map(({ detail }) => detail)).toEqual([{ method: "password", reason: "refused" }]);
    const browser = await site.signedIn(email);
    const { events } = await unwrap(site.auth.account.listActivity({}, await requestAuth(site, browser)));
    expect(events.filter(({ event }) => event === "authn_login_fail").map(({ text }) => text)).toEqual([
      "Login refused.",
    ]);
  });

  test("a refused link shows its own page again, with the sentence", async () => {
    const { signIn } = refusing(1);
    site = createSite({ login: { mail: true }, before: { signIn } });
    await unwrap(site.auth.users.create({ email, password: testPassword }));
    const browser = site.browser();
    await browser.postJson("/login/mail", { email });
    const token = await site.tokenTo(email);
    const page = `/login/mail/confirm?token=${token}`;
    const refused = await browser.submitForm(page, { token }, "/login/mail/confirm");
    expect([refused.status, refused.text.includes("Not today.")]).toEqual([422, true]);
    expect(refused.text).toContain(`name="token" value="${token}"`);
    expect((await browser.postForm("/login/mail/confirm", { token })).location).toBe("/dashboard");
  });
});
