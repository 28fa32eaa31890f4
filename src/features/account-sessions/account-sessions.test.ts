import { unwrap } from "latchkey";
import { testPassword } from "latchkey/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Browser } from "../../../tests/support/browser.ts";
import { createSite, type Site } from "../../../tests/support/site.ts";

const firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Gecko/20100101 Firefox/150.0";
const iphone =
  "Mozilla/5.0 (iPhone; CPU iPhone OS 26_0 like Mac OS X) AppleWebKit/605.1.15 Version/26.0 Mobile/15E148 Safari/604.1";
const email = "anna@example.org";
const accept = { accept: "application/json" };

let site: Site;

beforeEach(async () => {
  site = createSite();
  await unwrap(site.auth.users.create({ email, password: testPassword }));
});
afterEach(() => site.close());

async function signedIn(
  agent: string,
  { address = "127.0.0.1", remember = false, cookie = "" } = {},
): Promise<Browser> {
  const browser = site.browser({ address, cookie });
  const fields = { login: email, password: testPassword, remember };
  expect((await browser.postJson("/login", fields, { "user-agent": agent })).status).toBe(200);
  return browser;
}
async function sessionsOf(browser: Browser): Promise<Record<string, unknown>[]> {
  return (await browser.get("/account/sessions", accept)).json<{ sessions: Record<string, unknown>[] }>()
    .sessions;
}

test("the page names each session's browser, address, beginning and end, the current one first", async () => {
  const phone = await signedIn(iphone, { address: "203.0.113.5", remember: true });
  site.clock.advance("1h");
  const here = await signedIn(firefox);
  site.clock.advance("1h");
  expect(await sessionsOf(here)).toEqual([
    {
      id: expect.any(String),
      current: true,
      created_at: "2026-01-01T01:00:00.000Z",
      authenticated_at: "2026-01-01T01:00:00.000Z",
      last_seen_at: "2026-01-01T02:00:00.000Z",
      expires_at: "2026-01-31T01:00:00.000Z",
      remembered: false,
      methods: ["password"],
      device: "Firefox on Linux",
      address: "127.0.0.1",
      ended_at: null,
      ended_reason: null,
    },
    expect.objectContaining({
      current: false,
      created_at: "2026-01-01T00:00:00.000Z",
      remembered: true,
      device: "Safari on iPhone",
      address: "203.0.113.5",
    }),
  ]);
  const page = (await here.get("/account/sessions")).text;
  expect(page).toContain("Firefox on Linux");
  expect(page.match(/This device/g)).toHaveLength(1);
  expect(page.match(/Remembered/g)).toHaveLength(1);
  expect(page.match(/\/end"/g)).toHaveLength(1);
  expect((await phone.get("/account/sessions")).text.indexOf("This device")).toBeGreaterThan(0);
});

test("recently ended sessions show their reason, also before the clean-up, and renewed ones aren't shown", async () => {
  const here = await signedIn(firefox, { remember: true });
  const left = await signedIn(iphone);
  await left.postForm("/logout");
  await signedIn(iphone);
  await here.postForm("/reauthenticate", { password: testPassword });
  site.clock.advance("8d");
  const ended = (await sessionsOf(here)).filter(({ ended_at }) => ended_at !== null);
  expect(ended.map(({ ended_reason, ended_at }) => [ended_reason, ended_at])).toEqual([
    ["idle", "2026-01-08T00:00:00.000Z"],
    ["logout", "2026-01-01T00:00:00.000Z"],
  ]);
  const page = (await here.get("/account/sessions")).text;
  expect(page).toContain("Not used for a while");
  expect(page).toContain("Logged out");
  await site.auth.cleanUp();
  const after = (await sessionsOf(here)).map(({ ended_reason }) => ended_reason);
  expect(after).toEqual([null, "idle", "logout"]);
  site.clock.advance("25d");
  expect((await sessionsOf(here)).map(({ ended_reason }) => ended_reason)).toEqual([null, "idle"]);
});

test("at most 20 ended sessions are listed, the latest first", async () => {
  const here = await signedIn(firefox);
  for (let count = 0; count < 25; count += 1) {
    site.clock.advance("1m");
    await (await signedIn(iphone)).postForm("/logout");
  }
  const ended = (await sessionsOf(here)).filter(({ ended_at }) => ended_at !== null);
  expect([ended.length, ended[0]?.ended_at]).toEqual([20, "2026-01-01T00:25:00.000Z"]);
});

test("a device stays known while it has another live session", async () => {
  const here = await signedIn(firefox);
  const phone = await signedIn(iphone);
  const onPhone = async () => (await phone.get("/session")).json<{ session: { id: string } }>().session.id;
  const first = await onPhone();
  // The same browser without its session cookie: the device continues under a second session.
  const device = `__Host-device=${phone.jar.get("__Host-device")}`;
  const again = await signedIn(iphone, { cookie: device });
  const live = async () =>
    (await site.auth.database.all("SELECT id FROM devices WHERE revoked_at IS NULL")).length;
  expect(await live()).toBe(2);
  await here.postJson(`/account/sessions/${first}/end`);
  expect([await live(), await again.sessionStatus(), await phone.sessionStatus()]).toEqual([2, 200, 401]);
  const { session } = (await again.get("/session")).json<{ session: { id: string } }>();
  await here.postJson(`/account/sessions/${session.id}/end`);
  expect(await live()).toBe(1);
});

test("ending an ended session is a no-op and keeps its reason", async () => {
  const here = await signedIn(firefox);
  const phone = await signedIn(iphone);
  const { session } = (await phone.get("/session")).json<{ session: { id: string } }>();
  await phone.postForm("/logout");
  const answer = await here.postJson(`/account/sessions/${session.id}/end`);
  expect([answer.status, answer.json()]).toEqual([200, { status: "ended" }]);
  expect((await sessionsOf(here)).at(1)).toMatchObject({ id: session.id, ended_reason: "logout" });
});

test("the page ends one session and confirms it, and all others with their number", async () => {
  const here = await signedIn(firefox);
  await signedIn(iphone);
  await signedIn(iphone);
  const action = /action="(\/account\/sessions\/[^"]+\/end)"/.exec(
    (await here.get("/account/sessions")).text,
  )?.[1];
  const one = await here.submitForm("/account/sessions", {}, action);
  expect([one.status, one.location]).toEqual([303, "/account/sessions"]);
  const page = await here.get("/account/sessions");
  expect(page.text).toContain("That device has been logged out.");
  expect(page.text).toContain("Logged out from another device");
  const all = await here.submitForm("/account/sessions", {}, "/account/sessions/end-others");
  expect([all.status, all.location]).toEqual([303, "/account/sessions"]);
  const alone = (await here.get("/account/sessions")).text;
  expect(alone).toContain("Logged out of one other device.");
  expect(alone).not.toContain("end-others");
});

test("the functions do the same as the page", async () => {
  const here = await signedIn(firefox);
  await signedIn(iphone);
  const context = await site.auth.for(
    new Request("https://app.example.org", { headers: { cookie: here.jar.header } }),
  );
  const listed = await site.auth.account.listSessions({}, context);
  if (!listed.ok) throw new Error(listed.code);
  expect(listed.sessions.map(({ current, device }) => [current, device])).toEqual([
    [true, "Firefox on Linux"],
    [false, "Safari on iPhone"],
  ]);
  expect(await site.auth.account.endSession({ id: listed.sessions[1]?.id ?? "" }, context)).toEqual({
    ok: true,
    current: false,
  });
  expect(await site.auth.account.endOtherSessions({}, context)).toEqual({ ok: true, sessions: 0 });
  expect(await site.auth.account.endSession({ id: listed.sessions[0]?.id ?? "" }, context)).toEqual({
    ok: true,
    current: true,
  });
  expect([context.user, await here.sessionStatus()]).toEqual([null, 401]);
});
