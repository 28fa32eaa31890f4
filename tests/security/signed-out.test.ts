import { unwrap } from "latchkey";
import { testPassword } from "latchkey/testing";
import { describe, expect, test } from "vitest";
import { coreOf } from "../../src/assemble.ts";
import { credentialsChanged, type EndReason, endSession } from "../../src/core/sessions/index.ts";
import type { Browser } from "../support/browser.ts";
import { english } from "../support/english.ts";
import { inventedToken, type Site } from "../support/site.ts";
import { siteMaker } from "../support/sites.ts";

/* "Why was I signed out?": only the browser that presents the cookie of the ended session gets the reason. */

const newSite = siteMaker();

const password = testPassword;
const chosen = "a louder kettle";
const email = "anna@example.org";

interface Scene {
  site: Site;
  /** A signed-in browser, until its session ends. */
  browser: Browser;
  userId: string;
  sessionId: string;
}

type Act = (scene: Scene) => Promise<unknown>;

/** Ended by the core, as features do. */
const changed =
  (reason: Parameters<typeof credentialsChanged>[2]["reason"]): Act =>
  ({ site, userId }) =>
    site.auth.database.transaction((tx) =>
      credentialsChanged(coreOf(site.auth), tx, { userId, reason, actor: userId }),
    );

/** Signs out or in again in a browser that kept a copy of its old cookie. */
const within =
  (act: (browser: Browser) => Promise<unknown>): Act =>
  ({ site, browser }) =>
    act(site.browser({ cookie: browser.jar.header }));

const reset: Act = async ({ site }) => {
  await site.browser().postJson("/forgot-password", { email });
  const token = await site.tokenTo(email);
  await site.browser().postJson("/reset-password", { token, password: chosen });
};

const confirmElsewhere: Act = async ({ site }) => {
  await site.browser().postJson("/confirm-email/resend", { email });
  await site.browser().postJson("/confirm-email", { token: await site.tokenTo(email), password: chosen });
};

const stayActive: Act = async ({ site, browser }) => {
  for (let days = 0; days < 30; days += 5) {
    expect(await browser.sessionStatus()).toBe(200);
    site.clock.advance("5d");
  }
};

const endings: Record<EndReason, Act> = {
  logout: within((browser) => browser.postForm("/logout")),
  idle: async ({ site }) => site.clock.advance("7d"),
  expired: stayActive,
  replaced: within((browser) => browser.postJson("/login", { login: email, password })),
  renewed: within((browser) => browser.postJson("/reauthenticate", { password })),
  password_changed: async ({ site }) =>
    (await site.signedIn(email)).postJson("/account/password", {
      current_password: password,
      password: chosen,
    }),
  password_reset: reset,
  email_confirmed: confirmElsewhere,
  rights_changed: ({ site, userId }) =>
    unwrap(site.auth.users.setRoles({ userId: userId, roles: ["analyst"] })),
  account_disabled: ({ site, userId }) => unwrap(site.auth.users.disable({ userId: userId })),
  too_many_sessions: async ({ site }) => {
    site.clock.advance("1s");
    await site.signedIn(email);
    site.clock.advance("1s");
    await site.signedIn(email);
  },
  ended_by_operator: ({ site, userId }) =>
    unwrap(site.auth.users.endSessions({ userId: userId })).then(({ sessions }) => sessions),
  email_changed: changed("email_changed"),
  undone: changed("undone"),
  deletion_requested: changed("deletion_requested"),
  ended_by_user: changed("ended_by_user"),
  too_many_attempts: ({ site, userId, sessionId }) =>
    site.auth.database.transaction((tx) =>
      endSession(coreOf(site.auth), tx, { sessionId, userId, reason: "too_many_attempts", actor: userId }),
    ),
};

async function scene(reason?: EndReason): Promise<Scene> {
  // Unconfirmed, so that its address can be confirmed. At most two sessions, so that a third ends one.
  const site = newSite({ registration: "open", session: { maximumPerUser: 2 } });
  const browser = site.browser();
  await browser.postJson("/register", { email, password });
  const { user, session } = (await browser.get("/session")).json<{
    user: { id: string };
    session: { id: string };
  }>();
  const made = { site, browser, userId: user.id, sessionId: session.id };
  if (reason !== undefined) await endings[reason](made);
  return made;
}

const asOnPage = (sentence: string) => sentence.replaceAll("'", "&#39;");
const sentences: string[] = Object.values(english.ended).map(asOnPage);
const told = (page: string) => sentences.filter((sentence) => page.includes(sentence));

/** The reason that programs get. */
async function reasonIn(browser: Browser, path = "/session"): Promise<unknown> {
  const answer = await browser.get(path, { accept: "application/json" });
  expect([answer.status, answer.code]).toEqual([401, "login_required"]);
  return answer.json().session_ended;
}

describe("the browser whose session ended", () => {
  test.each(Object.keys(endings) as EndReason[])(
    "the browser gets the reason of the end: %s",
    async (reason) => {
      const { browser } = await scene(reason);
      for (const path of ["/session", "/account", "/members.json"]) {
        expect(await reasonIn(browser, path)).toBe(reason);
      }
      const page = await browser.get("/login");
      // A visitor who logged out knows it.
      const expected = reason === "logout" ? [] : [asOnPage(english.ended[reason] ?? "")];
      expect([page.status, told(page.text)]).toEqual([200, expected]);
    },
  );

  test("the browser gets no reason after it signed in again", async () => {
    const { browser, site } = await scene("rights_changed");
    expect(told((await browser.get("/login")).text)).toHaveLength(1);
    await browser.postJson("/login", { login: email, password });
    expect(await browser.sessionStatus()).toBe(200);
    await browser.postForm("/logout");
    expect(told((await browser.get("/login")).text)).toEqual([]);
    expect(await reasonIn(browser)).toBeUndefined();
    expect(await site.browser().sessionStatus()).toBe(401);
  });

  test("the browser gets no reason once the session is erased", async () => {
    const swept = await scene("password_reset");
    const cookie = swept.browser.jar.header;
    swept.site.clock.advance("29d");
    await swept.site.auth.cleanUp();
    expect(await reasonIn(swept.browser)).toBe("password_reset");
    swept.site.clock.advance("2d");
    await swept.site.auth.cleanUp();
    expect(await reasonIn(swept.browser)).toBeUndefined();
    expect(told((await swept.site.browser({ cookie }).get("/login")).text)).toEqual([]);

    const erased = await scene("ended_by_operator");
    await erased.site.auth.database.run("DELETE FROM users WHERE id = $1", erased.userId);
    expect(await reasonIn(erased.browser)).toBeUndefined();
    expect(told((await erased.browser.get("/login")).text)).toEqual([]);
  });

  test("no other refusal shows the reason, and no signed-in browser gets it", async () => {
    const { browser } = await scene("rights_changed");
    const forbidden = await browser.send("POST", "/login", { json: {}, headers: { "x-csrf-token": "x" } });
    expect([forbidden.code, forbidden.json().session_ended]).toEqual(["csrf_failed", undefined]);
    const wrong = await browser.postJson("/login", { login: email, password: "not the teapot" });
    expect([wrong.code, wrong.json().session_ended]).toEqual(["invalid_credentials", undefined]);
    await browser.postJson("/login", { login: email, password });
    expect((await browser.get("/session")).json()).not.toHaveProperty("session_ended");
  });
});

describe("a browser that never had the session", () => {
  test("[CK-04] a browser that never had the session gets no reason: no cookie, invented ones, ids and digests", async () => {
    const { site, browser, userId, sessionId } = await scene("password_reset");
    const value = browser.session();
    const { digest } = (await site.auth.database.one<{ digest: Uint8Array }>(
      "SELECT digest FROM sessions WHERE id = $1",
      sessionId,
    ))!;
    const stored = Buffer.from(digest);
    const foreign = [
      "",
      inventedToken(),
      sessionId,
      userId,
      stored.toString("base64url"),
      stored.toString("hex"),
      value.slice(0, -1),
      `${value}A`,
      value.toLowerCase(),
    ];
    for (const cookie of foreign) {
      const stranger = site.browser({ cookie: `__Host-session=${cookie}` });
      expect([cookie, await reasonIn(stranger)]).toEqual([cookie, undefined]);
      expect([cookie, told((await stranger.get("/login")).text)]).toEqual([cookie, []]);
    }
    expect(await reasonIn(browser)).toBe("password_reset");
  });

  test("a browser gets no reason of a foreign session, even if its own ended too", async () => {
    const { site, browser } = await scene("rights_changed");
    const other = site.browser();
    await other.postJson("/register", { email: "ben@example.org", password });
    const { id } = (await unwrap(site.auth.users.find({ who: "ben@example.org" }))).user!;
    await unwrap(site.auth.users.disable({ userId: id }));
    expect(await reasonIn(other)).toBe("account_disabled");
    expect(await reasonIn(browser)).toBe("rights_changed");
  });

  test("[AT-05] a bearer token in place of the cookie gets no reason", async () => {
    const { browser } = await scene("rights_changed");
    const answer = await browser.get("/session", { authorization: "Bearer lk_nothing" });
    expect(answer.json().session_ended).toBeUndefined();
  });
});
