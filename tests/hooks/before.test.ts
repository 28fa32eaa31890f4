import { type BeforeHooks, unwrap } from "latchkey";
import { testPassword } from "latchkey/testing";
import { afterEach, describe, expect, test, vi } from "vitest";
import { inRequest } from "../operations/support/in-request.ts";
import { wholeDatabase } from "../operations/support/whole-database.ts";
import { spyOnStatements } from "../support/database-spy.ts";
import { createSite, type Site } from "../support/site.ts";

/* Hooks before something happens: their callers, their time, and the effect of every answer. */

const email = "anna@example.org";
const sentence = "Not from <here>, sorry.";
let site: Site;

afterEach(async () => {
  vi.useRealTimers();
  await site.close();
});

interface Asked {
  path: string;
  name: string;
  input: Record<string, string>;
  signedIn?: true;
}

const asked: Record<keyof BeforeHooks, Asked> = {
  register: {
    path: "/register",
    name: "register",
    input: { email: "ben@example.org", password: testPassword },
  },
  signIn: { path: "/login", name: "login", input: { login: email, password: testPassword } },
  changeEmail: {
    path: "/account/email",
    name: "changeEmail",
    input: { email: "anna@example.net" },
    signedIn: true,
  },
  deleteAccount: {
    path: "/account/delete",
    name: "requestDeletion",
    input: { confirm: email },
    signedIn: true,
  },
};
const hooks = Object.keys(asked) as (keyof BeforeHooks)[];

type Hook = () => never;
const answering = (answer: unknown): Hook => (() => answer) as Hook;

/** A site whose hook gives this answer, and a browser. */
async function meeting(hook: keyof BeforeHooks, work: Hook, language?: string) {
  let armed = false;
  const calls: unknown[][] = [];
  const before = {
    [hook]: (...values: unknown[]) => {
      if (!armed) return undefined;
      calls.push(values);
      return work();
    },
  } as BeforeHooks;
  site = createSite({ before, locales: ["en", "de"] });
  const { signedIn } = asked[hook];
  if (signedIn) await site.signedIn(email);
  else await unwrap(site.auth.users.create({ email, password: testPassword }));
  const known = signedIn ? await site.signedIn(email) : site.browser();
  const browser = site.browser({ cookie: known.jar.header, ...(language === undefined ? {} : { language }) });
  await browser.csrfToken();
  await site.mails();
  armed = true;
  return { browser, calls };
}

type Functions = Record<string, (input: object, context: unknown) => Promise<object>>;
const functionOf = (name: string) => (site.auth.account as unknown as Functions)[name] as Functions[string];

/** The rows that a refusal must not change. Only counters and the audit record it. */
async function accounts(): Promise<Record<string, string[] | undefined>> {
  const { users, sessions, pending_registrations, pending_logins, one_time_tokens, outbox } =
    await wholeDatabase(site.auth.database, ["last_seen_at", "idle_expires_at"]);
  return { users, sessions, pending_registrations, pending_logins, one_time_tokens, outbox };
}

describe.each(hooks)("before.%s", (hook) => {
  const { path, name, input } = asked[hook];

  test("the hook refuses with its sentence in the form, and no row changes", async () => {
    const { browser, calls } = await meeting(hook, answering({ refuse: sentence }));
    const before = await accounts();
    const page = await browser.postForm(path, input);
    expect(page.status).toBe(422);
    expect(page.text).toContain("Not from &lt;here&gt;, sorry.");
    expect(page.text).toMatch(/role="alert"|class="error-summary/);
    expect(page.text).toContain(`action="${path}"`);
    const problem = await browser.postJson(path, input);
    expect([problem.status, problem.code]).toEqual([422, "refused"]);
    expect(problem.json()).toMatchObject({ detail: sentence });
    const { result } = await inRequest(site, browser, (auth) => functionOf(name)(input, auth));
    expect(result).toEqual({ ok: false, code: "refused", sentence });
    expect(calls).toHaveLength(3);
    expect(calls[0]?.[1]).toEqual({
      address: "127.0.0.1",
      userAgent: null,
      requestId: page.headers.get("x-request-id"),
    });
    expect(await accounts()).toEqual(before);
  });

  test.each([
    [
      "throws",
      () => {
        throw new Error("a secret detail of the hook");
      },
    ],
    ["answers something else", answering(null)],
    ["answers false", answering(false)],
    ["answers an empty sentence", answering({ refuse: " " })],
  ] as const)("the hook refuses with the library's sentence if it %s", async (_title, work) => {
    const { browser } = await meeting(hook, work as Hook, "de");
    const before = await accounts();
    const problem = await browser.postJson(path, input);
    expect([problem.status, problem.code]).toEqual([422, "refused"]);
    expect(problem.json()).toMatchObject({ title: "Das ist hier nicht möglich" });
    expect(problem.text).not.toContain("secret");
    const page = await browser.postForm(path, input);
    expect([page.status, page.text.includes("Es wurde nichts geändert.")]).toEqual([422, true]);
    expect(await accounts()).toEqual(before);
  });

  test("the hook refuses if it takes longer than five seconds", async () => {
    const { promise: begun, resolve } = Promise.withResolvers<void>();
    const { browser } = await meeting(hook, (() => {
      resolve();
      return new Promise(() => undefined);
    }) as unknown as Hook);
    const csrf = await browser.csrfToken();
    const before = await accounts();
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const answering = browser.postJson(path, input, { "x-csrf-token": csrf });
    await begun;
    await vi.advanceTimersByTimeAsync(5000);
    const answer = await answering;
    vi.useRealTimers();
    expect([answer.status, answer.code]).toEqual([422, "refused"]);
    expect(site.log.filter(({ message }) => message.startsWith("a hook failed"))).toHaveLength(1);
    expect(await accounts()).toEqual(before);
  });

  test("a hook that returns nothing allows the act", async () => {
    const { browser, calls } = await meeting(hook, (async () => undefined) as unknown as Hook);
    const answer = await browser.postJson(path, input);
    expect(answer.status).toBeLessThan(300);
    expect(calls).toHaveLength(1);
  });
});

test("before.register gets the typed values after their check", async () => {
  const subjects: unknown[] = [];
  site = createSite({ before: { register: (subject) => void subjects.push(subject) } });
  const typed = { email: " Ben@Example.org ", username: "Ben", password: testPassword };
  expect((await site.browser().postJson("/register", typed)).status).toBe(202);
  expect(subjects).toEqual([{ email: "Ben@Example.org", username: "Ben", fields: {} }]);
  await site.browser().postJson("/register", { ...typed, email: "ben" });
  expect(subjects).toHaveLength(1);
});

describe.each(["confirm-first", "open"] as const)("before.register in %s mode", (registration) => {
  test("the hook runs before any look-up, so that a refusal can't reveal which addresses have an account", async () => {
    site = createSite({ registration, before: { register: () => ({ refuse: sentence }) } });
    await unwrap(site.auth.users.create({ email, username: "anna", password: testPassword }));
    async function statements(typed: object) {
      const browser = site.browser();
      const csrf = await browser.csrfToken();
      const heard: string[] = [];
      const stop = spyOnStatements(site.auth.database, (sql) => heard.push(sql));
      const answer = await browser.postJson("/register", typed, { "x-csrf-token": csrf });
      stop();
      return { heard, status: answer.status, body: answer.text.replace(/"request_id":"[^"]*"/, "") };
    }
    const free = await statements({ email: "ben@example.org", username: "ben", password: testPassword });
    const taken = await statements({ email, username: "anna", password: testPassword });
    expect(taken).toEqual(free);
    expect(free.status).toBe(422);
    // Every request checks its cookie.
    const others = free.heard.filter((sql) => !sql.includes("FROM sessions"));
    expect(others.some((sql) => /\busers\b|email_key|username_key/.test(sql))).toBe(false);
  });
});

test("a form that a hook refuses keeps what was typed, and never the password", async () => {
  site = createSite({ before: { register: () => ({ refuse: sentence }) } });
  const page = await site
    .browser()
    .submitForm("/register", { email: "ben@example.org", password: testPassword });
  expect(page.text).toContain('value="ben@example.org"');
  expect(page.text).not.toContain(testPassword);
});

test("a meanwhile changed address doesn't bypass the hook of deletion", async () => {
  const deleteAccount = vi.fn(() => ({ refuse: sentence }));
  site = createSite({ before: { deleteAccount } });
  const anna = await site.signedIn(email);
  const { result } = await inRequest(site, anna, async (auth) => {
    const changed = "UPDATE users SET email = $1, email_key = $1 WHERE email_key = $2";
    await site.auth.database.run(changed, "anna@example.net", email);
    return site.auth.account.requestDeletion({ confirm: "anna@example.net" }, auth);
  });
  expect(result).toMatchObject({ ok: false, code: "invalid_input" });
  expect(deleteAccount).not.toHaveBeenCalled();
});
