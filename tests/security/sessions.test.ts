import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { unwrap } from "latchkey";
import { testPassword } from "latchkey/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Browser } from "../support/browser.ts";
import { createSite, noThrottle, type Site, tokenOf } from "../support/site.ts";

let site: Site;
const name = "__Host-session";
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

beforeAll(() => {
  site = createSite();
});

afterAll(() => site.close());

const statusOf = (value: string): Promise<number> => site.sessionStatus(`${name}=${value}`);

/** A browser that has registered and holds the token of its link. */
async function registered(email: string): Promise<{ browser: Browser; token: string }> {
  const browser = site.browser();
  await browser.postForm("/register", { email, password: testPassword });
  const mail = (await site.mails()).find(({ to }) => to === email);
  return { browser, token: tokenOf(mail?.links[0]) };
}

describe("fixation", () => {
  it("[SL-01] sign-in gives a new value and makes the planted one worthless (case A-SF-01)", async () => {
    const attacker = site.browser();
    await attacker.get("/login");
    const victim = site.browser({ cookie: attacker.jar.header });
    await unwrap(site.auth.users.create({ email: "fixed@example.org", password: testPassword }));
    const planted = attacker.session();
    expect(planted).toHaveLength(43);
    const answer = await victim.postForm("/login", { login: "fixed@example.org", password: testPassword });
    expect(answer.status).toBe(303);
    expect(await victim.who()).toBe("fixed@example.org");
    expect(victim.session()).not.toBe(planted);
    expect(await attacker.sessionStatus()).toBe(401);
    expect(await statusOf(planted)).toBe(401);
  });

  it("[SL-01] confirmation and open registration give a new value too (case A-SF-03)", async () => {
    const { browser, token } = await registered("newcomer@example.org");
    const planted = browser.session();
    expect((await browser.postForm("/confirm-email", { token })).status).toBe(303);
    expect(await browser.sessionStatus()).toBe(200);
    expect(browser.session()).not.toBe(planted);
    expect(await statusOf(planted)).toBe(401);

    const open = createSite({ registration: "open" });
    try {
      const other = open.browser();
      await other.get("/register");
      const before = other.session();
      const answer = await other.postForm("/register", { email: "open@example.org", password: testPassword });
      expect(answer.status).toBe(303);
      expect(other.session()).not.toBe(before);
      expect([await other.sessionStatus(), await open.sessionStatus(`${name}=${before}`)]).toEqual([
        200, 401,
      ]);
    } finally {
      await open.close();
    }
  });

  it("[SL-01] a reset link starts no session and ends the planted one (case A-SF-03)", async () => {
    const { choosePasswordLink } = await unwrap(site.auth.users.create({ email: "invited@example.org" }));
    const browser = site.browser();
    const page = await browser.open(`/reset-password?token=${tokenOf(choosePasswordLink)}`);
    expect(page.status).toBe(200);
    const planted = browser.session();
    const form = { token: tokenOf(choosePasswordLink), password: testPassword };
    expect((await browser.postForm("/reset-password", form)).status).toBe(303);
    expect([await browser.sessionStatus(), await statusOf(planted)]).toEqual([401, 401]);
  });

  it("[SL-01] a sign-in ends the browser's former session and keeps none of its data (case A-SF-04)", async () => {
    const browser = await site.signedIn("former@example.org");
    const former = browser.session();
    const { auth } = site;
    const known = await auth.for(
      new Request("https://app.example.org", { headers: { cookie: browser.jar.header } }),
    );
    known.flash("for the former only");
    await known.data.set("draft", "of the former");
    for (const cookie of known.setCookies()) {
      const [pair = ""] = cookie.split(";");
      browser.jar.set(pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1));
    }
    const token = await browser.csrfToken();
    await unwrap(auth.users.create({ email: "next@example.org", password: testPassword }));
    expect(
      (await browser.postForm("/login", { login: "next@example.org", password: testPassword })).status,
    ).toBe(303);
    expect(await browser.who()).toBe("next@example.org");
    expect(await statusOf(former)).toBe(401);
    expect(await browser.csrfToken()).not.toBe(token);
    const now = await auth.for(
      new Request("https://app.example.org", { headers: { cookie: browser.jar.header } }),
    );
    expect(now.data.get("draft")).toBeUndefined();
    expect((await browser.get("/account")).text).not.toContain("for the former only");
    const stale = await browser.send("POST", "/notes", { headers: { "x-csrf-token": token } });
    expect(stale.status).toBe(403);
  });

  it("[SL-02] the value renews when rights rise and when a password is proven or changed (case A-SF-05)", async () => {
    const browser = await site.signedIn("riser@example.org");
    const first = browser.session();
    expect((await browser.postForm("/reauthenticate", { password: testPassword })).status).toBe(303);
    const second = browser.session();
    expect([await statusOf(first), await statusOf(second)]).toEqual([401, 200]);

    const change = { current_password: testPassword, password: "a louder kettle in the sun" };
    expect((await browser.postForm("/account/password", change)).status).toBe(303);
    const third = browser.session();
    expect([await statusOf(second), await statusOf(third)]).toEqual([401, 200]);

    const user = (await unwrap(site.auth.users.find({ who: "riser@example.org" }))).user;
    await unwrap(site.auth.users.setRoles({ userId: user?.id ?? "", roles: ["analyst"] }));
    expect(await statusOf(third)).toBe(401);
  });
});

describe("limits", () => {
  it("[SL-04] a session ends after 7 idle days, and not before", async () => {
    const clocked = createSite();
    try {
      const early = await clocked.signedIn("early@example.org");
      const late = await clocked.signedIn("late@example.org");
      clocked.clock.advance(7 * DAY - 1);
      expect(await early.sessionStatus()).toBe(200);
      clocked.clock.advance(2);
      expect(await late.sessionStatus()).toBe(401);
      expect(await early.sessionStatus()).toBe(200);
      // Kept for its reason, and marked by the clean-up.
      clocked.clock.advance(MINUTE);
      await clocked.auth.cleanUp();
      const user = (await unwrap(clocked.auth.users.find({ who: "late@example.org" }))).user;
      const rows = (await unwrap(clocked.auth.users.sessions({ userId: user?.id ?? "" }))).sessions;
      expect(rows.filter(({ endedAt }) => endedAt === null)).toEqual([]);
      expect(clocked.log.some(({ message }) => message === "session_expired")).toBe(true);
    } finally {
      await clocked.close();
    }
  });

  it("[SL-05] a session ends after 30 days, even in use", async () => {
    const clocked = createSite();
    try {
      const browser = await clocked.signedIn("busy@example.org");
      const value = browser.session();
      const step = 6 * HOUR;
      for (let passed = step; passed < 30 * DAY; passed += step) {
        clocked.clock.advance(step);
        expect([passed, await browser.sessionStatus()]).toEqual([passed, 200]);
      }
      clocked.clock.advance(step - 1);
      expect(await browser.sessionStatus()).toBe(200);
      clocked.clock.advance(1);
      expect(await browser.sessionStatus()).toBe(401);
      expect(await clocked.sessionStatus(`${name}=${value}`)).toBe(401);
    } finally {
      await clocked.close();
    }
  });

  it("[SL-05] only a proof of the account restarts the limit, with a new value", async () => {
    const clocked = createSite();
    try {
      const browser = await clocked.signedIn("prover@example.org");
      const first = browser.session();
      for (let day = 1; day < 30; day++) {
        clocked.clock.advance(DAY);
        expect(await browser.sessionStatus()).toBe(200);
      }
      clocked.clock.advance(DAY - MINUTE);
      expect((await browser.postForm("/reauthenticate", { password: testPassword })).status).toBe(303);
      clocked.clock.advance(2 * MINUTE);
      expect([await browser.sessionStatus(), await clocked.sessionStatus(`${name}=${first}`)]).toEqual([
        200, 401,
      ]);
    } finally {
      await clocked.close();
    }
  });

  it("[SL-04, SL-05] remembered sessions get 30 idle days and 90 in total", async () => {
    const clocked = createSite();
    try {
      const idle = await clocked.signedIn("resting@example.org", { remember: "on" });
      const busy = await clocked.signedIn("active@example.org", { remember: "on" });
      clocked.clock.advance(29 * DAY);
      expect(await busy.sessionStatus()).toBe(200);
      clocked.clock.advance(DAY);
      expect(await idle.sessionStatus()).toBe(401);
      clocked.clock.advance(28 * DAY);
      expect(await busy.sessionStatus()).toBe(200);
      clocked.clock.advance(28 * DAY);
      expect(await busy.sessionStatus()).toBe(200);
      clocked.clock.advance(4 * DAY - 1);
      expect(await busy.sessionStatus()).toBe(200);
      clocked.clock.advance(1);
      expect(await busy.sessionStatus()).toBe(401);
    } finally {
      await clocked.close();
    }
  });

  it("[SL-10] one session too many ends the one unused for longest, and records it", async () => {
    const bounded = createSite({ session: { maximumPerUser: 3 } });
    try {
      const browsers: Browser[] = [];
      for (let count = 0; count < 3; count++) {
        browsers.push(await bounded.signedIn("many@example.org"));
        bounded.clock.advance(MINUTE);
      }
      const stranger = await bounded.signedIn("stranger@example.org");
      const statuses = () => Promise.all(browsers.map((browser) => browser.sessionStatus()));
      expect(await statuses()).toEqual([200, 200, 200]);
      browsers.push(await bounded.signedIn("many@example.org"));
      expect(await statuses()).toEqual([401, 200, 200, 200]);
      expect(await stranger.sessionStatus()).toBe(200);
      const ended = bounded.log.filter(({ fields }) => fields.reason === "too_many_sessions");
      expect(ended).toHaveLength(1);
    } finally {
      await bounded.close();
    }
  });
});

describe("ending", () => {
  let folder: string;
  let first: Site;
  let second: Site;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "latchkey-two-"));
    const shared = { database: `sqlite:${join(folder, "shared.db")}`, throttle: noThrottle };
    first = createSite(shared);
    await first.auth.ready();
    second = createSite(shared);
    await second.auth.ready();
  });

  afterAll(async () => {
    await first.close();
    await second.close();
    rmSync(folder, { recursive: true });
  });

  /** A session that the second instance has just checked, so that its cache is warm. */
  async function warm(email: string): Promise<{ browser: Browser; cookie: string; id: string }> {
    const browser = await first.signedIn(email);
    const cookie = browser.jar.header;
    for (let count = 0; count < 3; count++) expect(await second.sessionStatus(cookie)).toBe(200);
    // Two processes never share a turn of the event loop.
    await setImmediate();
    const hits = second.auth.metrics().sessions.hits;
    expect(await second.sessionStatus(cookie)).toBe(200);
    expect(second.auth.metrics().sessions.hits).toBeGreaterThan(hits);
    await setImmediate();
    return { browser, cookie, id: (await unwrap(first.auth.users.find({ who: email }))).user?.id ?? "" };
  }

  it("[SL-06] an ended session ends in every process at once, with its cache warm (case A-SF-09)", async () => {
    const { browser, cookie } = await warm("out@example.org");
    expect((await browser.postForm("/logout")).status).toBe(303);
    await setImmediate();
    expect([await first.sessionStatus(cookie), await second.sessionStatus(cookie)]).toEqual([401, 401]);
  });

  it("[SL-06] a session ended on the second process ends on the first too", async () => {
    const { browser, cookie } = await warm("back@example.org");
    const there = second.browser({ cookie: browser.jar.header });
    expect((await there.postForm("/logout")).status).toBe(303);
    await setImmediate();
    expect([await first.sessionStatus(cookie), await second.sessionStatus(cookie)]).toEqual([401, 401]);
  });

  const acts: [string, (id: string, browser: Browser) => Promise<unknown>][] = [
    ["disabling the account", (id) => unwrap(first.auth.users.disable({ userId: id }))],
    [
      "ending all sessions",
      (id) => unwrap(first.auth.users.endSessions({ userId: id })).then(({ sessions }) => sessions),
    ],
    ["gaining a role", (id) => unwrap(first.auth.users.setRoles({ userId: id, roles: ["analyst"] }))],
    ["demanding a new password", (id) => unwrap(first.auth.users.requirePasswordChange({ userId: id }))],
    [
      "changing the password",
      (_, browser) =>
        browser.postForm("/account/password", {
          current_password: testPassword,
          password: "a louder kettle here",
        }),
    ],
    ["proving the password", (_, browser) => browser.postForm("/reauthenticate", { password: testPassword })],
    [
      "signing in again",
      (_, browser) => browser.postForm("/login", { login: "act5@example.org", password: testPassword }),
    ],
  ];

  it.each(acts.map(([title, act], index) => [title, act, index] as const))(
    "[SL-06, SL-07] %s ends the old value on both processes",
    async (_, act, index) => {
      const { browser, cookie, id } = await warm(`act${index}@example.org`);
      await act(id, browser);
      await setImmediate();
      expect([await first.sessionStatus(cookie), await second.sessionStatus(cookie)]).toEqual([401, 401]);
    },
  );

  it("[AZ-04] a lost role is lost on the other process at once, with its cache warm", async () => {
    const { id } = await warm("demoted@example.org");
    await unwrap(
      first.auth.users.create({
        email: "remaining@example.org",
        password: testPassword,
        roles: ["admin"],
      }),
    );
    await unwrap(first.auth.users.setRoles({ userId: id, roles: ["admin"] }));
    const browser = await first.signedIn("demoted@example.org");
    const there = second.browser({ cookie: `${name}=${browser.session()}` });
    expect((await there.get("/admin")).status).toBe(200);
    await setImmediate();
    await unwrap(first.auth.users.setRoles({ userId: id, roles: [] }));
    await setImmediate();
    expect([(await there.get("/admin")).status, (await browser.get("/admin")).status]).toEqual([403, 403]);
    expect(await there.sessionStatus()).toBe(200);
  });
});

describe("disabled accounts", () => {
  it("[SL-07] a disabled account's session, link and password are refused; enabling revives none", async () => {
    const browser = await site.signedIn("blocked@example.org");
    const value = browser.session();
    const { user, choosePasswordLink } = await unwrap(
      site.auth.users.create({ email: "halfway@example.org" }),
    );
    const blocked = (await unwrap(site.auth.users.find({ who: "blocked@example.org" }))).user;
    await unwrap(site.auth.users.disable({ userId: blocked?.id ?? "" }));
    await unwrap(site.auth.users.disable({ userId: user.id }));
    expect(await browser.sessionStatus()).toBe(401);
    expect((await browser.get("/dashboard")).status).toBe(303);
    const link = `/reset-password?token=${tokenOf(choosePasswordLink)}`;
    expect((await site.browser().get(link)).status).toBe(410);
    const form = { login: "blocked@example.org", password: testPassword };
    expect((await site.browser().postForm("/login", form)).status).toBe(401);

    await unwrap(site.auth.users.enable({ userId: blocked?.id ?? "" }));
    await unwrap(site.auth.users.enable({ userId: user.id }));
    expect(await statusOf(value)).toBe(401);
    expect((await site.browser().get(link)).status).toBe(410);
    expect((await site.browser().postForm("/login", form)).status).toBe(303);
  });

  it("[SL-07] a link is refused if its account is disabled between its page and its use", async () => {
    const { user, choosePasswordLink } = await unwrap(
      site.auth.users.create({ email: "between@example.org" }),
    );
    const browser = site.browser();
    const token = tokenOf(choosePasswordLink);
    expect((await browser.open(`/reset-password?token=${token}`)).status).toBe(200);
    await unwrap(site.auth.users.disable({ userId: user.id }));
    expect((await browser.postForm("/reset-password", { token, password: testPassword })).status).toBe(410);
  });
});

describe("credential changes", () => {
  it("[SL-08] a credential change ends the other browsers, and the changing one gets a new value (case A-SF-08)", async () => {
    const email = "three@example.org";
    const [one, two, three] = [
      await site.signedIn(email),
      await site.signedIn(email),
      await site.signedIn(email),
    ];
    const device = two.jar.get("__Host-device");
    const old = one.session();
    const change = { current_password: testPassword, password: "a louder kettle in the sun" };
    expect((await one.postForm("/account/password", change)).status).toBe(303);
    expect([await one.sessionStatus(), await two.sessionStatus(), await three.sessionStatus()]).toEqual([
      200, 401, 401,
    ]);
    expect(one.session()).not.toBe(old);
    expect(await statusOf(old)).toBe(401);
    // The other browsers' device cookies no longer count as known.
    const row = await site.auth.database.one<{ count: number }>(
      "SELECT count(*) AS count FROM devices JOIN users ON users.id = user_id WHERE email = $1 AND revoked_at IS NULL",
      email,
    );
    expect(device).toHaveLength(43);
    expect(row?.count).toBe(1);
  });

  it("[SL-08] a password chosen by a link ends every session, including that browser's", async () => {
    const email = "forgetful@example.org";
    const [one, two] = [await site.signedIn(email), await site.signedIn(email)];
    const id = (await unwrap(site.auth.users.find({ who: email }))).user?.id ?? "";
    await unwrap(site.auth.users.requirePasswordChange({ userId: id }));
    expect([await one.sessionStatus(), await two.sessionStatus()]).toEqual([401, 401]);
    const token = tokenOf((await unwrap(site.auth.users.passwordLink({ userId: id }))).link);
    const other = await site.signedIn("bystander@example.org");
    const form = { token, password: "a louder kettle in the sun" };
    expect((await other.postForm("/reset-password", form)).status).toBe(303);
    expect(await other.sessionStatus()).toBe(401);
    expect([await one.sessionStatus(), await two.sessionStatus()]).toEqual([401, 401]);
  });

  it("[SL-08] 500 sessions end in the transaction of the change, or none of them", async () => {
    const crowded = createSite({ session: { maximumPerUser: 1000 } });
    try {
      const { user } = await unwrap(
        crowded.auth.users.create({
          email: "crowd@example.org",
          password: testPassword,
        }),
      );
      const cookies: string[] = [];
      for (let count = 0; count < 500; count++) cookies.push((await crowded.as("crowd@example.org")).cookie);
      const alive = async () => {
        const statuses = await Promise.all(cookies.map((cookie) => crowded.sessionStatus(cookie)));
        return statuses.filter((status) => status === 200).length;
      };
      expect(await alive()).toBe(500);
      const changer = await crowded.signedIn("crowd@example.org");

      // The last write of the change fails, so no part of it may remain.
      await crowded.auth.database.run(
        `CREATE TRIGGER fault BEFORE INSERT ON audit WHEN NEW.event = 'authn_password_change'
         BEGIN SELECT RAISE(ABORT, 'fault'); END`,
      );
      const change = { current_password: testPassword, password: "a louder kettle in the sun" };
      expect((await changer.postForm("/account/password", change)).status).toBe(500);
      expect(await alive()).toBe(500);
      const old = { login: user.email, password: testPassword };
      expect((await crowded.browser().postForm("/login", old)).status).toBe(303);

      await crowded.auth.database.run("DROP TRIGGER fault");
      expect((await changer.postForm("/account/password", change)).status).toBe(303);
      expect(await alive()).toBe(0);
      expect((await crowded.browser().postForm("/login", old)).status).toBe(401);
      expect(await changer.sessionStatus()).toBe(200);
    } finally {
      await crowded.close();
    }
  });
});

describe("strength", () => {
  it("[SL-12] a session records its proof and its time, and a stronger requirement asks again", async () => {
    const clocked = createSite();
    try {
      const browser = await clocked.signedIn("levels@example.org");
      const at = new Date(clocked.clock.now()).toISOString();
      const read = async () =>
        ((await browser.get("/session")).json() as { session: Record<string, unknown> }).session;
      expect(await read()).toMatchObject({ methods: ["password"], authenticated_at: at, remembered: false });
      expect((await browser.get("/vault")).status).toBe(200);
      clocked.clock.advance(10 * MINUTE + 1);
      const page = await browser.get("/vault?tab=1");
      expect(page.status).toBe(303);
      expect(page.headers.get("location")).toBe("/reauthenticate?next=%2Fvault%3Ftab%3D1");
      const json = await browser.get("/vault", { accept: "application/json" });
      expect([json.status, ((await json.json()) as { code: string }).code]).toEqual([
        403,
        "reauthentication_required",
      ]);
      // Activity isn't a proof; only the password is.
      expect((await browser.get("/dashboard")).status).toBe(200);
      expect((await browser.get("/vault")).status).toBe(303);
      const wrong = await browser.postForm("/reauthenticate", { password: "not the password" });
      expect(wrong.status).toBe(422);
      expect((await browser.get("/vault")).status).toBe(303);
      expect((await browser.postForm("/reauthenticate", { password: testPassword })).status).toBe(303);
      expect((await browser.get("/vault")).status).toBe(200);
      expect(await read()).toMatchObject({ authenticated_at: new Date(clocked.clock.now()).toISOString() });
    } finally {
      await clocked.close();
    }
  });

  it("[SL-12] a session started by a mailed link has that method", async () => {
    const { browser, token } = await registered("linked@example.org");
    await browser.postForm("/confirm-email", { token });
    const { session } = (await browser.get("/session")).json() as { session: { methods: string[] } };
    expect(session.methods).toEqual(["email_link"]);
  });
});

describe("records", () => {
  it("[LG-01, LG-02] every act and failure is recorded with the vocabulary's name, time, actor, source and request", async () => {
    const recorded = createSite({ throttle: { ...noThrottle, perAccount: 2 } });
    try {
      const { auth } = recorded;
      const browser = recorded.browser();
      await browser.postForm("/register", { email: "events@example.org", password: testPassword });
      await browser.postForm("/confirm-email", { token: tokenOf((await recorded.mails())[0]?.links[0]) });
      await browser.postForm("/reauthenticate", { password: "wrong" });
      await browser.postForm("/reauthenticate", { password: testPassword });
      const change = { current_password: "wrong", password: "a louder kettle in the sun" };
      await browser.postForm("/account/password", change);
      await browser.postForm("/account/password", { ...change, current_password: testPassword });
      await browser.get("/admin");
      await browser.send("POST", "/notes");
      await browser.postForm("/logout");
      await browser.postForm("/login", {
        login: "events@example.org",
        password: "a louder kettle in the sun",
      });
      const stranger = recorded.browser();
      for (let count = 0; count < 3; count++) {
        await stranger.postForm("/login", { login: "events@example.org", password: "wrong" });
      }
      const { id } = (await unwrap(auth.users.find({ who: "events@example.org" }))).user as { id: string };
      await unwrap(auth.users.setRoles({ userId: id, roles: ["analyst"] }));
      await unwrap(auth.users.disable({ userId: id }));
      await unwrap(auth.users.enable({ userId: id }));
      await unwrap(auth.users.unlock({ userId: id }));
      const rows = await auth.database.all<Record<string, unknown>>("SELECT * FROM audit ORDER BY id");
      const events = new Set(rows.map(({ event }) => event));
      for (const event of [
        ...[
          "user_registration_requested",
          "user_created",
          "user_email_confirmed",
          "user_disabled",
          "user_enabled",
        ],
        ...["user_unlocked", "authn_login_success", "authn_login_fail", "authn_reauthentication_success"],
        ...[
          "authn_reauthentication_fail",
          "authn_password_change",
          "authn_password_change_fail",
          "session_created",
        ],
        ...[
          "session_renewed",
          "session_ended",
          "privilege_permissions_changed",
          "authz_fail",
          "malicious_csrf",
        ],
        "excess_rate_limit_exceeded",
      ]) {
        expect([event, events.has(event)]).toEqual([event, true]);
        expect(recorded.log.some(({ message, fields }) => message === event && fields.event === event)).toBe(
          true,
        );
      }
      for (const row of rows) expect(row.time).toBe(recorded.clock.now());
      const signedIn = rows.find(({ event }) => event === "authn_login_success");
      expect(signedIn).toMatchObject({
        actor: id,
        subject: id,
        request_id: expect.stringMatching(/^[\w-]{8,}$/),
      });
      const detail = JSON.parse(
        String(rows.findLast(({ event }) => event === "authn_login_success")?.detail),
      );
      expect(detail).toMatchObject({ method: "password" });
    } finally {
      await recorded.close();
    }
  });
});
