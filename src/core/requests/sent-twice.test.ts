import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { unwrap } from "latchkey";
import { testPassword } from "latchkey/testing";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Answer } from "../../../tests/support/answer.ts";
import { type Browser, tokenIn } from "../../../tests/support/browser.ts";
import { databaseDump } from "../../../tests/support/database-dump.ts";
import { createSite, inventedToken, origin, type Site } from "../../../tests/support/site.ts";

let site: Site;
const anna = "anna@example.org";
const better = "another teapot altogether";

beforeEach(async () => {
  site = createSite({ login: { mail: true } });
  await unwrap(site.auth.users.create({ email: anna, password: testPassword }));
});
afterEach(() => site.close());

const own = { origin, "sec-fetch-site": "same-origin" };

interface Sending {
  path: string;
  form: Record<string, string>;
  cookie: string;
}

/** Opens the page and fills its form in. */
async function filled(browser: Browser, page: string, fields: Record<string, string>, path = page) {
  const csrf_token = tokenIn((await browser.open(page)).text);
  return { path, form: { ...fields, csrf_token }, cookie: browser.jar.header };
}

/** Sends the form with these cookies, and keeps none of the answer: the browser dropped it. */
function send({ path, form, cookie }: Sending, headers: Record<string, string> = {}): Promise<Answer> {
  return site.browser({ cookie }).send("POST", path, { form, headers: { ...own, ...headers } });
}

const shown = ({ status, location, text, setCookies }: Answer) => ({ status, location, text, setCookies });

async function linkTo(address: string, path: string): Promise<string> {
  const links = (await site.mails()).filter(({ to }) => to === address).flatMap((mail) => mail.links);
  return (links.find((link) => link.includes(`${path}?`)) ?? "").slice(origin.length);
}

async function mailedForm(browser: Browser, address: string, path: string, fields = {}) {
  const link = await linkTo(address, path);
  const token = new URL(link, origin).searchParams.get("token") ?? "";
  return filled(browser, link, { token, ...fields }, path);
}

/** Every act that succeeds once: the form, ready to be sent. */
const acts: Record<string, () => Promise<Sending>> = {
  async login() {
    return filled(site.browser(), "/login", { login: anna, password: testPassword });
  },
  async registration() {
    return filled(site.browser(), "/register", { email: "new@example.org", password: testPassword });
  },
  async "confirmation of a registration"() {
    const browser = site.browser();
    await browser.submitForm("/register", { email: "new@example.org", password: testPassword });
    return mailedForm(browser, "new@example.org", "/confirm-email");
  },
  async "request for a new password"() {
    return filled(site.browser(), "/forgot-password", { email: anna });
  },
  async "new password by a link"() {
    const browser = site.browser();
    await browser.submitForm("/forgot-password", { email: anna });
    return mailedForm(browser, anna, "/reset-password", { password: better });
  },
  async "login by a mailed link"() {
    const browser = site.browser();
    await browser.submitForm("/login/mail", { email: anna });
    return mailedForm(browser, anna, "/login/mail/confirm");
  },
  async "change of the password"() {
    const browser = await site.signedIn(anna);
    return filled(browser, "/account/password", { current_password: testPassword, password: better });
  },
  async reauthentication() {
    const browser = await site.signedIn(anna);
    return filled(
      browser,
      "/reauthenticate?next=%2Fvault",
      { password: testPassword, next: "/vault" },
      "/reauthenticate",
    );
  },
  async "request for another address"() {
    return filled(await site.signedIn(anna), "/account/email", { email: "elsewhere@example.org" });
  },
  async "change of the address"() {
    const browser = await site.signedIn(anna);
    await browser.submitForm("/account/email", { email: "elsewhere@example.org" });
    return mailedForm(browser, "elsewhere@example.org", "/confirm-email-change");
  },
  async "end of the other sessions"() {
    await site.signedIn(anna);
    return filled(await site.signedIn(anna), "/account/sessions", {}, "/account/sessions/end-others");
  },
  async deletion() {
    return filled(await site.signedIn(anna), "/account/delete", { confirm: anna });
  },
  async logout() {
    return filled(await site.signedIn(anna), "/logout", {});
  },
};

/** What the act has done: events and mail. */
async function done(): Promise<unknown> {
  await site.auth.deliverMail();
  const events = await site.auth.database.all("SELECT event FROM audit ORDER BY id");
  return [events, (await site.mails()).length];
}

describe.each(Object.keys(acts))("a form sent twice: %s", (name) => {
  test("does nothing again and is answered like the first time, with the same cookies", async () => {
    const sending = await (acts[name] as () => Promise<Sending>)();
    const first = await send(sending);
    expect(first.status).toBeLessThan(400);
    const after = await done();
    site.clock.advance("29s");
    const second = await send(sending);
    expect(shown(second)).toEqual(shown(first));
    expect(await done()).toEqual(after);
  });

  test("by a double click, both at once, does it once", async () => {
    const sending = await (acts[name] as () => Promise<Sending>)();
    const answers = await Promise.all([send(sending), send(sending), send(sending)]);
    const after = await done();
    for (const answer of answers) expect(shown(answer)).toEqual(shown(answers[0] as Answer));
    expect((answers[0] as Answer).status).toBeLessThan(400);
    expect(shown(await send(sending))).toEqual(shown(answers[0] as Answer));
    expect(await done()).toEqual(after);
  });
});

test("the browser of a form sent twice is signed in by either answer", async () => {
  for (const name of ["login", "reauthentication", "change of the password"]) {
    if (name === "login") site.clock.advance("1m");
    const sending = await (acts[name] as () => Promise<Sending>)();
    await send(sending);
    const browser = site.browser({ cookie: sending.cookie });
    await browser.send("POST", sending.path, { form: sending.form, headers: own });
    expect([name, await browser.who()]).toEqual([name, anna]);
  }
});

test("a second click that follows the first answer's cookies is answered like the first", async () => {
  const browser = await site.signedIn(anna);
  const { form, path } = await filled(browser, "/account/password", {
    current_password: testPassword,
    password: better,
  });
  const first = await browser.send("POST", path, { form, headers: own });
  const second = await browser.send("POST", path, { form, headers: own });
  expect(shown(second)).toEqual(shown(first));
  expect(await browser.who()).toBe(anna);
  // Without headers that prove an own page, the token of before doesn't count.
  // Row CF-06.
  expect((await browser.send("POST", path, { form })).status).toBe(403);
});

test("open registration sent twice makes one account, signed in by either answer", async () => {
  const open = createSite({ registration: "open" });
  const visitor = open.browser();
  const csrf_token = tokenIn((await visitor.open("/register")).text);
  const form = { email: "new@example.org", password: testPassword, csrf_token };
  const cookie = visitor.jar.header;
  const answers = await Promise.all(
    [0, 1].map(() => open.browser({ cookie }).send("POST", "/register", { form, headers: own })),
  );
  expect(answers.map(({ status }) => status)).toEqual([303, 303]);
  const browser = open.browser({ cookie });
  await browser.send("POST", "/register", { form, headers: own });
  expect(await browser.who()).toBe("new@example.org");
  await open.close();
});

test("a step left of the sign-in is the same step when its form is sent twice", async () => {
  const { id } = (await unwrap(site.auth.users.find({ who: anna }))).user!;
  await unwrap(site.auth.users.requirePasswordChange({ userId: id }));
  const sending = await (acts.login as () => Promise<Sending>)();
  const first = await send(sending);
  expect(first.location).toBe("/login/choose-password");
  expect(shown(await send(sending))).toEqual(shown(first));
});

test("a script of a page that sends twice at once gets the first answer twice; a program gets the refusal", async () => {
  const browser = await site.signedIn(anna);
  await browser.postForm("/account/email", { email: "elsewhere@example.org" });
  const link = await linkTo("elsewhere@example.org", "/confirm-email-change");
  const json = { token: new URL(link, origin).searchParams.get("token") };
  const headers = { ...own, "x-csrf-token": await browser.csrfToken(), "sec-fetch-mode": "cors" };
  const post = (more: Record<string, string>) =>
    browser.send("POST", "/confirm-email-change", { json, headers: { ...headers, ...more } });
  const cookie = browser.jar.header;
  const [first, second] = await Promise.all([post({ cookie }), post({ cookie })]);
  expect([first?.status, second?.status]).toEqual([200, 200]);
  const { "sec-fetch-mode": _, ...program } = headers;
  const again = await browser.send("POST", "/confirm-email-change", {
    json,
    headers: { ...program, cookie },
  });
  expect(again.code).toBe("link_invalid");
});

describe("what differs isn't the same form", () => {
  let sending: Sending;
  let first: Answer;

  beforeEach(async () => {
    const browser = await site.signedIn(anna);
    sending = await filled(browser, "/account/password", {
      current_password: testPassword,
      password: better,
    });
    first = await send(sending);
  });

  const differing: [string, () => Partial<Sending> | Promise<Partial<Sending>>][] = [
    ["another password", () => ({ form: { ...sending.form, password: "a third teapot altogether" } })],
    ["another current password", () => ({ form: { ...sending.form, current_password: "wrong teapot" } })],
    ["another token", () => ({ form: { ...sending.form, csrf_token: "x" } })],
    ["one more field", () => ({ form: { ...sending.form, more: "1" } })],
    ["one field less", () => ({ form: { csrf_token: sending.form.csrf_token ?? "" } })],
    ["another query", () => ({ path: "/account/password?x=1" })],
    [
      "the old cookie without the device",
      () => ({ cookie: sending.cookie.replace(/; __Host-device=[^;]*/, "") }),
    ],
    [
      "the old cookie with another device",
      async () => {
        const other = (await site.signedIn("ben@example.org")).jar.get("__Host-device");
        return { cookie: sending.cookie.replace(/(__Host-device=)[^;]*/, `$1${other}`) };
      },
    ],
    ["no cookie", () => ({ cookie: "" })],
  ];

  test.each(differing)("[SL-02] %s gains nothing", async (_, change) => {
    const answer = await send({ ...sending, ...(await change()) });
    expect(answer.setCookies.join()).not.toContain(first.setCookies[0]?.slice(0, 60));
    expect([answer.status === 303 && answer.location === first.location, answer.status]).not.toEqual([
      true,
      200,
    ]);
    expect(await site.browser({ cookie: `${sending.cookie}` }).sessionStatus()).toBe(401);
  });

  test("[SL-02] a renewed session's value stays dead for everything else", async () => {
    expect(await site.sessionStatus(sending.cookie)).toBe(401);
    const old = site.browser({ cookie: sending.cookie });
    expect((await old.get("/dashboard")).location).toContain("/login");
    const notes = await old.send("POST", "/notes", {
      form: { csrf_token: sending.form.csrf_token ?? "" },
      headers: own,
    });
    expect(notes.status).toBe(303);
    expect(notes.location).toContain("/login");
  });

  test("a form sent again after 30 seconds meets what a new one meets", async () => {
    site.clock.advance("30s");
    const answer = await send(sending);
    expect([answer.status, answer.location]).toEqual([303, "/login?next=%2Faccount%2Fpassword"]);
  });

  test("[CF-02] another site can't ask for the answer", async () => {
    const answer = await send(sending, { "sec-fetch-site": "cross-site", origin: "https://evil.example" });
    expect([answer.status, answer.setCookies]).toEqual([403, []]);
  });
});

test("a form sent twice to two processes gets the first answer from the other one", async () => {
  const folder = mkdtempSync(join(tmpdir(), "latchkey-"));
  const options = { database: `sqlite:${join(folder, "a.db")}`, secretKeys: [inventedToken()] };
  const sites = [createSite(options), createSite(options)] as const;
  await unwrap(sites[0].auth.users.create({ email: anna, password: testPassword }));
  const visitor = sites[0].browser();
  const csrf_token = tokenIn((await visitor.open("/login")).text);
  const form = { login: anna, password: testPassword, csrf_token };
  const cookie = visitor.jar.header;
  const [first, second] = [
    await sites[0].browser({ cookie }).send("POST", "/login", { form, headers: own }),
    await sites[1].browser({ cookie }).send("POST", "/login", { form, headers: own }),
  ];
  expect(shown(second)).toEqual(shown(first));
  for (const each of sites) await each.close();
  rmSync(folder, { recursive: true });
});

test("a refused form is worked on each time", async () => {
  const throttled = createSite({ throttle: {} });
  const { email } = (await unwrap(throttled.auth.users.create({ email: anna, password: testPassword }))).user;
  const browser = throttled.browser();
  const statuses = [];
  for (let count = 0; count < 6; count++) {
    const form = { login: email, password: "wrong", csrf_token: await browser.csrfToken() };
    statuses.push((await browser.send("POST", "/login", { form, headers: own })).status);
  }
  expect(statuses).toEqual([401, 401, 401, 401, 401, 429]);
  await throttled.close();
});

test("[KY-03] [KY-05] the kept answers are sealed: their cookies stand nowhere in the database", async () => {
  const answer = await send(await (acts.login as () => Promise<Sending>)());
  const value = /__Host-session=([^;]+)/.exec(answer.setCookies.join("\n"))?.[1] ?? "";
  expect(value).toHaveLength(43);
  const dump = await databaseDump(site.auth.database);
  expect(dump).toContain("kept_answers ");
  for (const form of [value, Buffer.from(value, "base64url").toString("hex")])
    expect(dump).not.toContain(form);
});

test("[IN-01] the kept answers are bounded for each account and network, and expire", async () => {
  const count = async () =>
    (await site.auth.database.one<{ count: number }>("SELECT count(*) AS count FROM kept_answers"))?.count ??
    0;
  const browser = await site.signedIn(anna);
  const csrf_token = await browser.csrfToken();
  for (let index = 0; index < 30; index++) {
    const form = { csrf_token, more: String(index) };
    await browser.send("POST", "/account/sessions/end-others", { form, headers: own });
  }
  expect(await count()).toBeLessThanOrEqual(42);
  const visitor = site.browser();
  for (let index = 0; index < 130; index++)
    await visitor.postForm("/confirm-email/resend", { email: `n${index}@example.org` });
  expect(await count()).toBeLessThanOrEqual(42 + 202);
  site.clock.advance("31s");
  await visitor.postForm("/confirm-email/resend", { email: "last@example.org" });
  expect(await count()).toBeLessThanOrEqual(2);
  site.clock.advance("31s");
  await site.auth.cleanUp();
  expect(await count()).toBe(0);
});
