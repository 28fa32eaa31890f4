import { unwrap } from "latchkey";
import { testPassword } from "latchkey/testing";
import { describe, expect, test } from "vitest";
import { coreOf } from "../../src/assemble.ts";
import { knownDeviceId } from "../../src/core/devices/index.ts";
import { Secret } from "../../src/platform/crypto/index.ts";
import type { Browser } from "../support/browser.ts";
import { spyOnStatements } from "../support/database-spy.ts";
import { heldMail } from "../support/held-mail.ts";
import { newAddress } from "../support/people.ts";
import { inventedToken, origin, type Site, tokenOf } from "../support/site.ts";
import { siteMaker } from "../support/sites.ts";

const newSite = siteMaker({ login: { mail: true } });

const site = newSite();
const password = testPassword;
const device = "__Host-device";

async function member(where: Site = site): Promise<string> {
  const email = newAddress();
  await unwrap(where.auth.users.create({ email, password }));
  return email;
}

const kindsTo = async (where: Site, email: string) =>
  (await where.mails()).filter(({ to }) => to === email).map(({ kind }) => kind);

const notices = async (where: Site, email: string) =>
  (await kindsTo(where, email)).filter((kind) => kind === "new_device").length;

async function signIn(browser: Browser, email: string, typed = password): Promise<void> {
  expect((await browser.postJson("/login", { login: email, password: typed })).status).toBe(200);
}

/** Another browser with only this device cookie. */
const withDevice = (value: string | undefined) => site.browser({ cookie: `${device}=${value}` });

describe("notices", () => {
  test("[TH-10] a sign-in from a new device sends a notice with time, place, device and a way to object", async () => {
    const email = await member();
    await signIn(site.browser(), email);
    const browser = site.browser({ address: "198.51.100.23" });
    const headers = { "user-agent": "Mozilla/5.0 (Windows NT 10.0) Gecko/20100101 Firefox/140.0" };
    await browser.postForm("/login", { login: email, password }, headers);
    const mails = (await site.mails()).filter(({ to }) => to === email);
    expect(mails).toHaveLength(1);
    const [mail] = mails;
    expect(mail?.subject).toBe("New login to your app.example.org account");
    for (const part of [mail?.text, mail?.html]) {
      for (const fact of ["January 1, 2026", "Firefox on Windows", "198.51.100.23", "This wasn"]) {
        expect(part).toContain(fact);
      }
      expect(part).toContain(`${origin}/undo?token=${tokenOf(mail?.links[0])}`);
      expect(part).not.toContain(password);
    }
  });

  test("[TH-10] a foreign, an invented and a missing device cookie send a notice", async () => {
    const email = await member();
    await signIn(site.browser(), email);
    const other = site.browser();
    await signIn(other, await member());
    for (const [index, value] of [other.jar.get(device), inventedToken(), "", "x"].entries()) {
      await signIn(withDevice(value), email);
      expect(await notices(site, email)).toBe(index + 1);
    }
  });

  test("[TH-10] the owner gets a notice of the first 20 sign-ins in 15 minutes, and none is refused", async () => {
    const own = newSite({ throttle: {} });
    const email = await member(own);
    await signIn(own.browser(), email);
    for (let time = 0; time < 30; time += 1) await signIn(own.browser(), email);
    // The very first sign-in has no notice.
    expect(await notices(own, email)).toBe(19);
    const other = await member(own);
    for (let time = 0; time < 2; time += 1) await signIn(own.browser(), other);
    expect(await notices(own, other)).toBe(1);
    own.clock.advance("15m");
    await signIn(own.browser(), email);
    expect(await notices(own, email)).toBe(20);
  });

  test("[TH-10] the owner gets a notice of a sign-in by mail on a new device", async () => {
    const email = await member();
    await signIn(site.browser(), email);
    const browser = site.browser();
    await browser.postJson("/login/mail", { email });
    const code = (await site.mails()).find(({ to }) => to === email)?.code;
    expect((await browser.postJson("/login/mail/confirm", { code })).status).toBe(200);
    expect(await notices(site, email)).toBe(1);
  });

  test("[TH-10] a sign-in after every device of the account expired sends a notice", async () => {
    const own = newSite();
    const email = await member(own);
    await signIn(own.browser(), email);
    const { id } = (await unwrap(own.auth.users.find({ who: email }))).user!;
    (await unwrap(own.auth.users.endSessions({ userId: id }))).sessions;
    own.clock.advance("31d");
    await own.auth.cleanUp();
    const left = await own.auth.database.all("SELECT id FROM devices WHERE user_id = $1", id);
    expect(left).toEqual([]);
    await signIn(own.browser(), email);
    expect(await notices(own, email)).toBe(1);
  });

  test("[EM-03] A-EM-05 a new device sends a notice even if the mailbox got its five mails of the hour", async () => {
    const own = newSite({ throttle: {} });
    const email = await member(own);
    await signIn(own.browser(), email);
    for (let count = 0; count < 7; count += 1) await own.browser().postJson("/forgot-password", { email });
    await signIn(own.browser(), email);
    expect(await notices(own, email)).toBe(1);
  });

  test("[EM-05] the answer of a sign-in doesn't wait for the mail, whatever the mail server does", async () => {
    const mail = heldMail();
    const own = newSite({ mail: { transport: mail.transport } });
    const email = await member(own);
    for (let count = 0; count < 3; count += 1) await signIn(own.browser(), email);
    await mail.first;
    expect(mail.sent.map(({ kind, to }) => [kind, to])).toEqual([["new_device", email]]);
    mail.release();
  });

  test("[TH-10] the notice is stored together with the sign-in or not at all", async () => {
    const own = newSite();
    const email = await member(own);
    await signIn(own.browser(), email);
    await own.auth.database.run(
      "CREATE TRIGGER fault BEFORE INSERT ON audit WHEN NEW.event = 'session_created' BEGIN SELECT RAISE(ABORT, 'fault'); END",
    );
    const failed = await own.browser().postJson("/login", { login: email, password });
    await own.auth.database.run("DROP TRIGGER fault");
    expect(failed.status).toBe(500);
    expect(await kindsTo(own, email)).toEqual([]);
    const { count } = (await own.auth.database.one<{ count: number }>(
      "SELECT count(*) AS count FROM one_time_tokens WHERE purpose = 'undo'",
    ))!;
    expect(count).toBe(0);
  });
});

describe("no notice", () => {
  test("[TH-10] the first sign-in sends no notice", async () => {
    const email = await member();
    await signIn(site.browser(), email);
    expect(await kindsTo(site, email)).toEqual([]);
    const browser = site.browser();
    const registered = "newcomer@example.org";
    await browser.postJson("/register", { email: registered, password });
    await browser.postJson("/confirm-email", { token: await site.tokenTo(registered) });
    expect(await browser.who()).toBe(registered);
    expect(await kindsTo(site, registered)).toEqual(["confirm_email"]);
  });

  test("[TH-10] twenty wrong passwords from twenty devices send no notice", async () => {
    const email = await member();
    await signIn(site.browser(), email);
    for (let count = 0; count < 20; count += 1) {
      const answer = await site.browser().postJson("/login", { login: email, password: "not the teapot" });
      expect(answer.status).toBe(401);
    }
    expect(await kindsTo(site, email)).toEqual([]);
  });

  test("[TH-10] a known browser sends no notice: after a logout, and while signed in", async () => {
    const email = await member();
    const browser = site.browser();
    await signIn(browser, email);
    await browser.postForm("/logout");
    await signIn(browser, email);
    await signIn(browser, email);
    expect(await kindsTo(site, email)).toEqual([]);
  });

  test("[TH-10] a device revoked by a reset sends no notice and counts as unknown", async () => {
    const email = await member();
    const browser = site.browser();
    await signIn(browser, email);
    const value = browser.jar.get(device) ?? "";
    await site.browser().postJson("/forgot-password", { email });
    const chosen = "a louder kettle";
    const reset = { token: await site.tokenTo(email), password: chosen };
    expect((await site.browser().postJson("/reset-password", reset)).status).toBe(200);
    const { id } = (await unwrap(site.auth.users.find({ who: email }))).user!;
    const core = coreOf(site.auth);
    expect(await knownDeviceId(core, core.db, id, new Secret(value))).toBeNull();
    await signIn(withDevice(value), email, chosen);
    expect(await notices(site, email)).toBe(0);
    const recorded = await site.auth.database.all<{ detail: string }>(
      "SELECT detail FROM audit WHERE subject = $1 AND event = 'authn_login_success' ORDER BY id",
      id,
    );
    expect(recorded.map(({ detail }) => JSON.parse(detail).known_device)).toEqual([false, false]);
  });

  test("[TH-10] a browser with the previous device value, whose answer was lost, sends no notice", async () => {
    const email = await member();
    const browser = site.browser();
    await signIn(browser, email);
    const before = browser.jar.get(device);
    await signIn(browser, email);
    expect(browser.jar.get(device)).not.toBe(before);
    await signIn(withDevice(before), email);
    expect(await notices(site, email)).toBe(0);
    // An even older value is a copy.
    await signIn(browser, email);
    await signIn(withDevice(before), email);
    expect(await notices(site, email)).toBe(1);
  });

  test("[TH-10] parallel tabs of a known browser send no notice", async () => {
    const email = await member();
    const browser = site.browser();
    await signIn(browser, email);
    const value = browser.jar.get(device);
    await Promise.all([1, 2, 3].map(() => signIn(withDevice(value), email)));
    expect(await notices(site, email)).toBe(0);
  });

  test("[TH-10] a renewed session in a browser that lost its device cookie sends no notice", async () => {
    const email = await member();
    const browser = site.browser();
    await signIn(browser, email);
    browser.jar.set(device, inventedToken());
    expect((await browser.postJson("/reauthenticate", { password })).status).toBe(200);
    browser.jar.set(device, inventedToken());
    const change = { current_password: password, password: "a louder kettle" };
    expect((await browser.postJson("/account/password", change)).status).toBe(200);
    expect(await notices(site, email)).toBe(0);
  });

  test("[EM-03] no notice goes to an unconfirmed address, since a stranger could have registered it", async () => {
    const open = newSite({ registration: "open" });
    const email = "victim@example.org";
    await open.browser().postJson("/register", { email, password });
    for (let count = 0; count < 5; count += 1) await signIn(open.browser(), email);
    expect(await kindsTo(open, email)).toEqual(["confirm_email"]);
  });

  test("[TH-10] a sign-in that the policy refused sends no notice", async () => {
    const own = newSite();
    const email = await member(own);
    await signIn(own.browser(), email);
    await unwrap(
      own.auth.users.disable({ userId: (await unwrap(own.auth.users.find({ who: email }))).user!.id }),
    );
    expect((await own.browser().postJson("/login", { login: email, password })).status).toBe(401);
    expect(await notices(own, email)).toBe(0);
  });
});

test("[TH-10] a sign-in reads no row of the audit: the first, from a known device or from a new one", async () => {
  const email = await member();
  const first = site.browser();
  for (const browser of [first, first, site.browser()]) {
    const heard: string[] = [];
    const stop = spyOnStatements(site.auth.database, (sql) => void heard.push(sql));
    await signIn(browser, email);
    stop();
    expect(heard.filter((sql) => /INSERT INTO audit\b/.test(sql)).length).toBeGreaterThanOrEqual(2);
    expect(heard.filter((sql) => /audit/.test(sql) && !sql.startsWith("INSERT INTO audit "))).toEqual([]);
  }
  expect(await notices(site, email)).toBe(1);
});

describe("many wrong passwords before the right one", () => {
  const failing = newSite({ throttle: { perAccount: 5, perDevice: 5 } });
  const wrong = "a quiet teapot in the snow";

  /** Wrong passwords, a quarter of an hour apart after five. */
  async function fail(browser: Browser, email: string, times: number): Promise<void> {
    for (let count = 1; count <= times; count += 1) {
      expect((await browser.postJson("/login", { login: email, password: wrong })).status).toBe(401);
      if (count % 5 === 0) failing.clock.advance("16m");
    }
  }

  const mailsTo = async (email: string) => (await failing.mails()).filter(({ to }) => to === email);
  const recorded = async (email: string) => {
    const { id } = (await unwrap(failing.auth.users.find({ who: email }))).user as { id: string };
    const { records } = await unwrap(failing.auth.audit.list({ limit: 1000 }));
    return records.filter(({ event, subject }) => event === "authn_login_successafterfail" && subject === id);
  };

  test("[TH-10] [LG-01] ten wrong passwords before a known device's sign-in send one mail, and restart the count", async () => {
    const email = await member(failing);
    const browser = failing.browser();
    await signIn(browser, email);
    await fail(browser, email, 10);
    expect(await mailsTo(email)).toEqual([]);
    await signIn(browser, email);
    const [mail, ...others] = await mailsTo(email);
    expect(others).toEqual([]);
    expect(mail?.kind).toBe("login_after_failures");
    expect(mail?.subject).toBe("Login to your app.example.org account after wrong passwords");
    expect(mail?.text).toContain("a wrong password was entered 10 times in a row.");
    expect(mail?.text).toContain(`${origin}/undo?token=${tokenOf(mail?.links[0])}`);
    expect(await recorded(email)).toMatchObject([{ actor: expect.any(String), detail: { failures: 10 } }]);
    await signIn(browser, email);
    expect(await mailsTo(email)).toHaveLength(1);
    expect(await recorded(email)).toHaveLength(1);
  });

  test("[TH-10] wrong passwords before a sign-in on a new device are in the mail about the device", async () => {
    const email = await member(failing);
    await signIn(failing.browser(), email);
    await fail(failing.browser(), email, 12);
    await signIn(failing.browser(), email);
    const mails = await mailsTo(email);
    expect(mails.map(({ kind }) => kind)).toEqual(["new_device"]);
    expect(mails[0]?.text).toContain("a wrong password was entered 12 times in a row.");
  });

  test("[TH-10] nine wrong passwords cause no mail, and strangers' failures don't count on a known device", async () => {
    const email = await member(failing);
    const browser = failing.browser();
    await signIn(browser, email);
    await fail(browser, email, 9);
    await signIn(browser, email);
    await fail(failing.browser(), email, 20);
    await signIn(browser, email);
    expect(await mailsTo(email)).toEqual([]);
    expect((await recorded(email)).map(({ detail }) => detail)).toEqual([{ failures: 9 }]);
  });
});
