import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { unwrap } from "latchkey";
import { testPassword } from "latchkey/testing";
import { describe, expect, test } from "vitest";
import { coreOf } from "../../src/assemble.ts";
import { credentialsChanged } from "../../src/core/sessions/index.ts";
import { seenFromOutside } from "../support/answer.ts";
import type { Browser } from "../support/browser.ts";
import { accountsSnapshot, databaseDump } from "../support/database-dump.ts";
import { spyOnStatements } from "../support/database-spy.ts";
import { expectDead } from "../support/dead-link.ts";
import { newAddress } from "../support/people.ts";
import { createSite, origin, type Site, tokenOf } from "../support/site.ts";
import { siteMaker } from "../support/sites.ts";

const newSite = siteMaker();

const site = newSite();
const open = newSite({ registration: "open" });
const password = testPassword;
const chosen = "chosen by the real owner";
const json = { accept: "application/json" };
const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

interface Member {
  email: string;
  id: string;
  browser: Browser;
}

async function member(where: Site = site): Promise<Member> {
  const email = newAddress();
  const browser = await where.signedIn(email);
  return { email, id: (await unwrap(where.auth.users.find({ who: email }))).user!.id, browser };
}

/** Requests a change and returns the token of the mailed link. */
async function asked(who: Member, to: string, where: Site = site): Promise<string> {
  const answer = await who.browser.postJson("/account/email", { email: to });
  expect(answer.status).toBe(202);
  const mail = await where.mailTo(to);
  expect(mail.kind).toBe("change_email");
  return tokenOf(mail.links[0]);
}

/** Changes the address as its owner would, a minute after the previous step. */
async function moved(who: Member, to: string, where: Site = site): Promise<void> {
  where.clock.advance(minute);
  const token = await asked(who, to, where);
  where.clock.advance(minute);
  expect((await who.browser.postJson("/confirm-email-change", { token })).status).toBe(200);
}

/** Mail to an address, newest first, except notices of sign-ins, which the tests cause often. */
const mailsTo = async (to: string, where: Site = site) =>
  (await where.mails()).filter((mail) => mail.to === to && mail.kind !== "new_device");

const login = async (email: string, typed: string = password, where: Site = site): Promise<number> =>
  (await where.browser().postJson("/login", { login: email, password: typed })).status;

const emailOf = async (id: string, where: Site = site) =>
  (await unwrap(where.auth.users.find({ who: id }))).user?.email;

const change = "/confirm-email-change";

describe("a request for another address", () => {
  test("[CE-01] a sign-in older than 10 minutes opens no form, and one older than 20 submits none", async () => {
    const email = newAddress();
    const before = await site.as(email, { authenticatedAgo: "20m" });
    const browser = site.browser({ cookie: before.cookie });
    const page = await browser.get("/account/email");
    expect([page.status, page.location]).toEqual([303, "/reauthenticate?next=%2Faccount%2Femail"]);
    const program = await browser.get("/account/email", json);
    expect([program.status, program.code]).toEqual([403, "reauthentication_required"]);
    // Filled in while the sign-in was fresh enough to open the form.
    expect((await browser.postJson("/account/email", { email: newAddress() })).status).toBe(202);

    site.clock.advance(1);
    const state = await accountsSnapshot(site.auth.database);
    const wanted = newAddress();
    const posted = await browser.postForm("/account/email", { email: wanted });
    expect([posted.status, posted.location]).toEqual([303, "/reauthenticate?next=%2Faccount%2Femail"]);
    for (const extra of [{}, { fresh: true, authenticated_at: "2999-01-01", password }]) {
      const answer = await browser.postJson("/account/email", { email: wanted, ...extra });
      expect([answer.status, answer.code]).toEqual([403, "reauthentication_required"]);
    }
    const context = await site.auth.for(new Request(origin, { headers: { cookie: before.cookie } }));
    expect(await site.auth.account.changeEmail({ email: wanted }, context)).toMatchObject({
      code: "reauthentication_required",
    });
    expect(await accountsSnapshot(site.auth.database)).toBe(state);

    await browser.postJson("/reauthenticate", { password });
    expect((await browser.postJson("/account/email", { email: wanted })).status).toBe(202);
  });

  test("[CE-02] the old address signs in and gets resets until the change is confirmed, then only the new one", async () => {
    const who = await member();
    const wanted = newAddress();
    const token = await asked(who, wanted);
    const resets = async (email: string) => {
      await site.browser().postJson("/forgot-password", { email });
      return (await mailsTo(email)).filter(({ text }) => text.includes("/reset-password")).length;
    };
    expect([await login(who.email), await login(wanted)]).toEqual([200, 401]);
    expect([await resets(who.email), await resets(wanted)]).toEqual([1, 0]);
    expect(await emailOf(who.id)).toBe(who.email);

    expect((await who.browser.postJson(change, { token })).status).toBe(200);
    expect([await login(who.email), await login(wanted)]).toEqual([401, 200]);
    expect([await resets(who.email), await resets(wanted)]).toEqual([1, 1]);
  });

  test("[CE-02] [VE-01] A-PH-08 a proof belongs to one address: only the link to another address proves that one", async () => {
    const email = newAddress();
    const browser = open.browser();
    await browser.postJson("/register", { email, password });
    const old = await open.tokenTo(email);
    const wanted = newAddress();
    const who = { email, browser, id: (await unwrap(open.auth.users.find({ who: email }))).user!.id };
    const token = await asked(who, wanted, open);
    expect((await unwrap(open.auth.users.find({ who: email }))).user?.emailVerified).toBe(false);

    expect((await browser.postJson(change, { token })).status).toBe(200);
    expect((await unwrap(open.auth.users.find({ who: who.id }))).user).toMatchObject({
      email: wanted,
      emailVerified: true,
    });
    // The link to the old address no longer works.
    await expectDead(open, "/confirm-email", old);
    expect(await emailOf(who.id, open)).toBe(wanted);
  });

  test("[CE-04] [PV-03] a free, a taken and a disabled account's address get the same answer and the same delay", async () => {
    const taken = (await member()).email;
    const disabled = await member();
    await unwrap(site.auth.users.disable({ userId: disabled.id }));
    for (const send of ["postForm", "postJson"] as const) {
      const seen = [];
      for (const email of [newAddress(), taken, disabled.email]) {
        const who = await member();
        const answer = await who.browser[send]("/account/email", { email });
        // The result of the job must not show afterwards.
        await site.auth.deliverMail();
        const waiting = await who.browser.get("/account/email", json);
        expect(waiting.json()).toMatchObject({ email: who.email, pending_email: email });
        const form = await who.browser.get("/account/email");
        seen.push([answer, form, waiting].map((each) => seenFromOutside(each, email, who.email)));
      }
      expect(seen[0]?.[0]).toMatchObject({ status: send === "postForm" ? 200 : 202 });
      for (const other of seen.slice(1)) expect(other).toEqual(seen[0]);
    }
  });

  test("[CE-04] the owner of a taken address gets a mail without a name and without a link that changes anything", async () => {
    const who = await member();
    const owner = await member();
    await who.browser.postJson("/account/email", { email: owner.email.toUpperCase() });
    const [mail, ...others] = await mailsTo(owner.email);
    expect([mail?.kind, others]).toEqual(["change_to_taken_email", []]);
    expect(mail?.text).not.toContain(who.email);
    expect(mail?.links).toEqual([`${origin}/login`]);
    expect(await mailsTo(owner.email.toUpperCase())).toEqual([]);
    expect([await emailOf(who.id), await emailOf(owner.id)]).toEqual([who.email, owner.email]);
    expect([await login(who.email), await login(owner.email)]).toEqual([200, 200]);
  });

  test("[CE-04] a request runs the same statements for a free and a taken address", async () => {
    const own = newSite();
    const taken = (await member(own)).email;
    const browsers = [await member(own), await member(own)];
    await own.auth.deliverMail();
    await coreOf(own.auth).outbox.stop();
    const statements: string[] = [];
    spyOnStatements(own.auth.database, (sql) => statements.push(sql));
    const runs: string[][] = [];
    for (const [index, email] of [newAddress(), taken].entries()) {
      const csrf = await browsers[index]!.browser.csrfToken();
      statements.length = 0;
      const answer = await browsers[index]!.browser.postJson(
        "/account/email",
        { email },
        { "x-csrf-token": csrf },
      );
      expect(answer.status).toBe(202);
      runs.push([...statements]);
    }
    expect(runs[0]!.length).toBeGreaterThan(5);
    expect(runs[1]).toEqual(runs[0]);
    expect(runs[0]!.join("\n")).not.toContain("email_key = $1");
  });

  test("[CE-04] [EM-05] over the mail limit of an address the answer is the same, and no further mail is sent", async () => {
    const capped = newSite({ throttle: {} });
    const wanted = newAddress();
    const taken = (await member(capped)).email;
    const who = await member(capped);
    for (const email of [wanted, taken]) {
      const seen = [];
      for (let count = 0; count < 7; count += 1) {
        const browser = capped.browser({ cookie: who.browser.jar.header, address: `203.0.113.${count}` });
        const answer = await browser.postJson("/account/email", { email });
        await capped.auth.deliverMail();
        seen.push(seenFromOutside(answer, email));
      }
      expect(new Set(seen.map((each) => JSON.stringify(each))).size).toBe(1);
      expect(seen[0]).toMatchObject({ status: 202 });
      // One mail of the hour stays reserved for the owner's way back in.
      expect(await mailsTo(email, capped)).toHaveLength(email === taken ? 4 : 5);
    }
    // Notices of changes have no limit.
    expect(await mailsTo(who.email, capped)).toHaveLength(14);
  });

  test("[EM-05] [TH-09] requests are limited per client address", async () => {
    const limited = newSite({ throttle: {} });
    const who = await member(limited);
    const statuses = [];
    for (let count = 0; count < 32; count += 1) {
      statuses.push((await who.browser.postJson("/account/email", { email: newAddress() })).status);
    }
    expect(statuses).toEqual([...new Array(30).fill(202), 429, 429]);
    const form = await who.browser.postForm("/account/email", { email: newAddress() });
    expect([form.status, form.headers.has("retry-after")]).toEqual([429, true]);
  });

  test("[EM-02] anything but one plain mailbox is refused", async () => {
    const { browser, email } = await member();
    for (const wanted of [
      '"e@evil.example"@victim.example',
      "a@victim.example,e@evil.example",
      "a@victim.example;e@evil.example",
      "<e@evil.example>a@victim.example",
      "group: e@evil.example;",
      "a@[127.0.0.1]",
      "a%evil.example@victim.example",
      "a@victim.example\nBcc: e@evil.example",
    ]) {
      expect((await browser.postJson("/account/email", { email: wanted })).status).toBe(422);
    }
    expect(await mailsTo(email)).toEqual([]);
  });
});

describe("the mails", () => {
  test("[CE-03] [EM-03] A-EM-06 the old address gets notices of request and change, the new one of the change", async () => {
    const own = newSite();
    const who = await member(own);
    const wanted = newAddress();
    const headers = {
      "user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
    };
    await who.browser.postJson("/account/email", { email: wanted }, headers);
    const token = await own.tokenTo(wanted);
    own.clock.advance(minute);
    await who.browser.postJson(change, { token }, headers);

    const toOld = await mailsTo(who.email, own);
    expect(toOld.map(({ kind }) => kind)).toEqual(["email_changed", "email_change_requested"]);
    const [done, request] = toOld;
    for (const [mail, time] of [
      [request, "January 1, 2026 at 12:00"],
      [done, "January 1, 2026 at 12:01"],
    ] as const) {
      for (const part of [mail!.text, mail!.html]) {
        expect(part).toContain(time);
        expect(part).toContain("Firefox on Linux");
        expect(part).toContain("127.0.0.1");
        expect(part).toContain("7 days");
        expect(part).toContain(`${origin}/undo?token=`);
        expect(part).not.toContain(wanted);
      }
      expect(mail!.subject).not.toMatch(/@|token/);
    }

    const [welcome, link] = await mailsTo(wanted, own);
    expect([welcome?.kind, link?.kind]).toEqual(["email_changed", "change_email"]);
    expect(welcome?.text).toContain("Firefox on Linux");
    // The new address can't undo the change of the old one.
    expect(welcome?.links).toEqual([`${origin}/account`]);
    expect(link?.text).toContain("an hour");
    // A wrong recipient must not learn the owner's place.
    expect(link?.text).not.toContain("127.0.0.1");
    expect(`${link?.text}${welcome?.text}`).not.toContain(who.email);
  });

  test("[EM-03] A-EM-05 flooding a mailbox first doesn't suppress the notice", async () => {
    const capped = newSite({ throttle: {} });
    const who = await member(capped);
    for (let count = 0; count < 20; count += 1) {
      const stranger = capped.browser({ address: `203.0.113.${count}` });
      await stranger.postJson("/forgot-password", { email: who.email });
    }
    const flooded = (await mailsTo(who.email, capped)).length;
    expect(flooded).toBeLessThanOrEqual(5);
    await moved(who, newAddress(), capped);
    const notices = (await mailsTo(who.email, capped)).slice(0, -flooded);
    expect(notices.map(({ kind }) => kind)).toEqual(["email_changed", "email_change_requested"]);
  });

  test("[VE-01] an unproven old address gets no notice: a mistyped mailbox must not get the account", async () => {
    const mistyped = newAddress();
    const browser = open.browser();
    expect((await browser.postJson("/register", { email: mistyped, password })).status).toBe(201);
    const wanted = newAddress();
    expect((await browser.postJson("/account/email", { email: wanted })).status).toBe(202);
    const confirmed = await browser.postJson("/confirm-email-change", { token: await open.tokenTo(wanted) });
    expect(confirmed.status).toBe(200);
    const change = { current_password: password, password: "seven copper kettles" };
    expect((await browser.postJson("/account/password", change)).status).toBe(200);
    expect((await mailsTo(mistyped, open)).map(({ kind }) => kind)).toEqual(["confirm_email"]);
    expect((await mailsTo(wanted, open)).map(({ kind }) => kind)).toContain("password_changed");
  });

  test("[RS-06] A-HH-01 A-HH-02 A-HH-04 links are built from the configuration, whatever the request says", async () => {
    const own = newSite();
    const who = await member(own);
    const wanted = newAddress();
    const hostile = {
      host: "evil.example",
      "x-forwarded-host": "evil.example",
      "x-host": "evil.example",
      "x-forwarded-server": "evil.example",
      "x-original-host": "evil.example",
      forwarded: "host=evil.example;proto=http",
      "x-forwarded-proto": "http",
      "x-forwarded-port": "8443",
      "x-forwarded-prefix": "//evil.example",
      referer: "https://evil.example/",
    };
    const body = { email: wanted, redirectTo: "https://evil.example", origin: "https://evil.example" };
    expect((await who.browser.postJson("/account/email", body, hostile)).status).toBe(202);
    const token = await own.tokenTo(wanted);
    expect((await who.browser.postJson(change, { token }, hostile)).status).toBe(200);
    const undo = await own.tokenTo(who.email);
    expect((await own.browser().postJson("/undo", { token: undo }, hostile)).status).toBe(200);
    const mails = [...(await mailsTo(wanted, own)), ...(await mailsTo(who.email, own))];
    expect(mails).toHaveLength(6);
    for (const mail of mails) {
      for (const link of mail.links) expect(new URL(link).origin).toBe(origin);
      expect(mail.text + mail.html).not.toMatch(/evil\.example|8443|http:\/\//);
    }
    const foreign = await who.browser.postJson(
      "/account/email",
      { email: newAddress() },
      { origin: "https://evil.example" },
    );
    expect([foreign.status, foreign.code]).toEqual([403, "csrf_failed"]);
  });

  test("[LG-03] A-RS-11 no log and no record holds a token or an address", async () => {
    const own = newSite();
    const who = await member(own);
    const wanted = newAddress();
    const token = await asked(who, wanted, own);
    await who.browser.get(`${change}?token=${token}`);
    await who.browser.postForm(change, { token });
    const undo = await own.tokenTo(who.email);
    await own.browser().get(`/undo?token=${undo}`);
    await own.browser().postForm("/undo", { token: undo });
    const records = await own.auth.database.all<{ event: string; detail: string }>(
      "SELECT event, detail FROM audit ORDER BY id",
    );
    const events = records.map(({ event }) => event);
    for (const event of ["user_email_change_requested", "user_email_changed", "user_change_undone"]) {
      expect(events.filter((each) => each === event)).toHaveLength(1);
    }
    const written = JSON.stringify([own.log, records]);
    for (const secret of [token, undo, who.email, wanted]) expect(written).not.toContain(secret);
  });
});

describe("a pending change dies", () => {
  /** Acts that end the pending change, from outside or in another browser. */
  const causes: Record<string, (who: Member, where: Site) => Promise<unknown>> = {
    "when its hour is over": async (_, where) => where.clock.advance(hour),
    "with a newer request": async ({ browser }) =>
      expect((await browser.postJson("/account/email", { email: newAddress() })).status).toBe(202),
    "with a newer request for a taken address": async ({ browser }, where) => {
      const { email } = await member(where);
      expect((await browser.postJson("/account/email", { email })).status).toBe(202);
    },
    "with a change of the password": async ({ browser }) => {
      const body = { current_password: password, password: chosen };
      expect((await browser.postJson("/account/password", body)).status).toBe(200);
    },
    "[RS-10] with a reset": async ({ email }, where) => {
      await where.browser().postJson("/forgot-password", { email });
      const token = await where.tokenTo(email);
      const answer = await where.browser().postJson("/reset-password", { token, password: chosen });
      expect(answer.status).toBe(200);
    },
    "when its owner ends every session": ({ id }, where) =>
      where.auth.database.transaction((tx) =>
        credentialsChanged(coreOf(where.auth), tx, { userId: id, reason: "ended_by_user", actor: null }),
      ),
    "when an operator ends every session": ({ id }, where) =>
      unwrap(where.auth.users.endSessions({ userId: id })).then(({ sessions }) => sessions),
    "when the rights change": ({ id }, where) =>
      unwrap(where.auth.users.setRoles({ userId: id, roles: ["editor"] })),
    "when the account is disabled": ({ id }, where) => unwrap(where.auth.users.disable({ userId: id })),
    "when the account is closed by hand in the database": ({ id }, where) =>
      where.auth.database.run("UPDATE users SET status = 'disabled' WHERE id = $1", id),
    "for good, though the account is enabled again": async ({ id }, where) => {
      await unwrap(where.auth.users.disable({ userId: id }));
      await unwrap(where.auth.users.enable({ userId: id }));
    },
    "when a notice is answered with this wasn't me": async ({ email }, where) => {
      const token = await where.tokenTo(email);
      expect((await where.browser().postJson("/undo", { token })).status).toBe(200);
    },
    "with the account": ({ id }, where) => where.auth.database.run("DELETE FROM users WHERE id = $1", id),
  };

  test.each(Object.entries(causes))("[CE-05] A-RS-03 A-RS-04 a change dies with %s", async (_, cause) => {
    const own = newSite();
    const who = await member(own);
    const wanted = newAddress();
    const token = await asked(who, wanted, own);
    expect((await own.browser().get(`${change}?token=${token}`)).status).toBe(303);
    const before = await emailOf(who.id, own);
    await cause(who, own);
    await expectDead(own, change, token);
    await expectDead(own, change, token, who.browser);
    const after = (await unwrap(own.auth.users.find({ who: who.id }))).user;
    expect(after === null ? before : after.email).toBe(before);
    expect((await unwrap(own.auth.users.find({ who: wanted }))).user).toBeNull();
  });

  const early: typeof causes = { "nothing did": async () => undefined };
  for (const [name, cause] of Object.entries(causes)) {
    if (!/reset|this wasn't me/.test(name)) early[name] = cause;
  }

  test.each(Object.entries(early))(
    "[CE-05] a pending change dies before its mail was written: %s",
    async (name, cause) => {
      const folder = mkdtempSync(join(tmpdir(), "latchkey-email-change-"));
      const database = `sqlite:${join(folder, "app.db")}` as const;
      // Two processes over one database: the first takes requests, the second sends mail, later.
      const web = createSite({ database });
      const who = await member(web);
      await web.auth.deliverMail();
      await coreOf(web.auth).outbox.stop();
      const wanted = newAddress();
      expect((await who.browser.postJson("/account/email", { email: wanted })).status).toBe(202);
      await cause(who, web);
      const mailer = createSite({ database, clock: web.clock });
      expect(await mailsTo(wanted, mailer)).toHaveLength(name === "nothing did" ? 1 : 0);
      await web.close();
      await mailer.close();
      rmSync(folder, { recursive: true, force: true });
    },
  );

  test("[CE-05] a request already running when the session ended starts no change", async () => {
    const who = await member();
    const { cookie } = await site.as(who.email);
    const context = await site.auth.for(new Request(origin, { headers: { cookie } }));
    expect(context.user?.email).toBe(who.email);
    (await unwrap(site.auth.users.endSessions({ userId: who.id }))).sessions;
    const wanted = newAddress();
    expect(await site.auth.account.changeEmail({ email: wanted }, context)).toMatchObject({
      code: "login_required",
    });
    expect([await mailsTo(wanted), await mailsTo(who.email)]).toEqual([[], []]);
  });

  test("[CE-05] A-PH-04 the owner recovers an account that a stranger registered and moved to another address", async () => {
    const victim = newAddress();
    const stranger = open.browser();
    await stranger.postJson("/register", { email: victim, password });
    const id = (await unwrap(open.auth.users.find({ who: victim }))).user!.id;
    const token = await asked({ email: victim, browser: stranger, id }, newAddress(), open);

    await open.browser().postJson("/forgot-password", { email: victim });
    const reset = { token: await open.tokenTo(victim), password: chosen };
    expect((await open.browser().postJson("/reset-password", reset)).status).toBe(200);
    await expectDead(open, change, token, stranger);
    expect(await emailOf(id, open)).toBe(victim);
    expect(await login(victim, chosen, open)).toBe(200);
  });
});

describe("the link to the new address", () => {
  test("[VE-01] [RS-02] the link holds 256 random bits, is stored as a digest, and fails for other purposes and accounts", async () => {
    const who = await member();
    const other = await member();
    const wanted = newAddress();
    const token = await asked(who, wanted);
    const undo = await site.tokenTo(who.email);
    const dump = await databaseDump(site.auth.database);
    for (const secret of [token, undo]) {
      expect(Buffer.from(secret, "base64url")).toHaveLength(32);
      expect(dump).not.toContain(secret);
      expect(dump).not.toContain(Buffer.from(secret, "base64url").toString("hex"));
    }
    for (const path of ["/undo", "/confirm-email", "/reset-password"]) await expectDead(site, path, token);
    for (const path of [change, "/confirm-email", "/reset-password"]) await expectDead(site, path, undo);
    for (const spelling of [`${token}=`, `${token}A`, token.slice(0, -1), ` ${token}`, "A".repeat(43)]) {
      expect((await who.browser.postJson(change, { token: spelling })).code).toBe("link_invalid");
    }
    const digests = await site.auth.database.all<{ digest: Uint8Array }>(
      "SELECT digest FROM one_time_tokens WHERE user_id = $1",
      who.id,
    );
    expect(digests.length).toBeGreaterThanOrEqual(2);
    for (const { digest } of digests) {
      const stolen = Buffer.from(digest).toString("base64url");
      expect((await site.browser().postJson(change, { token: stolen })).code).toBe("link_invalid");
      expect((await site.browser().postJson("/undo", { token: stolen })).code).toBe("link_invalid");
    }
    // Only the row names the account, not the session or the body.
    const body = { token, email: "evil@evil.example", user_id: other.id, userId: other.id };
    expect((await other.browser.postJson(change, body)).status).toBe(200);
    expect([await emailOf(who.id), await emailOf(other.id)]).toEqual([wanted, other.email]);
    expect(await other.browser.who()).toBe(other.email);
  });

  test("[VE-02] [RS-07] A-RS-05 A-RS-06 scanners may open the link any number of times, and the token leaves the address bar", async () => {
    const who = await member();
    const wanted = newAddress();
    const token = await asked(who, wanted);
    const undo = await site.tokenTo(who.email);
    for (const [path, secret] of [
      [change, token],
      ["/undo", undo],
    ] as const) {
      for (let count = 0; count < 5; count += 1) {
        const scanner = site.browser();
        const opened = await scanner.get(`${path}?token=${secret}`);
        expect([opened.status, opened.location]).toEqual([303, path]);
        expect((await site.browser().send("HEAD", `${path}?token=${secret}`)).status).toBe(303);
        const page = await scanner.get(path);
        expect(page.status).toBe(200);
        expect(page.headers.get("cache-control")).toBe("no-store, no-transform");
        expect(page.headers.get("referrer-policy")).toBe("same-origin");
        expect(page.text).not.toMatch(/(?:src|href|action)="(?:https?:)?\/\//);
        expect(await scanner.who()).toBeNull();
      }
    }
    expect([await emailOf(who.id), await who.browser.who()]).toEqual([who.email, who.email]);
    expect((await site.browser().postForm(change, { token })).status).toBe(303);
    expect((await site.browser().postForm("/undo", { token: undo })).status).toBe(303);
    expect(await emailOf(who.id)).toBe(who.email);
  });

  test("[VE-01] A-RS-03 the link to the new address works once", async () => {
    const who = await member();
    const token = await asked(who, newAddress());
    expect((await who.browser.postForm(change, { token })).status).toBe(303);
    await expectDead(site, change, token);
    await expectDead(site, change, token, who.browser);
  });

  test("[CE-05] [RS-03] the link to the new address lives an hour to the millisecond, as its mail says", async () => {
    const own = newSite();
    const who = await member(own);
    const token = await asked(who, newAddress(), own);
    own.clock.advance(hour - 1);
    expect((await own.browser().get(`${change}?token=${token}`)).status).toBe(303);
    own.clock.advance(1);
    await expectDead(own, change, token);
  });

  test("[VE-06] [SL-02] the confirming session continues with a new value, no fresher than before", async () => {
    const own = newSite();
    const who = await member(own);
    const before = (await who.browser.get("/session", json)).json<{ session: Record<string, unknown> }>();
    const value = who.browser.session();
    const token = await asked(who, newAddress(), own);
    own.clock.advance("30m");
    expect((await who.browser.postForm(change, { token })).status).toBe(303);
    const after = (await who.browser.get("/session", json)).json<{ session: Record<string, unknown> }>();
    const { authenticated_at, methods, expires_at } = before.session;
    expect(after.session).toMatchObject({ authenticated_at, methods, expires_at });
    expect(after.session.id).not.toBe(before.session.id);
    expect(who.browser.session()).not.toBe(value);
    expect((await own.browser({ cookie: `__Host-session=${value}` }).get("/session")).status).toBe(401);
    expect((await who.browser.get("/account/email")).location).toContain("/reauthenticate");
    expect((await who.browser.get("/vault")).status).toBe(303);
  });

  test("[VE-06] a remembered session keeps its own limits too", async () => {
    const own = newSite();
    const email = newAddress();
    const browser = await own.signedIn(email, { remember: "on" });
    const who = { email, browser, id: (await unwrap(own.auth.users.find({ who: email }))).user!.id };
    const expiry = async () =>
      (await browser.get("/session", json)).json<{ session: { expires_at: string; remembered: boolean } }>()
        .session;
    const before = await expiry();
    await moved(who, newAddress(), own);
    expect(await expiry()).toMatchObject({ expires_at: before.expires_at, remembered: true });
  });

  test("[CE-07] [RS-04] [VE-01] confirming ends other sessions and every link mailed to the old address", async () => {
    const who = await member();
    const elsewhere = [await site.signedIn(who.email), await site.signedIn(who.email)];
    await site.browser().postJson("/forgot-password", { email: who.email });
    const reset = await site.tokenTo(who.email);
    expect((await site.browser().get(`/reset-password?token=${reset}`)).status).toBe(303);
    const token = await asked(who, newAddress());
    expect((await who.browser.postJson(change, { token })).status).toBe(200);
    for (const browser of elsewhere) expect(await browser.sessionStatus()).toBe(401);
    expect(await who.browser.sessionStatus()).toBe(200);
    await expectDead(site, "/reset-password", reset);
    expect(await login(who.email, chosen)).toBe(401);
    // Not even if the account has its old address again.
    await moved(who, who.email);
    await expectDead(site, "/reset-password", reset);
  });

  test("[CE-07] confirming in a signed-out browser ends every session and starts none", async () => {
    const who = await member();
    const token = await asked(who, newAddress());
    const phone = site.browser();
    expect((await phone.postForm(change, { token })).status).toBe(303);
    expect([await phone.sessionStatus(), await who.browser.sessionStatus()]).toEqual([401, 401]);
  });

  test("[CE-06] an address registered meanwhile stays with its owner; the other browser gets a clean page", async () => {
    const who = await member();
    const wanted = newAddress();
    const token = await asked(who, wanted);
    const owner = site.browser();
    await owner.postJson("/register", { email: wanted, password: chosen });
    const confirm = { token: await site.tokenTo(wanted) };
    expect((await owner.postJson("/confirm-email", confirm)).status).toBe(200);
    const page = await who.browser.postForm(change, { token });
    expect([page.status, page.text.includes("This link is no longer valid")]).toEqual([410, true]);
    expect((await who.browser.postJson(change, { token })).code).toBe("link_invalid");
    expect([await emailOf(who.id), await who.browser.who()]).toEqual([who.email, who.email]);
    expect(await owner.who()).toBe(wanted);
  });

  test("[CE-06] a registration that waits for the address is void once an account has it", async () => {
    const who = await member();
    const wanted = newAddress();
    const stranger = site.browser();
    await stranger.postJson("/register", { email: wanted, password: chosen });
    const confirm = await site.tokenTo(wanted);
    await moved(who, wanted);
    await expectDead(site, "/confirm-email", confirm, stranger);
    expect([await emailOf(who.id), await login(wanted, chosen)]).toEqual([wanted, 401]);
  });

  test("[CE-06] A-RC-03 two accounts that confirm one address at once have one winner", async () => {
    const wanted = newAddress();
    const two = [await member(), await member()];
    const tokens = [await asked(two[0]!, wanted), await asked(two[1]!, wanted)];
    const answers = await Promise.all(
      two.map(({ browser }, index) => browser.postJson(change, { token: tokens[index] })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 410]);
    const loser = answers.findIndex(({ status }) => status === 410);
    expect(answers[loser]?.code).toBe("link_invalid");
    expect(await emailOf(two[loser]!.id)).toBe(two[loser]!.email);
    expect(await two[loser]!.browser.who()).toBe(two[loser]!.email);
    expect(await emailOf(two[1 - loser]!.id)).toBe(wanted);
  });

  test("[CE-06] [VE-01] A-RC-03 twenty posts of one link succeed once", async () => {
    const who = await member();
    const wanted = newAddress();
    const token = await asked(who, wanted);
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => site.browser().postJson(change, { token })),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(answers.filter(({ code }) => code === "link_invalid")).toHaveLength(19);
    expect((await mailsTo(who.email)).map(({ kind }) => kind)).toEqual([
      "email_changed",
      "email_change_requested",
    ]);
  });

  test("[TH-09] A-RS-01 guesses are throttled per source, on both links together", async () => {
    const limited = newSite({ throttle: {} });
    const who = await member(limited);
    const token = await asked(who, newAddress(), limited);
    const guesser = limited.browser({ address: "198.51.100.9" });
    const statuses: number[] = [];
    for (let count = 0; count < 60; count += 1) {
      const guess = Buffer.alloc(32, count + 1).toString("base64url");
      const path = count % 2 ? change : "/undo";
      const answer =
        count % 3
          ? await guesser.get(`${path}?token=${guess}`)
          : await guesser.postJson(path, { token: guess });
      statuses.push(answer.status);
    }
    expect(statuses).toEqual([...new Array(30).fill(410), ...new Array(30).fill(429)]);
    const owner = limited.browser({ address: "198.51.100.10" });
    const undo = await limited.tokenTo(who.email);
    for (let count = 0; count < 40; count += 1) {
      // Good links aren't failures.
      expect((await owner.get(`${change}?token=${token}`)).status).toBe(303);
      expect((await owner.get(`/undo?token=${undo}`)).status).toBe(303);
    }
  });
});

describe("this wasn't me", () => {
  const undo = async (token: string, where: Site = site) =>
    (await where.browser().postJson("/undo", { token })).status;

  /** The undo tokens that went to an address, oldest first. */
  async function undoTokens(to: string, where: Site = site): Promise<string[]> {
    const mails = (await mailsTo(to, where)).filter(({ links }) => links[0]?.includes("/undo?"));
    return mails.map(({ links }) => tokenOf(links[0])).reverse();
  }

  test("[CE-03] A-EM-06 either notice restores the address, ends sessions and forces a new password", async () => {
    for (const index of [0, 1]) {
      const who = await member();
      const intruder = newAddress();
      const elsewhere = await site.signedIn(who.email);
      await moved(who, intruder);
      const late = await site.signedIn(intruder);
      const tokens = await undoTokens(who.email);
      expect(tokens).toHaveLength(2);
      expect(await undo(tokens[index]!)).toBe(200);
      expect((await unwrap(site.auth.users.find({ who: who.id }))).user).toMatchObject({
        email: who.email,
        emailVerified: true,
      });
      for (const browser of [who.browser, elsewhere, late]) expect(await browser.sessionStatus()).toBe(401);
      for (const email of [who.email, intruder]) expect(await login(email)).toBe(401);
      const devices = await site.auth.database.one<{ count: number }>(
        "SELECT count(*) AS count FROM devices WHERE user_id = $1 AND revoked_at IS NULL",
        who.id,
      );
      expect(devices?.count).toBe(0);
      const reset = { token: await site.tokenTo(who.email), password: chosen };
      expect((await site.browser().postJson("/reset-password", reset)).status).toBe(200);
      expect([await login(who.email, chosen), await login(intruder, chosen)]).toEqual([200, 401]);
      // One link was used, so the other notice is void.
      for (const token of tokens) await expectDead(site, "/undo", token);
    }
  });

  test("[CE-03] the link back works for 7 days, whatever an intruder does meanwhile", async () => {
    const own = newSite();
    const who = await member(own);
    await who.browser.postJson("/account/email", { email: "mallory@evil.example" });
    const token = (await undoTokens(who.email, own))[0]!;
    const link = await own.tokenTo("mallory@evil.example");
    await who.browser.postJson(change, { token: link });
    const body = { current_password: password, password: "an intruder's own teapot" };
    expect((await who.browser.postJson("/account/password", body)).status).toBe(200);
    await own.auth.database.transaction((tx) =>
      credentialsChanged(coreOf(own.auth), tx, { userId: who.id, reason: "ended_by_user", actor: null }),
    );
    await own.auth.database.run(
      "UPDATE users SET delete_after = $1 WHERE id = $2",
      own.clock.now() + 14 * day,
      who.id,
    );
    own.clock.advance(7 * day - 1);
    await own.auth.cleanUp();
    expect((await own.browser().get(`/undo?token=${token}`)).status).toBe(303);
    const mallory = own.browser();
    const signIn = { login: "mallory@evil.example", password: "an intruder's own teapot" };
    expect((await mallory.postJson("/login", signIn)).status).toBe(200);
    expect(await undo(token, own)).toBe(200);
    expect([await emailOf(who.id, own), await mallory.sessionStatus()]).toEqual([who.email, 401]);

    const late = await member(own);
    await late.browser.postJson("/account/email", { email: newAddress() });
    const dead = await own.tokenTo(late.email);
    own.clock.advance(7 * day);
    await expectDead(own, "/undo", dead);
  });

  test("[CE-03] the owner undoes a chain of two changes, and the intruder's links can't undo that", async () => {
    const who = await member();
    const [first, second] = [newAddress(), newAddress()];
    await moved(who, first);
    await moved(who, second);
    const intruders = await undoTokens(first);
    expect(intruders).toHaveLength(2);
    const [owners] = await undoTokens(who.email);
    site.clock.advance(minute);
    expect(await undo(owners!)).toBe(200);
    expect(await emailOf(who.id)).toBe(who.email);
    for (const token of intruders) await expectDead(site, "/undo", token);
    expect(await emailOf(who.id)).toBe(who.email);
  });

  test("[CE-03] the owner's links stay valid if the intruder undoes a chain of changes first", async () => {
    const who = await member();
    const [first, second] = [newAddress(), newAddress()];
    await moved(who, first);
    await moved(who, second);
    const [intruders] = await undoTokens(first);
    const [, owners] = await undoTokens(who.email);
    site.clock.advance(minute);
    expect(await undo(intruders!)).toBe(200);
    expect(await emailOf(who.id)).toBe(first);
    // The intruder even takes the account over with the mailed link.
    const reset = { token: await site.tokenTo(first), password: "an intruder's own teapot" };
    expect((await site.browser().postJson("/reset-password", reset)).status).toBe(200);
    site.clock.advance(minute);
    expect(await undo(owners!)).toBe(200);
    expect(await emailOf(who.id)).toBe(who.email);
    expect(await login(who.email, "an intruder's own teapot")).toBe(401);
    for (const token of [...(await undoTokens(first)), ...(await undoTokens(second))]) {
      await expectDead(site, "/undo", token);
    }
  });

  test("[CE-03] A-RC-03 twenty posts of one undo link succeed once, with one link for a new password", async () => {
    const who = await member();
    const intruder = newAddress();
    await moved(who, intruder);
    const token = (await undoTokens(who.email)).at(-1);
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => site.browser().postJson("/undo", { token })),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(answers.filter(({ code }) => code === "link_invalid")).toHaveLength(19);
    const kinds = (await mailsTo(who.email)).map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind === "change_undone")).toHaveLength(1);
    expect((await mailsTo(intruder)).filter(({ kind }) => kind === "address_taken_back")).toHaveLength(1);
  });

  test("[CE-03] undoing kills a pending change and pending links for a password", async () => {
    const who = await member();
    await moved(who, newAddress());
    const token = (await undoTokens(who.email)).at(-1)!;
    const present = (await emailOf(who.id))!;
    const next = await asked(who, newAddress());
    await site.browser().postJson("/forgot-password", { email: present });
    const reset = await site.tokenTo(present);
    site.clock.advance(minute);
    expect(await undo(token)).toBe(200);
    await expectDead(site, change, next);
    await expectDead(site, "/reset-password", reset);
  });

  test("[CE-03] without proven addresses at registration, a changed address can't be blocked by another account", async () => {
    const email = newAddress();
    const browser = await open.signedIn(email);
    const who = { email, browser, id: (await unwrap(open.auth.users.find({ who: email }))).user!.id };
    await moved(who, newAddress(), open);
    const token = (await undoTokens(email, open)).at(-1)!;
    const squatter = await open.browser().postJson("/register", { email, password });
    expect([squatter.status, squatter.code]).toEqual([422, "email_taken"]);
    expect(await undo(token, open)).toBe(200);
    expect(await emailOf(who.id, open)).toBe(email);

    const left = newAddress();
    const leaver = {
      email: left,
      browser: await open.signedIn(left),
      id: (await unwrap(open.auth.users.find({ who: left }))).user!.id,
    };
    await moved(leaver, newAddress(), open);
    open.clock.advance(7 * day);
    expect((await open.browser().postJson("/register", { email: left, password })).status).toBe(201);
  });

  test("[CE-06] an address that another account has meanwhile is refused, and the link stays valid", async () => {
    const own = newSite();
    const who = await member(own);
    const intruder = newAddress();
    await moved(who, intruder, own);
    const token = (await undoTokens(who.email, own)).at(-1)!;
    const { user } = await unwrap(own.auth.users.create({ email: who.email, password: chosen }));
    await own.auth.deliverMail();
    const state = await accountsSnapshot(own.auth.database);
    for (const send of ["postForm", "postJson"] as const) {
      expect((await own.browser()[send]("/undo", { token })).status).toBe(422);
    }
    expect(await accountsSnapshot(own.auth.database)).toBe(state);
    expect([await emailOf(who.id, own), await emailOf(user.id, own)]).toEqual([intruder, who.email]);
  });
});
