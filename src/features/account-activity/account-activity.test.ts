import { unwrap } from "latchkey";
import { testPassword } from "latchkey/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Browser } from "../../../tests/support/browser.ts";
import { english } from "../../../tests/support/english.ts";
import { createSite, type Site } from "../../../tests/support/site.ts";
import { coreOf } from "../../assemble.ts";
import { emitAlone } from "../../core/events/index.ts";
import { activityText } from "./activity-text.ts";

const email = "anna@example.org";
const accept = { accept: "application/json" };
const agent = { "user-agent": "Mozilla/5.0 (X11; Linux x86_64) Firefox/150.0" };

interface Shown {
  id: string;
  time: string;
  event: string;
  text: string;
  device: string | null;
  address: string | null;
}
interface Page {
  events: Shown[];
  next_cursor: string | null;
}

let site: Site;
let browser: Browser;
let id: string;

beforeEach(async () => {
  site = createSite();
  id = (await unwrap(site.auth.users.create({ email, password: testPassword }))).user.id;
  browser = site.browser({ address: "203.0.113.5" });
  await browser.postJson("/login", { login: email, password: testPassword }, agent);
});
afterEach(() => site.close());

const page = async (cursor = ""): Promise<Page> =>
  (await browser.get(`/account/activity${cursor === "" ? "" : `?cursor=${cursor}`}`, accept)).json<Page>();

test("[LG-07] the activity shows event, time, device and address, newest first", async () => {
  await site.browser().postJson("/login", { login: email, password: "a wrong teapot" });
  const { events, next_cursor } = await page();
  expect(events.map(({ text }) => text)).toEqual([
    "Login refused: wrong password.",
    "Logged in with a password.",
    "Account created. Done by an administrator.",
  ]);
  expect(events[1]).toEqual({
    id: expect.stringMatching(/^[0-9a-f-]{36}$/),
    time: "2026-01-01T00:00:00.000Z",
    event: "authn_login_success",
    text: "Logged in with a password.",
    device: "Firefox on Linux",
    address: "203.0.113.5",
  });
  expect(next_cursor).toBeNull();
  const shown = (await browser.get("/account/activity")).text;
  expect(shown).toContain("Logged in with a password.");
  expect(shown).toContain("203.0.113.5");
  expect(shown).not.toContain("Older");
});

test("[LG-07] an account sees only its own activity, whatever the address says", async () => {
  const other = await unwrap(site.auth.users.create({ email: "berta@example.org", password: testPassword }));
  const berta = await site.signedIn("berta@example.org");
  await berta.postJson("/account/sessions/end-others");
  const own = (await page()).events;
  const hers = (await berta.get("/account/activity", accept)).json<Page>().events;
  expect(own.map(({ event }) => event)).toEqual(["authn_login_success", "user_created"]);
  expect(hers.map(({ event }) => event)).toEqual(["authn_login_success", "user_created"]);
  const ids = [...own, ...hers].map((event) => event.id);
  expect(new Set(ids).size).toBe(4);
  for (const asked of [`user=${other.user.id}`, `subject=${other.user.id}`, `cursor=${hers[0]?.id}`]) {
    const answer = await browser.get(`/account/activity?${asked}`, accept);
    expect([asked, answer.json<Page>().events]).toEqual([asked, own]);
  }
  expect((await site.browser().get("/account/activity", accept)).status).toBe(401);
});

test("a page has 50 entries; the cursor continues without a gap and reveals no numbers", async () => {
  for (let count = 0; count < 120; count += 1) {
    await emitAlone(coreOf(site.auth), { event: "user_unlocked", actor: "operator", subject: id });
    await emitAlone(coreOf(site.auth), {
      event: "authn_login_fail",
      subject: "somebody else",
      detail: { method: "password" },
    });
  }
  const first = await page();
  const second = await page(first.next_cursor ?? "");
  const third = await page(second.next_cursor ?? "");
  expect([first, second, third].map(({ events }) => events.length)).toEqual([50, 50, 22]);
  expect(third.next_cursor).toBeNull();
  const ids = [first, second, third].flatMap(({ events }) => events.map((event) => event.id));
  expect(new Set(ids).size).toBe(122);
  expect(first.next_cursor).not.toMatch(/^\d+$/);
  expect((await browser.get("/account/activity")).text).toContain("/account/activity?cursor=");
  const last = (await browser.get(`/account/activity?cursor=${second.next_cursor}`)).text;
  expect([last.includes(">Older<"), last.includes(">Newest<")]).toEqual([false, true]);
});

test("an invalid cursor begins with the newest", async () => {
  const newest = await page();
  for (const cursor of ["0", "-1", "%00", "' OR 1=1--", "x".repeat(4000), "__proto__", "a&cursor=b"]) {
    expect([cursor, (await page(cursor)).events]).toEqual([cursor, newest.events]);
  }
});

test("ended logins show their reason, and an end without one isn't shown", async () => {
  await site.signedIn(email);
  await browser.postJson("/account/sessions/end-others");
  await browser.postJson("/account/sessions/end-others");
  await browser.postForm("/logout");
  browser = await site.signedIn(email);
  const ended = (await page()).events.filter(({ event }) => event === "session_ended");
  expect(ended.map(({ text }) => text)).toEqual(["Logged out.", "Logged out of one device."]);
});

/** Events that the list leaves out, and sentences that are composed from a reason. */
type WithoutSentence =
  | "authn_login_pending"
  | "session_created"
  | "session_renewed"
  | "session_expired"
  | "session_ended";

test("every event has a sentence, and an unknown one a general sentence", async () => {
  const untold: readonly WithoutSentence[] = [
    "authn_login_pending",
    "session_created",
    "session_renewed",
    "session_expired",
    "session_ended",
  ];
  for (const event of coreOf(site.auth).features.events.keys()) {
    if (untold.some((other) => other === event)) continue;
    expect([event, english.events[event]]).toEqual([event, expect.stringMatching(/^[A-Z].*\.$/)]);
  }
  const named = { actor: id, subject: id };
  for (const event of ["constructor", "__proto__", "of_a_later_version", ""]) {
    const text = activityText(english, { event, ...named }, {});
    expect([event, text]).toEqual([event, english.accountActivity.other]);
  }
  for (const reason of ["constructor", undefined, 7]) {
    const text = activityText(english, { event: "session_ended", ...named }, { session: "x", reason });
    expect(text).toBe("Logged out.");
  }
  for (const [purpose, sentence] of [
    ["choose_password", "Link to choose a password created."],
    ["mail_login", "Login link emailed."],
  ] as const) {
    const made = { event: "authn_token_created", ...named };
    expect(activityText(english, made, { purpose, by: "mail" })).toBe(sentence);
  }
  const odd = activityText(english, { event: "authn_login_success", ...named }, { method: "constructor" });
  expect(odd).toBe("Logged in.");
});

test("the function returns the same pages", async () => {
  const context = await site.auth.for(
    new Request("https://app.example.org", { headers: { cookie: browser.jar.header } }),
  );
  expect(await site.auth.account.listActivity({}, context)).toMatchObject({
    ok: true,
    events: [{ event: "authn_login_success" }, { event: "user_created" }],
    next: null,
  });
});
