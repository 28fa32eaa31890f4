import { type RequestContext, unwrap } from "latchkey";
import { testPassword } from "latchkey/testing";
import * as v from "valibot";
import { describe, expect, test } from "vitest";
import { coreOf } from "../../src/assemble.ts";
import type { RequestFacts } from "../../src/core/core.ts";
import { emitAlone } from "../../src/core/events/index.ts";
import { completeLogin, proveAgain } from "../../src/core/login/index.ts";
import type { AuthOptions } from "../../src/options.ts";
import type { Answer } from "../support/answer.ts";
import type { Browser } from "../support/browser.ts";
import { accountsSnapshot, databaseDump } from "../support/database-dump.ts";
import { newAddress } from "../support/people.ts";
import { type Site, tokenOf } from "../support/site.ts";
import { siteMaker } from "../support/sites.ts";

const newSite = siteMaker();

const site = newSite();
const json = { accept: "application/json" };
const html = { accept: "text/html" };
const minute = 60_000;
const day = 24 * 60 * minute;
const grace = 14 * day;
const password = testPassword;

interface Listed {
  id: string;
  current: boolean;
  ended_at: string | null;
  ended_reason: string | null;
}

async function sessionsOf(browser: Browser): Promise<Listed[]> {
  return (await browser.get("/account/sessions", json)).json<{ sessions: Listed[] }>().sessions;
}
async function ownId(browser: Browser): Promise<string> {
  return (await browser.get("/session")).json<{ session: { id: string } }>().session.id;
}
async function userId(where: Site, email: string): Promise<string> {
  return (await unwrap(where.auth.users.find({ who: email }))).user!.id;
}
const login = (where: Site, email: string, typed = password): Promise<Answer> =>
  where.browser().postJson("/login", { login: email, password: typed });
const authOf = (where: Site, browser: Browser) =>
  where.auth.for(new Request(where.auth.settings.origin.origin, { headers: { cookie: browser.jar.header } }));

/** The name of a cookie, and whether this answer removes it from the browser. */
function clears(answer: Answer, name: string): boolean {
  return answer.setCookies.some((line) => line.startsWith(`${name}=;`) && /max-age=0/i.test(line));
}

async function askForDeletion(browser: Browser, email: string): Promise<Answer> {
  const answer = await browser.postForm("/account/delete", { confirm: email });
  expect([answer.status, answer.location]).toEqual([303, "/login"]);
  return answer;
}

/** Seals all rows so far, so that a later change of them would show. */
const sealed = (where: Site): Promise<void> => coreOf(where.auth).sealer.seal();

async function sealsHold(where: Site): Promise<boolean> {
  return (await unwrap(where.auth.audit.verify())).intact;
}

describe("sessions", () => {
  test("[SL-09] an owner sees the account's sessions, and ending one takes effect at once", async () => {
    const email = newAddress();
    const here = await site.signedIn(email);
    const there = await site.signedIn(email);
    const listed = await sessionsOf(here);
    expect(listed.map(({ current }) => current)).toEqual([true, false]);
    const other = await ownId(there);
    expect(listed.map(({ id }) => id)).toEqual([await ownId(here), other]);

    const answer = await here.postForm(`/account/sessions/${other}/end`);
    expect([answer.status, answer.location]).toEqual([303, "/account/sessions"]);
    expect([await there.sessionStatus(), await here.sessionStatus()]).toEqual([401, 200]);
    expect((await sessionsOf(here)).map(({ id, ended_reason }) => [id, ended_reason])).toEqual([
      [await ownId(here), null],
      [other, "ended_by_user"],
    ]);
    expect((await there.get("/login")).text).toContain("logged out from another device");
  });

  test("[SL-09] the device of an ended session counts as unknown from then on", async () => {
    const email = newAddress();
    const here = await site.signedIn(email);
    const there = await site.signedIn(email);
    const device = there.jar.get("__Host-device") ?? "";
    await here.postJson(`/account/sessions/${await ownId(there)}/end`);
    const again = site.browser({ cookie: `__Host-device=${device}` });
    await again.postJson("/login", { login: email, password });
    const id = await userId(site, email);
    const known = await site.auth.database.all<{ detail: string }>(
      "SELECT detail FROM audit WHERE subject = $1 AND event = 'authn_login_success' ORDER BY id",
      id,
    );
    expect(known.map(({ detail }) => JSON.parse(detail).known_device)).toEqual([false, false, false]);
  });

  test("[SL-09, AZ-02] ids of foreign, unknown and malformed sessions return 404 and change nothing (case A-AZ-02)", async () => {
    const owner = await site.signedIn(newAddress());
    const stranger = await site.signedIn(newAddress());
    const theirs = await ownId(owner);
    const before = await accountsSnapshot(site.auth.database);
    for (const id of [theirs, theirs.toUpperCase(), crypto.randomUUID(), "x", "constructor", "__proto__"]) {
      const path = `/account/sessions/${id}/end`;
      const page = await stranger.postForm(path);
      const problem = await stranger.postJson(path);
      const called = await site.auth.account.endSession({ id: id }, await authOf(site, stranger));
      expect([id, page.status, problem.status, problem.code]).toEqual([id, 404, 404, "not_found"]);
      expect(called).toEqual({ ok: false, code: "not_found" });
    }
    expect(await accountsSnapshot(site.auth.database)).toBe(before);
    expect([await owner.sessionStatus(), await stranger.sessionStatus()]).toEqual([200, 200]);
    expect((await sessionsOf(stranger)).map(({ id }) => id)).not.toContain(theirs);
  });

  test("[SL-09] a listed session id isn't a secret: it is worthless as a cookie", async () => {
    const browser = await site.signedIn(newAddress());
    for (const { id } of await sessionsOf(browser)) {
      expect(await site.sessionStatus(`__Host-session=${id}`)).toBe(401);
      expect(await site.sessionStatus(`__Host-session=${id.replaceAll("-", "").padEnd(43, "A")}`)).toBe(401);
      const known = await site.browser().get("/session", { authorization: `Bearer ${id}` });
      expect(known.status).toBe(401);
    }
  });

  test("[SL-09] ending all other sessions takes effect at once, and the current one continues", async () => {
    const email = newAddress();
    const here = await site.signedIn(email);
    const others = await Promise.all([1, 2, 3].map(() => site.signedIn(email)));
    const neighbour = await site.signedIn(newAddress());
    const answer = await here.postJson("/account/sessions/end-others");
    expect([answer.status, answer.json()]).toEqual([200, { status: "ended", sessions: 3 }]);
    for (const other of others) expect(await other.sessionStatus()).toBe(401);
    expect([await here.sessionStatus(), await neighbour.sessionStatus()]).toEqual([200, 200]);
    expect((await here.postJson("/account/sessions/end-others")).json()).toMatchObject({ sessions: 0 });
  });

  test("[SL-09, LO-01] ending the current session is a logout", async () => {
    const browser = await site.signedIn(newAddress());
    const value = browser.session();
    const answer = await browser.postForm(`/account/sessions/${await ownId(browser)}/end`);
    expect([answer.status, answer.location, clears(answer, "__Host-session")]).toEqual([303, "/login", true]);
    expect(await site.sessionStatus(`__Host-session=${value}`)).toBe(401);
    expect(answer.headers.get("clear-site-data")).toContain("storage");
  });

  test("[SL-09] a session that ended while its request ran can't end other sessions", async () => {
    const email = newAddress();
    const thief = await site.signedIn(email);
    const owner = await site.signedIn(email);
    const context = await authOf(site, thief);
    await owner.postJson("/account/sessions/end-others");
    expect(await site.auth.account.endOtherSessions({}, context)).toEqual({
      ok: false,
      code: "login_required",
    });
    expect(await site.auth.account.endSession({ id: await ownId(owner) }, context)).toMatchObject({
      code: "login_required",
    });
    expect(await owner.sessionStatus()).toBe(200);
  });
});

describe("fresh sign-in", () => {
  const needed = [
    ["GET", "/account/export", 10],
    ["POST", "/account/export", 20],
    ["GET", "/account/delete", 10],
    ["POST", "/account/delete", 20],
    ["POST", "/account/sessions/:id/end", 20],
    ["POST", "/account/sessions/end-others", 20],
  ] as const;

  test.each(needed)(
    "[RA-01, RA-06] %s %s needs a fresh sign-in after %i minutes",
    async (method, path, minutes) => {
      const own = newSite();
      const email = newAddress();
      const browser = await own.signedIn(email);
      const other = await own.signedIn(email);
      const target = path.replace(":id", await ownId(other));
      const send = (headers: Record<string, string>) =>
        method === "GET"
          ? browser.get(target, headers)
          : headers === json
            ? browser.postJson(target, { confirm: email })
            : browser.postForm(target, { confirm: email });
      own.clock.advance(minutes * minute + 1);
      const before = await accountsSnapshot(own.auth.database);

      const problem = await send(json);
      expect([problem.status, problem.code]).toEqual([403, "reauthentication_required"]);
      const page = await send(html);
      const back = target.startsWith("/account/sessions") ? "/account/sessions" : target;
      const asks = `/reauthenticate?next=${encodeURIComponent(back)}`;
      expect([page.status, page.location]).toEqual([303, asks]);
      expect(await accountsSnapshot(own.auth.database)).toBe(before);

      // The request can't replace the fresh proof. Row RA-02.
      const odd = { confirm: email, reauth: true, stepUp: true, csrf_token: await browser.csrfToken() };
      const query = "?reauth=1&stepUp=true";
      const still =
        method === "GET"
          ? await browser.get(target + query, json)
          : await browser.postJson(target + query, odd);
      expect(still.code).toBe("reauthentication_required");

      const again = await browser.postForm("/reauthenticate", { password, next: back });
      expect([again.status, again.location]).toEqual([303, back]);
      expect((await browser.get(back)).status).toBe(200);
      expect([await browser.who(), await other.sessionStatus()]).toEqual([email, 200]);
      own.clock.advance(minutes * minute - 1);
      expect((await send(json)).status).toBe(200);
    },
  );

  test("[RA-01] the functions require a fresh sign-in too", async () => {
    const own = newSite();
    const email = newAddress();
    const browser = await own.signedIn(email);
    const other = await own.signedIn(email);
    const before = await accountsSnapshot(own.auth.database);
    own.clock.advance(21 * minute);
    const refused = { ok: false, code: "reauthentication_required" };
    const context = await authOf(own, browser);
    expect(await own.auth.account.exportAccount({}, context)).toEqual(refused);
    expect(await own.auth.account.endSession({ id: await ownId(other) }, context)).toEqual(refused);
    expect(await own.auth.account.endOtherSessions({}, context)).toEqual(refused);
    expect(await own.auth.account.requestDeletion({ confirm: email }, context)).toEqual(refused);
    expect(await accountsSnapshot(own.auth.database)).toBe(before);
    // A script's context doesn't compile here. A program without types is refused.
    const script = own.auth.context({ address: "192.0.2.1" }) as unknown as RequestContext;
    for (const call of [
      own.auth.account.exportAccount({}, script),
      own.auth.account.requestDeletion({ confirm: email }, script),
      own.auth.account.listSessions({}, script),
      own.auth.account.listActivity({}, script),
      own.auth.account.endSession({ id: "x" }, script),
    ]) {
      expect(await call).toEqual({ ok: false, code: "login_required" });
    }
  });
});

describe("the export", () => {
  test("[PV-02] the export holds all data about its owner, and no secret of any column", async () => {
    const own = newSite({
      registration: "open",
      user: {
        fields: { displayName: v.string() },
        export: (id) => ({ cats: [`cat of ${id}`] }),
      } as AuthOptions["user"] & object,
    });
    const email = newAddress();
    const browser = own.browser();
    const form = { email, username: "exporter", password, displayName: "Ex Porter" };
    expect((await browser.postJson("/register", form)).status).toBe(201);
    const token = await own.tokenTo(email);
    expect((await browser.postJson("/confirm-email", { token })).status).toBe(200);
    const second = await own.signedIn(email);
    await browser.postJson("/forgot-password", { email });
    await browser.postJson("/account/email", { email: "pending@example.org" });
    await own.mails();
    await own.auth.database.run(
      "INSERT INTO session_data (session_id, data) VALUES ($1, '{}')",
      await ownId(second),
    );

    const answer = await browser.submitForm("/account/export", {});
    expect(answer.status).toBe(200);
    expect(answer.headers.get("content-type")).toBe("application/json; charset=utf-8");
    expect(answer.headers.get("content-disposition")).toBe(
      'attachment; filename="app.example.org-account-2026-01-01.json"',
    );
    expect(answer.headers.get("cache-control")).toBe("no-store");
    const id = await userId(own, email);
    expect(answer.json()).toMatchObject({
      site: "https://app.example.org",
      user: { id, email, username: "exporter", displayName: "Ex Porter", roles: ["user"], status: "active" },
      application: { cats: [`cat of ${id}`] },
    });
    const { sessions, devices, activity, pending, mails } = answer.json<Record<string, object[]>>();
    expect(sessions).toHaveLength(2);
    expect(sessions).toContainEqual(expect.objectContaining({ id: await ownId(browser), current: true }));
    expect(devices).toHaveLength(2);
    expect(activity).toContainEqual(expect.objectContaining({ event: "user_created" }));
    expect(pending).toContainEqual(
      expect.objectContaining({ purpose: "change_email", email: "pending@example.org" }),
    );
    expect(mails).toContainEqual(expect.objectContaining({ kind: "email_change_requested", to: email }));

    const secrets: string[] = [password, browser.session(), second.session()];
    for (const cookie of ["__Host-device", "__Host-data"]) secrets.push(browser.jar.get(cookie) ?? password);
    for (const mail of await own.mails())
      secrets.push(...mail.links.map((link) => link.split("?token=")[1] ?? link));
    const tables = ["passwords", "sessions", "devices", "one_time_tokens", "outbox", "audit", "throttle"];
    for (const table of tables) {
      const rows = await own.auth.database.all<Record<string, unknown>>(`SELECT * FROM ${table}`);
      expect([table, rows.length > 0]).toEqual([table, true]);
      for (const [column, value] of rows.flatMap(Object.entries)) {
        if (column === "hash" && typeof value === "string") secrets.push(value);
        if (!(value instanceof Uint8Array) || value.length < 16) continue;
        const bytes = Buffer.from(value);
        secrets.push(bytes.toString("hex"), bytes.toString("base64"), bytes.toString("base64url"));
      }
    }
    expect(secrets.length).toBeGreaterThan(60);
    expect(secrets.filter((secret) => answer.text.includes(secret))).toEqual([]);
    expect(answer.text).not.toMatch(/argon2|csrf|digest|token"|"hash/);
  });

  test("[PV-02, AZ-02] the export holds no data about other accounts", async () => {
    const administrator = (await unwrap(site.auth.users.create({ email: newAddress(), roles: ["admin"] })))
      .user;
    const other = newAddress();
    await site.signedIn(other);
    const email = newAddress();
    const id = (await unwrap(site.auth.users.create({ email, password }))).user.id;
    const facts = {
      ...strangerFacts,
      address: "198.51.100.77",
      userAgent: "Secret Firefox/1",
      userId: administrator.id,
    };
    await site.auth.database.run(
      `INSERT INTO audit (id, time, event, actor, subject, address, user_agent, detail)
       VALUES ('ffffffff', $1, 'user_unlocked', $2, $3, $4, $5, '{}')`,
      site.clock.now(),
      administrator.id,
      id,
      facts.address,
      facts.userAgent,
    );
    const browser = await site.signedIn(email);
    for (const path of ["/account/export", "/account/activity"]) {
      const { text } = await browser.get(path, json);
      expect(text).toContain("Done by an administrator.");
      for (const foreign of [administrator.id, administrator.email, facts.address, "Firefox", other]) {
        expect([path, foreign, text.includes(foreign)]).toEqual([path, foreign, false]);
      }
    }
    expect((await browser.get("/account/activity", html)).text).not.toContain(facts.address);
  });

  test("[PV-02] an error in the application's part of the export is a logged 500 without a download", async () => {
    const broken = newSite({
      user: {
        export() {
          throw new Error("a secret detail of the export");
        },
      },
    });
    const browser = await broken.signedIn(newAddress());
    const page = await browser.postForm("/account/export", {}, html);
    expect([page.status, page.headers.get("content-disposition")]).toEqual([500, null]);
    expect(page.headers.get("content-type")).toContain("text/html");
    const problem = await browser.get("/account/export", json);
    expect([problem.status, problem.code]).toEqual([500, "internal_error"]);
    expect(page.text + problem.text).not.toContain("secret detail");
    const logged = broken.log.filter(({ fields }) => String(fields.stack).includes("secret detail"));
    expect(logged).toHaveLength(2);
    const unfit = newSite({ user: { export: () => ({ count: 1n }) } });
    const other = await unfit.signedIn(newAddress());
    expect((await other.postForm("/account/export")).status).toBe(500);
  });

  test("[PV-02] the export requires a session and leads browsers to the login and back", async () => {
    const page = await site.browser().get("/account/export", html);
    expect([page.status, page.location]).toEqual([303, "/login?next=%2Faccount%2Fexport"]);
    const problem = await site.browser().get("/account/export", json);
    expect([problem.status, problem.code]).toEqual([401, "login_required"]);
    const embedded = {
      "sec-fetch-site": "cross-site",
      "sec-fetch-mode": "no-cors",
      "sec-fetch-dest": "image",
    };
    const browser = await site.signedIn(newAddress());
    expect((await browser.get("/account/export", embedded)).status).toBe(403);
  });
});

const strangerFacts: RequestFacts = {
  address: "127.0.0.1",
  userAgent: null,
  requestId: "test",
  deviceToken: null,
  preSession: null,
  locale: null,
  sessionId: null,
  userId: null,
};

describe("deletion", () => {
  test("[PV-02, SL-07, LO-01] a request for deletion sends a mail, ends every session at once and clears the cookies", async () => {
    const email = newAddress();
    const here = await site.signedIn(email);
    const there = await site.signedIn(email);
    await site.browser().postJson("/forgot-password", { email });
    const reset = await site.tokenTo(email);
    const page = await here.get("/account/delete");
    expect(page.text).toContain(email);
    expect(page.text).toContain("January 15, 2026");
    const before = here.jar.header;

    const answer = await askForDeletion(here, email.toUpperCase());
    for (const cookie of ["__Host-session", "__Host-device"])
      expect([cookie, clears(answer, cookie)]).toEqual([cookie, true]);
    expect(await site.sessionStatus(before)).toBe(401);
    expect(await there.sessionStatus()).toBe(401);
    const forms = await here.get("/login");
    expect(forms.text).toContain("will be deleted on January 15, 2026");
    expect((await there.get("/login")).text).toContain(
      "This account is scheduled for deletion. Log in to keep it.",
    );
    expect((await site.browser().open(`/reset-password?token=${reset}`)).status).toBe(410);
    const mail = await site.mailTo(email);
    expect(mail.kind).toBe("deletion_requested");
    expect(mail.text).toContain("January 15, 2026");
    expect(mail.text).toContain("Just log in before then");
    const id = await userId(site, email);
    const devices = "SELECT count(*) AS live FROM devices WHERE user_id = $1 AND revoked_at IS NULL";
    expect(await site.auth.database.one(devices, id)).toEqual({ live: 0 });
    const events = "SELECT event FROM audit WHERE subject = $1 AND event = 'user_deletion_requested'";
    expect(await site.auth.database.all(events, id)).toHaveLength(1);
  });

  test("[PV-02] a request for deletion returns the date as JSON; a wrong address is a problem of its field", async () => {
    const email = newAddress();
    const browser = await site.signedIn(email);
    const before = await accountsSnapshot(site.auth.database);
    for (const [confirm, code] of [
      ["other@example.org", "confirm_mismatch"],
      ["yes", "confirm_mismatch"],
      [email.replace("@", " @"), "confirm_mismatch"],
      ["", "required"],
    ] as const) {
      const refused = await browser.postJson("/account/delete", { confirm });
      expect([confirm, refused.status, refused.fieldCodes("confirm")]).toEqual([confirm, 422, [code]]);
    }
    const page = await browser.postForm("/account/delete", { confirm: "other@example.org" });
    expect([page.status, page.text.includes("isn&#39;t the email address")]).toEqual([422, true]);
    expect(await accountsSnapshot(site.auth.database)).toBe(before);
    const answer = await browser.postJson("/account/delete", { confirm: ` ${email}` });
    const deleteAfter = new Date(site.clock.now() + grace).toISOString();
    expect([answer.status, answer.json()]).toEqual([
      200,
      { status: "deletion_scheduled", delete_after: deleteAfter, csrf_token: expect.any(String) },
    ]);
  });

  test("[PV-02] two parallel requests for deletion schedule it once", async () => {
    const email = newAddress();
    const browser = await site.signedIn(email);
    const contexts = await Promise.all([1, 2, 3].map(() => authOf(site, browser)));
    const outcomes = await Promise.all(
      contexts.map((each) => site.auth.account.requestDeletion({ confirm: email }, each)),
    );
    expect(outcomes.filter(({ ok }) => ok)).toHaveLength(1);
    const mails = (await site.mails()).filter(
      ({ to, kind }) => to === email && kind === "deletion_requested",
    );
    expect(mails).toHaveLength(1);
  });

  test("[AZ-09] the last administrator can't delete the account, and the last two can't at once", async () => {
    const own = newSite();
    const { cookie } = await own.as("one@example.org", { roles: ["admin"] });
    const one = own.browser({ cookie });
    const refused = await one.postJson("/account/delete", { confirm: "one@example.org" });
    expect([refused.status, refused.fieldCodes("confirm")]).toEqual([422, ["last_administrator"]]);
    const page = await one.postForm("/account/delete", { confirm: "one@example.org" });
    expect([page.status, page.text.includes("the last administrator")]).toEqual([422, true]);
    expect(await one.sessionStatus()).toBe(200);
    const second = await own.as("two@example.org", { roles: ["admin"] });
    const two = own.browser({ cookie: second.cookie });
    const answers = await Promise.all([
      one.postJson("/account/delete", { confirm: "one@example.org" }),
      two.postJson("/account/delete", { confirm: "two@example.org" }),
    ]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 422]);
    // An account with a scheduled deletion doesn't count.
    const left = answers[0]?.status === 200 ? second.user.id : await userId(own, "one@example.org");
    await expect(unwrap(own.auth.users.disable({ userId: left }))).rejects.toThrow("last_administrator");
  });

  test("[PV-02] signing in cancels the deletion, by password and by every other way", async () => {
    const own = newSite();
    const email = newAddress();
    const id = (await unwrap(own.auth.users.create({ email, password }))).user.id;
    const due = async () =>
      (
        await own.auth.database.one<{ delete_after: number | null }>(
          "SELECT delete_after FROM users WHERE id = $1",
          id,
        )
      )?.delete_after;
    const request = async () => {
      await askForDeletion(await own.signedIn(email), email);
      expect(await due()).toBe(own.clock.now() + grace);
    };

    await request();
    own.clock.advance(grace - 1);
    expect((await login(own, email, "a wrong teapot")).status).toBe(401);
    expect(await due()).not.toBeNull();
    const browser = own.browser();
    const answer = await browser.postForm("/login", { login: email, password });
    expect([answer.status, await due()]).toEqual([303, null]);
    expect((await browser.get("/account")).text).toContain("Your account won&#39;t be deleted.");
    own.clock.advance(grace);
    await own.auth.cleanUp();
    expect((await unwrap(own.auth.users.find({ who: email }))).user).not.toBeNull();

    await request();
    const { choosePasswordLink } = {
      choosePasswordLink: (await unwrap(own.auth.users.passwordLink({ userId: id }))).link,
    };
    const chosen = "chosen by the real owner";
    const reset = { token: tokenOf(choosePasswordLink), password: chosen };
    expect((await own.browser().postJson("/reset-password", reset)).status).toBe(200);
    expect(await due()).not.toBeNull();
    expect((await login(own, email, chosen)).json()).toMatchObject({ deletion_cancelled: true });
    expect(await due()).toBeNull();
    expect((await login(own, email, chosen)).json()).not.toHaveProperty("deletion_cancelled");

    const there = own.browser();
    await there.postJson("/login", { login: email, password: chosen });
    await askForDeletion(there, email);
    const completed = await own.auth.database.transaction((tx) =>
      completeLogin(coreOf(own.auth), tx, [proveAgain(coreOf(own.auth), id, "email_link", "possession")], {
        remember: false,
        facts: strangerFacts,
      }),
    );
    expect([completed.status === "signed_in" && completed.deletionCancelled, await due()]).toEqual([
      true,
      null,
    ]);
    const cancelled =
      "SELECT count(*) AS count FROM audit WHERE subject = $1 AND event = 'user_deletion_cancelled'";
    expect(await own.auth.database.one(cancelled, id)).toEqual({ count: 3 });
  });

  test('[PV-02] reporting "this wasn\'t me" cancels the deletion too', async () => {
    const own = newSite();
    const email = newAddress();
    await askForDeletion(await own.signedIn(email), email);
    const token = await own.tokenTo(email);
    expect((await own.browser().postJson("/undo", { token })).status).toBe(200);
    own.clock.advance(grace + 1);
    await own.auth.cleanUp();
    expect((await unwrap(own.auth.users.find({ who: email }))).user).not.toBeNull();
  });

  test("[PV-02] deletion happens not a millisecond early, and only once with two parallel clean-ups", async () => {
    const own = newSite();
    const [email, other] = [newAddress(), newAddress()];
    const id = (await unwrap(own.auth.users.create({ email, password }))).user.id;
    await own.signedIn(other);
    await askForDeletion(await own.signedIn(email), email);
    own.clock.advance(grace - 1);
    await own.auth.cleanUp();
    expect((await unwrap(own.auth.users.find({ who: email }))).user).not.toBeNull();
    own.clock.advance(1);
    await sealed(own);
    await Promise.all([own.auth.cleanUp(), own.auth.cleanUp(), own.auth.cleanUp()]);
    expect((await unwrap(own.auth.users.find({ who: email }))).user).toBeNull();
    expect((await unwrap(own.auth.users.find({ who: other }))).user).not.toBeNull();
    const deleted = await own.auth.database.all(
      "SELECT actor, subject, address, user_agent FROM audit WHERE event = 'user_deleted'",
    );
    expect(deleted).toEqual([{ actor: id, subject: id, address: null, user_agent: null }]);
    expect(await sealsHold(own)).toBe(true);
  });

  test("[PV-02] a sign-in during the clean-up keeps the account", async () => {
    const own = newSite();
    const [first, second] = [newAddress(), newAddress()];
    for (const email of [first, second]) await askForDeletion(await own.signedIn(email), email);
    const kept = await userId(own, second);
    // As if its owner signed in between the search for due accounts and the deletion.
    await own.auth.database.run(
      `CREATE TRIGGER meanwhile AFTER DELETE ON users BEGIN UPDATE users SET delete_after = NULL WHERE id = '${kept}'; END`,
    );
    await own.auth.database.run("UPDATE users SET delete_after = delete_after + 1 WHERE id = $1", kept);
    own.clock.advance(grace + 1);
    await own.auth.cleanUp();
    expect((await unwrap(own.auth.users.find({ who: first }))).user).toBeNull();
    expect((await unwrap(own.auth.users.find({ who: second }))).user).not.toBeNull();
    const deleted = await own.auth.database.all("SELECT subject FROM audit WHERE event = 'user_deleted'");
    expect(deleted).toHaveLength(1);
  });

  test("[SL-07] the live session of an erased account is refused at the next request", async () => {
    const own = newSite();
    const email = newAddress();
    const browser = await own.signedIn(email);
    expect([await browser.sessionStatus(), await browser.sessionStatus()]).toEqual([200, 200]);
    await own.auth.database.run("UPDATE users SET delete_after = $1", own.clock.now());
    expect(await browser.sessionStatus()).toBe(200);
    await own.auth.cleanUp();
    expect(await browser.sessionStatus()).toBe(401);
    const page = await browser.get("/account");
    expect([page.status, page.location]).toEqual([303, "/login?next=%2Faccount"]);
  });

  test("[PV-02] one blocked erasure doesn't block the others", async () => {
    const own = newSite();
    const [held, free] = [newAddress(), newAddress()];
    for (const email of [held, free]) await askForDeletion(await own.signedIn(email), email);
    await own.auth.database.run("CREATE TABLE invoices (user_id TEXT NOT NULL REFERENCES users (id)) STRICT");
    await own.auth.database.run("INSERT INTO invoices VALUES ($1)", await userId(own, held));
    own.clock.advance(grace);
    await own.auth.cleanUp();
    expect([
      (await unwrap(own.auth.users.find({ who: held }))).user,
      (await unwrap(own.auth.users.find({ who: free }))).user,
    ]).toEqual([expect.objectContaining({ email: held }), null]);
    expect(own.log.filter(({ message }) => message.includes("can't be erased"))).toHaveLength(1);
    await own.auth.database.run("DELETE FROM invoices");
    await own.auth.cleanUp();
    expect((await unwrap(own.auth.users.find({ who: held }))).user).toBeNull();
  });
});

/** An account with a canary in every place that stores data about its owner. */
const heir = {
  email: "Ursula.Canary@Example.org",
  key: "ursula.canary@example.org",
  username: "ursula-the-canary",
  displayName: "Ursula Canarina",
  address: "203.0.113.211",
  agent: "CanaryBrowser/7.7 (X11; Linux) Firefox/7.7",
};

describe("after the erasure", () => {
  test("[PV-02] A-PH-07 after the erasure no row holds the address, name or device; a new account inherits nothing", async () => {
    const own = newSite({ user: { fields: { displayName: v.string() } } as AuthOptions["user"] & object });
    const { database } = own.auth;
    await own.auth.ready();
    await database.run(
      "CREATE TABLE drawings (id INTEGER PRIMARY KEY, owner TEXT REFERENCES users (id) ON DELETE CASCADE, text TEXT)",
    );
    const agent = { "user-agent": heir.agent };
    const browser = own.browser({ address: heir.address });
    const { email, username, displayName } = heir;
    const registration = { email, username, password, displayName };
    expect((await browser.postJson("/register", registration, agent)).status).toBe(202);
    const confirm = { token: await own.tokenTo(email) };
    expect((await browser.postJson("/confirm-email", confirm, agent)).status).toBe(200);
    const id = await userId(own, heir.key);
    await database.run("INSERT INTO drawings (owner, text) VALUES ($1, 'a drawing of Ursula')", id);
    const second = own.browser({ address: heir.address });
    await second.postJson("/login", { login: heir.key, password: "a wrong teapot" }, agent);
    expect((await second.postJson("/login", { login: username, password }, agent)).status).toBe(200);
    await second.postJson("/account/email", { email: "ursula.canary@elsewhere.example" }, agent);
    await own.mails();
    await own.browser({ address: heir.address }).postJson("/forgot-password", { email }, agent);
    const oldReset = await own.tokenTo(email);
    const oldCookies = [browser.jar.header, second.jar.header];
    const answer = await second.postForm("/account/delete", { confirm: heir.key }, agent);
    expect(answer.location).toBe("/login");
    const undo = await own.tokenTo(email);
    for (const canary of [heir.key, heir.username, heir.displayName, heir.address, heir.agent]) {
      expect([canary, (await databaseDump(database)).includes(canary)]).toEqual([canary, true]);
    }

    // What other visitors do with the address before the deletion.
    own.clock.advance(grace - 60 * minute);
    const stranger = await own.signedIn("stranger@example.org");
    await stranger.postJson("/account/email", { email: heir.key.toUpperCase() });
    await own.browser().postJson("/forgot-password", { email: "URSULA.CANARY@example.org" });
    await own.browser().postJson("/register", { ...registration, username: "another-name" });
    await own.mails();
    await own.browser().postJson("/forgot-password", { email: "ursula.Canary@EXAMPLE.org" });
    await emitAlone(coreOf(own.auth), {
      event: "user_unlocked",
      actor: id,
      subject: await userId(own, "stranger@example.org"),
      facts: { ...strangerFacts, address: heir.address, userAgent: heir.agent, userId: id },
    });
    await database.run(
      `INSERT INTO pending_registrations (id, email, email_key, password_hash, browser, created_at, expires_at)
       VALUES ('waiting', $1, $2, '', x'00', 0, $3)`,
      heir.email,
      heir.key,
      own.clock.now() + 7 * day,
    );
    own.clock.advance(60 * minute);
    await sealed(own);
    await own.auth.cleanUp();

    const left = (await databaseDump(database)).toLowerCase();
    for (const canary of ["ursula", heir.address, "canary"]) {
      expect([canary, left.split("\n").filter((row) => row.includes(canary))]).toEqual([canary, []]);
    }
    expect(left).toContain(id);
    expect(await sealsHold(own)).toBe(true);

    // The address is free, and no secret of the former account works for the new one.
    const next = own.browser();
    expect(
      (await next.postJson("/register", { ...registration, password: "another teapot in the rain" })).status,
    ).toBe(202);
    expect((await next.postJson("/confirm-email", { token: await own.tokenTo(email) })).status).toBe(200);
    const newId = await userId(own, heir.key);
    expect(newId).not.toBe(id);
    for (const cookie of oldCookies) expect(await own.sessionStatus(cookie)).toBe(401);
    for (const token of [oldReset, undo]) {
      expect((await own.browser().postJson("/undo", { token })).code).toBe("link_invalid");
      const reset = await own.browser().postJson("/reset-password", { token, password });
      expect(reset.code).toBe("link_invalid");
    }
    expect((await login(own, heir.key, password)).code).toBe("invalid_credentials");
    const taken = await next.get("/account/export", json);
    expect(taken.status).toBe(200);
    expect(taken.text).not.toContain(id);
    const { sessions, devices, activity } = taken.json<Record<string, object[]>>();
    expect([sessions?.length, devices?.length]).toEqual([1, 1]);
    expect(activity).not.toContainEqual(expect.objectContaining({ event: "user_deleted" }));
    expect(await database.all("SELECT * FROM drawings")).toEqual([]);
  });
});

describe("retention", () => {
  test("[PV-01] after 90 days only the network of an event remains, and the seals hold", async () => {
    const own = newSite();
    const { database } = own.auth;
    const agent = { "user-agent": heir.agent };
    for (const address of ["203.0.113.211", "2001:db8:1:2::7"]) {
      await own.browser({ address }).postJson("/login", { login: "nobody", password: "wrong" }, agent);
    }
    await unwrap(own.auth.users.create({ email: newAddress() }));
    const origins = async () =>
      database.all(
        "SELECT DISTINCT address, user_agent FROM audit WHERE event = 'authn_login_fail' ORDER BY address",
      );
    own.clock.advance(90 * day);
    await own.auth.cleanUp();
    expect(await origins()).toEqual([
      { address: "2001:db8:1:2::7", user_agent: heir.agent },
      { address: "203.0.113.211", user_agent: heir.agent },
    ]);
    own.clock.advance(1);
    await sealed(own);
    const later = own.browser({ address: "203.0.113.5" });
    await later.postJson("/login", { login: "nobody", password: "wrong" }, agent);
    await own.auth.cleanUp();
    expect(await origins()).toEqual([
      { address: "2001:db8:1::/48", user_agent: null },
      { address: "203.0.113.0/24", user_agent: null },
      { address: "203.0.113.5", user_agent: heir.agent },
    ]);
    expect(await sealsHold(own)).toBe(true);
    const before = await databaseDump(database);
    await own.auth.cleanUp();
    expect(await databaseDump(database)).toBe(before);
  });

  test("[PV-01] registration needs only the address; sessions, attempts and tokens expire on schedule", async () => {
    const own = newSite();
    const { database } = own.auth;
    const browser = own.browser({ address: heir.address });
    expect((await browser.postJson("/register", { email: heir.email, password })).status).toBe(202);
    await browser.postJson("/confirm-email", { token: await own.tokenTo(heir.email) });
    expect(await browser.who()).toBe(heir.email);
    await browser.postJson("/forgot-password", { email: heir.email });
    await own.mails();
    own.clock.advance(91 * day);
    await own.auth.cleanUp();
    own.clock.advance(31 * day);
    await own.auth.cleanUp();
    for (const table of [
      "sessions",
      "session_data",
      "one_time_tokens",
      "throttle",
      "outbox",
      "pending_registrations",
    ]) {
      expect([table, await database.all(`SELECT * FROM ${table}`)]).toEqual([table, []]);
    }
    expect(await databaseDump(database)).not.toContain(heir.address);
  });

  test("[PV-01] an index serves every query of the account centre and of the clean-up", async () => {
    const plans: [string, string][] = [
      ["SELECT * FROM audit WHERE subject = 'x' AND id < '9' ORDER BY id DESC LIMIT 51", "audit_by_subject"],
      ["UPDATE audit SET address = NULL WHERE actor = 'x' AND actor IS NOT subject", "audit_by_actor"],
      [
        "SELECT id FROM audit WHERE time < 9 AND (user_agent IS NOT NULL OR instr(address, '/') = 0) LIMIT 5",
        "audit_by_origin",
      ],
      ["SELECT id FROM users WHERE delete_after <= 9 ORDER BY delete_after LIMIT 5", "users_by_deletion"],
    ];
    await site.auth.ready();
    for (const [sql, index] of plans) {
      const plan = await site.auth.database.all<{ detail: string }>(`EXPLAIN QUERY PLAN ${sql}`);
      expect(plan.map(({ detail }) => detail).join("; ")).toContain(index);
    }
  });
});

describe("other visitors", () => {
  test("[PV-03] no answer to another visitor shows a user's address, name or whereabouts, and no page loads foreign resources", async () => {
    const own = newSite({ login: { mail: true } });
    const victim = own.browser({ address: heir.address });
    await unwrap(own.auth.users.create({ email: heir.email, username: heir.username, password }));
    const agent = { "user-agent": heir.agent };
    await victim.postJson("/login", { login: heir.email, password }, agent);
    const theirs = await ownId(victim);
    const x = await own.signedIn("x@example.org");
    await own.browser().postJson("/login", { login: heir.email, password: "a wrong teapot" }, agent);
    const paths = own.auth.routes
      .filter(({ method }) => method === "GET")
      .flatMap(({ path }) => [
        path.replace(/:\w+/g, "x"),
        `${path.replace(/:\w+/g, "x")}?query=${heir.username}&cursor=${theirs}`,
      ]);
    expect(paths.length).toBeGreaterThan(30);
    const seen: string[] = [];
    for (const path of paths) {
      for (const headers of [html, json]) {
        const answer = await x.get(path, headers);
        seen.push(answer.text + JSON.stringify([...answer.headers]));
      }
    }
    for (const send of ["postForm", "postJson"] as const) {
      seen.push((await x[send](`/account/sessions/${theirs}/end`)).text);
      seen.push((await x[send]("/account/delete", { confirm: "someone@example.org" })).text);
    }
    const all = seen.join("\n").toLowerCase();
    for (const canary of ["ursula", "canarybrowser", heir.address, theirs]) {
      const asked = all
        .replaceAll(`query=${heir.username}&amp;cursor=${theirs}`, "")
        .replaceAll(encodeURIComponent(`query=${heir.username}&cursor=${theirs}`).toLowerCase(), "");
      expect([canary, asked.includes(canary)]).toEqual([canary, false]);
    }
    expect(all).not.toMatch(/gravatar|(?:src|srcset|poster|background)="(?:https?:)?\/\//);
    expect(await victim.sessionStatus()).toBe(200);
  });
});
