import { type HookEvent, type OnHooks, unwrap } from "latchkey";
import { testPassword } from "latchkey/testing";
import { afterEach, describe, expect, test } from "vitest";
import { wholeDatabase } from "../operations/support/whole-database.ts";
import type { Answer } from "../support/answer.ts";
import { repeatTransactions } from "../support/repeated-transactions.ts";
import { createSite, noThrottle, type Site } from "../support/site.ts";
import { better, email, idOf, scenarios } from "./support/happenings.ts";
import { listening, namesDeferred, putWorkspace, workspacesOf } from "./support/listening.ts";

/*
 * Listeners of refusals and of acts of strangers. A refusal can't be undone, and its answer must not reveal whether an
 * account exists. So both kinds of listeners are jobs.
 */

const sites: Site[] = [];
afterEach(async () => {
  for (const site of sites.splice(0)) await site.close();
});

async function open(...[name, work]: Parameters<typeof listening>) {
  const opened = await listening(name, work);
  sites.push(opened.site);
  return opened;
}

function open_(options: Parameters<typeof createSite>[0]): Site {
  const site = createSite(options);
  sites.push(site);
  return site;
}

const failing = async (...[event, tx]: Parameters<typeof putWorkspace>): Promise<never> => {
  await putWorkspace(event, tx);
  throw new Error("no workspace for this one");
};

/** An answer without its random parts. */
const seen = ({ status, text, headers }: Answer) => [
  status,
  text.replace(/"request_id":"[\w-]{22}"|[\w-]{43}/g, "<random>"),
  [...headers].filter(([name]) => name !== "x-request-id").map(([name, value]) => [name, value.length]),
];

const failures = ({ log }: Site) =>
  log.filter(({ message }) => message === "a listener failed; its job is tried again");

describe.each(namesDeferred)("%s", (name) => {
  test("the event calls on and after once its answer is sent, with the same values", async () => {
    const on: HookEvent[] = [];
    const after: HookEvent[] = [];
    const { site, happen } = await open(name, {
      async on(event, tx) {
        on.push(event);
        await putWorkspace(event, tx);
      },
      after: (event) => void after.push(event),
    });
    const id = await idOf(site);
    await happen();
    expect([on, after]).toEqual([[], []]);
    await site.auth.deliverMail();
    const actor = scenarios[name].actor === "owner" ? id : null;
    const user = { id, email, username: null };
    expect(on).toMatchObject([{ userId: id, user, actor, time: site.clock.now() }]);
    expect(after).toEqual(on);
    expect(await workspacesOf(site)).toEqual([{ owner: id }]);
  });

  test("[TH-02] an error of the on listener changes neither the answer nor the stored rows", async () => {
    const quiet = await open(name, {});
    const broken = await open(name, { on: failing });
    const expected = seen((await quiet.happen()) as Answer);
    expect(seen((await broken.happen()) as Answer)).toEqual(expected);
    for (const { site } of [quiet, broken]) await site.auth.deliverMail();
    expect(failures(broken.site).map(({ fields }) => fields)).toEqual([
      { hook: `on.${name}`, error: "Error: no workspace for this one" },
    ]);
    const stored = async ({ site }: typeof quiet) => {
      const { outbox = [], ...rest } = await wholeDatabase(site.auth.database);
      return { ...rest, throttle: [], outbox: outbox.filter((row) => !row.includes('"queue":"deferred"')) };
    };
    expect(await stored(broken)).toEqual(await stored(quiet));
  });
});

test("a failed on listener is called again, and its writes happen once", async () => {
  let calls = 0;
  const { site, happen } = await open("signInFailed", {
    async on(event, tx) {
      calls += 1;
      await putWorkspace(event, tx);
      if (calls === 1) throw new Error("locked");
    },
  });
  await happen();
  const repeated = repeatTransactions(site.auth.database);
  await site.auth.deliverMail();
  expect([calls, await workspacesOf(site)]).toEqual([1, []]);
  site.clock.advance("1m");
  await site.auth.deliverMail();
  // The repeated transaction called it twice and kept one of the two.
  expect([calls, (await workspacesOf(site)).length]).toEqual([3, 1]);
  expect(repeated()).toBeGreaterThan(0);
  expect((await unwrap(site.auth.outbox.list())).mails).toEqual([]);
});

test("[TH-01] a failed sign-in gets the same answer if the listener fails, whether the account exists or not", async () => {
  const site = open_({ on: { signInFailed: failing, requestRefused: failing } });
  await unwrap(site.auth.users.create({ email, password: testPassword }));
  const answers: unknown[] = [];
  for (const login of [email, "nobody@example.org"])
    answers.push(seen(await site.browser().postJson("/login", { login, password: better })));
  expect(answers[0]).toEqual(answers[1]);
  expect(JSON.stringify(answers[0])).toContain("invalid_credentials");
});

test("[SU-01] a registration gets the same answer if the listener fails, whether the address is taken or not", async () => {
  const site = open_({ on: { registrationRequestedAgain: failing } });
  await unwrap(site.auth.users.create({ email, password: testPassword }));
  const answers: unknown[] = [];
  for (const typed of [email, "anne@example.org"]) {
    const answer = await site.browser().postJson("/register", { email: typed, password: better });
    answers.push(seen({ ...answer, text: answer.text.replace(typed, "<address>") }));
  }
  expect(answers[0]).toEqual(answers[1]);
  expect(JSON.stringify(answers[0])).toContain("confirmation_sent");
});

test("an event of an unknown account calls no listener, and its jobs end", async () => {
  const heard: HookEvent[] = [];
  const listen = { signInFailed: (event: HookEvent) => void heard.push(event) };
  const site = open_({ on: listen, after: listen });
  await site.browser().postJson("/login", { login: "nobody@example.org", password: better });
  expect((await unwrap(site.auth.outbox.list())).mails.map(({ kind }) => kind)).toEqual([
    "job:after",
    "job:on",
  ]);
  await site.auth.deliverMail();
  expect(heard).toEqual([]);
  expect((await unwrap(site.auth.outbox.list({ state: "all" }))).mails).toEqual([]);
});

test("a sign-in that before.signIn refuses calls signInFailed, also for an account that doesn't exist yet", async () => {
  const heard: HookEvent[] = [];
  const site = open_({
    registration: "open",
    before: { signIn: () => ({ refuse: "Not today." }) },
    after: { signInFailed: (event) => void heard.push(event) },
  });
  const { code } = await site.browser().postJson("/register", { email, password: testPassword });
  expect(code).toBe("refused");
  await site.auth.deliverMail();
  expect(heard).toMatchObject([{ user: null, detail: { method: "registration", reason: "refused" } }]);
});

test("requestRefused gets the reason of a refusal as the event's name", async () => {
  const heard: string[] = [];
  const site = open_({
    login: { mail: true },
    throttle: { ...noThrottle, perDevice: 1 },
    on: { requestRefused: ({ name, detail }) => void heard.push(`${name} ${detail.route}`) },
  });
  const browser = await site.signedIn(email);
  await browser.postJson("/account/password", {}, { "x-csrf-token": "invented" });
  await browser.get("/admin/users");
  await browser.postJson("/account/email", { email: ["no", "text"] });
  await site.browser().postJson("/login/mail", { email });
  const { links } = await site.mailTo(email);
  const token = new URL(links[0] ?? "").searchParams.get("token");
  await browser.postJson("/login/mail/confirm", { token });
  for (let times = 0; times < 2; times += 1) await browser.postJson("/reauthenticate", { password: better });
  await site.auth.deliverMail();
  expect(heard).toEqual([
    "malicious_csrf POST /account/password",
    "authz_fail GET /admin/users",
    "input_validation_fail POST /account/email",
    "sequence_fail POST /login/mail/confirm",
    "excess_rate_limit_exceeded POST /reauthenticate",
  ]);
});

describe("a flood", () => {
  const calls = (site: Site) =>
    site.auth.database.all("SELECT 1 FROM outbox WHERE queue = 'deferred'").then((rows) => rows.length);
  const rows = (site: Site) =>
    site.auth.database
      .all("SELECT 1 FROM audit WHERE event = 'malicious_csrf'")
      .then((found) => found.length);

  test("[TH-05] a flood of refused requests leaves as many calls of the listener as rows in the audit", async () => {
    for (const [limits, expected] of [
      [{}, 12],
      [{ perAddress: 3 }, 6],
      [{ perSite: 4 }, 4],
    ] as const) {
      const site = open_({
        throttle: { ...noThrottle, ...limits },
        after: { requestRefused: () => Promise.reject(new Error("away")) },
      });
      const { jar } = await site.signedIn(email);
      for (let times = 0; times < 12; times += 1) {
        const browser = site.browser({ address: `192.0.2.${times % 2}`, cookie: jar.header });
        await browser.postJson("/account/password", {}, { "x-csrf-token": "invented" });
      }
      expect([await calls(site), await rows(site)]).toEqual([expected, expected]);
    }
  });

  test("[TH-05] a used link that is opened repeatedly leaves at most the site's limit of calls and rows", async () => {
    const site = open_({
      throttle: { ...noThrottle, perSite: 5 },
      after: { oneTimeTokenReused: () => Promise.reject(new Error("away")) },
    });
    const { user } = await unwrap(site.auth.users.create({ email, password: testPassword }));
    const { link } = await unwrap(site.auth.users.passwordLink({ userId: user.id }));
    const token = new URL(link).searchParams.get("token") ?? "";
    await site.browser().postJson("/reset-password", { token, password: better });
    for (let times = 0; times < 9; times += 1)
      await site
        .browser({ address: `192.0.2.${times}` })
        .postJson("/reset-password", { token, password: better });
    const { records } = await unwrap(site.auth.audit.list({ event: "authn_token_reuse" }));
    expect([records.length, await calls(site)]).toEqual([5, 5]);
    const lines = site.log.filter(({ message }) => message === "authn_token_reuse");
    expect(lines).toHaveLength(9);
  });

  test("[TH-05] listeners of a flood delay no listener of accounts' acts", async () => {
    const heard: string[] = [];
    const { promise: hangs, resolve: goOn } = Promise.withResolvers<void>();
    const site = open_({
      after: {
        signInFailed: () => hangs,
        userCreated: ({ user }) => void heard.push(user?.email ?? ""),
      },
    } satisfies { after: OnHooks });
    await unwrap(site.auth.users.create({ email, password: testPassword }));
    await site.auth.deliverMail();
    await site.browser().postJson("/login", { login: email, password: better });
    const delivering = site.auth.deliverMail();
    await unwrap(site.auth.users.create({ email: "ben@example.org" }));
    await expect.poll(() => heard).toEqual([email, "ben@example.org"]);
    goOn();
    await delivering;
  });
});
