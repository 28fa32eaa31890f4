import { unwrap } from "latchkey";
import { testPassword } from "latchkey/testing";
import { expect, test } from "vitest";
import type { Browser } from "../support/browser.ts";
import { newAddress } from "../support/people.ts";
import { origin, type Site, tokenOf } from "../support/site.ts";
import { siteMaker } from "../support/sites.ts";

/* A right password on a new device, without the next step: the owner gets a notice. */

const newSite = siteMaker();
const step = "/login/choose-password";
const better = "seven grey cups on a shelf";

/** An account whose owner signed in once, and whose next sign-in has a remaining step. */
async function member(site: Site): Promise<{ email: string; owner: Browser; userId: string }> {
  const email = newAddress();
  const userId = (await unwrap(site.auth.users.create({ email, password: testPassword }))).user.id;
  const owner = await site.signedIn(email);
  await unwrap(site.auth.users.requirePasswordChange({ userId }));
  return { email, owner, userId };
}

async function begin(browser: Browser, email: string, headers: Record<string, string> = {}): Promise<void> {
  const answer = await browser.postForm("/login", { login: email, password: testPassword }, headers);
  expect(answer.location).toBe(step);
}

const notices = async (site: Site, email: string) =>
  (await site.mails()).filter(({ to, kind }) => to === email && kind === "unfinished_login");

test("[TH-10] an unfinished sign-in on a new device sends a notice after ten minutes", async () => {
  const site = newSite();
  const { email } = await member(site);
  const thief = site.browser({ address: "198.51.100.23" });
  const headers = { "user-agent": "Mozilla/5.0 (Windows NT 10.0) Gecko/20100101 Firefox/140.0" };
  await begin(thief, email, headers);
  site.clock.advance("599s");
  expect(await notices(site, email)).toEqual([]);
  site.clock.advance("1s");
  const [mail, ...others] = await notices(site, email);
  expect(others).toEqual([]);
  expect(mail?.subject).toBe("Unfinished login to your app.example.org account");
  for (const part of [mail?.text, mail?.html]) {
    for (const fact of [
      "on a new device",
      "January 1, 2026 at 12:00 AM",
      "Firefox on Windows",
      "198.51.100.23",
    ])
      expect(part).toContain(fact);
    expect(part).toContain(`${origin}/undo?token=${tokenOf(mail?.links[0])}`);
  }
});

test("[TH-10] a finished sign-in on a new device is reported once, as finished", async () => {
  const site = newSite();
  const { email } = await member(site);
  const browser = site.browser();
  await begin(browser, email);
  site.clock.advance("9m");
  expect((await browser.postForm(step, { password: better })).status).toBe(303);
  site.clock.advance("1h");
  expect(await notices(site, email)).toEqual([]);
  const kinds = (await site.mails()).filter(({ to }) => to === email).map(({ kind }) => kind);
  expect(kinds.filter((kind) => kind === "new_device")).toHaveLength(1);
});

test("[TH-10] opening the step, and a refused answer to it, don't withdraw the mail", async () => {
  const site = newSite();
  const { email } = await member(site);
  const browser = site.browser();
  await begin(browser, email);
  expect((await browser.get(step)).status).toBe(200);
  expect((await browser.postForm(step, { password: "short" })).status).toBe(422);
  site.clock.advance("10m");
  expect(await notices(site, email)).toHaveLength(1);
});

const silencers: Record<string, (browser: Browser, site: Site) => Promise<unknown>> = {
  "logging out": (browser) => browser.postJson("/logout"),
  "signing in to another account": async (browser, site) => {
    const other = newAddress();
    await unwrap(site.auth.users.create({ email: other, password: testPassword }));
    await browser.postForm("/login", { login: other, password: testPassword });
    expect(await browser.who()).toBe(other);
  },
  "forgetting the cookies": async (browser, site) => {
    browser.jar.set(site.auth.settings.cookies.session, "");
  },
};

test.each(Object.entries(silencers))("[TH-10] %s doesn't withdraw the notice", async (_name, silence) => {
  const site = newSite();
  const { email } = await member(site);
  const thief = site.browser();
  await begin(thief, email);
  await silence(thief, site);
  site.clock.advance("10m");
  expect(await notices(site, email)).toHaveLength(1);
});

test("[TH-10] typing the password again doesn't delay the mail, and the last step withdraws it", async () => {
  const site = newSite();
  const { email } = await member(site);
  const thief = site.browser();
  const forgetful = site.browser();
  await begin(thief, email);
  await begin(forgetful, email);
  site.clock.advance("6m");
  await begin(thief, email);
  await begin(forgetful, email);
  expect((await forgetful.postForm(step, { password: better })).status).toBe(303);
  site.clock.advance("4m");
  expect(await notices(site, email)).toHaveLength(1);
});

test("[TH-10] a known device, a first sign-in and an unconfirmed address get no notice", async () => {
  const site = newSite();
  const known = await member(site);
  await begin(known.owner, known.email);
  const fresh = newAddress();
  const { id } = (await unwrap(site.auth.users.create({ email: fresh, password: testPassword }))).user;
  await unwrap(site.auth.users.requirePasswordChange({ userId: id }));
  await begin(site.browser(), fresh);
  const unproven = await member(site);
  await site.auth.database.run("UPDATE users SET email_confirmed_at = NULL WHERE id = $1", unproven.userId);
  await begin(site.browser(), unproven.email);
  site.clock.advance("1h");
  for (const email of [known.email, fresh, unproven.email]) expect(await notices(site, email)).toEqual([]);
});

test("[EM-05] at most three such mails are sent an hour, and withdrawn ones don't count", async () => {
  const site = newSite();
  const { email, userId } = await member(site);
  for (let count = 0; count < 4; count += 1) {
    const browser = site.browser();
    await begin(browser, email);
    await browser.postForm(step, { password: better });
    const { link } = await unwrap(site.auth.users.passwordLink({ userId }));
    await site.browser().postJson("/reset-password", { token: tokenOf(link), password: testPassword });
    await unwrap(site.auth.users.requirePasswordChange({ userId }));
  }
  for (let count = 0; count < 5; count += 1) await begin(site.browser(), email);
  site.clock.advance("10m");
  expect(await notices(site, email)).toHaveLength(3);
  site.clock.advance("50m");
  await begin(site.browser(), email);
  site.clock.advance("10m");
  expect(await notices(site, email)).toHaveLength(4);
});

test("[TH-10] the mail is stored together with the pending sign-in or not at all", async () => {
  const site = newSite();
  const { email } = await member(site);
  await site.auth.database.run(
    "CREATE TRIGGER fault BEFORE INSERT ON audit WHEN NEW.event = 'authn_login_pending' BEGIN SELECT RAISE(ABORT, 'fault'); END",
  );
  const failed = await site.browser().postJson("/login", { login: email, password: testPassword });
  await site.auth.database.run("DROP TRIGGER fault");
  expect(failed.status).toBe(500);
  site.clock.advance("10m");
  expect(await notices(site, email)).toEqual([]);
});
