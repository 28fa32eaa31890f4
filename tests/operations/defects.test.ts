import { createAuth, unwrap } from "latchkey";
import { Secret } from "latchkey/kit";
import { testPassword } from "latchkey/testing";
import { afterEach, expect, test } from "vitest";
import { createSite, type Site, tokenOf } from "../support/site.ts";
import { inRequest, inScript, requestAuth } from "./support/in-request.ts";

/* Behaviour in which functions once differed from pages, and other findings of an early review. */

const email = "anna@example.org";
const better = "seven grey cups on a shelf";
let site: Site;

afterEach(() => site?.close());

async function account(to: Site, address = email): Promise<string> {
  return (await unwrap(to.auth.users.create({ email: address, password: testPassword }))).user.id;
}

test("choosing a password by function signs the browser out and keeps the device", async () => {
  site = createSite();
  const userId = await account(site);
  const stranger = await site.signedIn("mallory@example.org");
  const { link } = await unwrap(site.auth.users.passwordLink({ userId }));
  const { result, context } = await inRequest(site, stranger, (auth) =>
    site.auth.account.choosePassword({ token: tokenOf(link), password: better }, auth),
  );
  expect(result.ok).toBe(true);
  expect(context.user).toBeNull();
  expect(await stranger.sessionStatus()).toBe(401);
  const device = stranger.jar.get(site.auth.settings.cookies.device);
  expect(result.ok && result.deviceToken.reveal()).toBe(device);
  await inRequest(site, stranger, (auth) =>
    site.auth.account.login({ login: email, password: better }, auth),
  );
  // A known device sends no notice.
  expect((await site.mails()).map(({ kind }) => kind)).not.toContain("new_device");
});

test("choosing a password by function ends the account's own session in the same request", async () => {
  site = createSite();
  const browser = await site.signedIn(email);
  const userId = (await requestAuth(site, browser)).user?.id ?? "";
  const { link } = await unwrap(site.auth.users.passwordLink({ userId }));
  const { context } = await inRequest(site, browser, (auth) =>
    site.auth.account.choosePassword({ token: tokenOf(link), password: better }, auth),
  );
  expect([context.user, context.session]).toEqual([null, null]);
});

test("a function's caller whose password must be changed gets the next step and continues with it", async () => {
  site = createSite();
  const userId = await account(site);
  await unwrap(site.auth.users.requirePasswordChange({ userId }));
  const script = inScript(site);
  const refused = await site.auth.account.login({ login: email, password: testPassword }, script);
  expect(refused).toEqual({
    ok: false,
    code: "password_change_required",
    next: { stage: "choose_password", path: "/login/choose-password", token: expect.any(Secret) },
  });
  const token = refused.ok ? "" : (refused.next?.token.reveal() ?? "");
  expect(await site.sessionStatus(`${site.auth.settings.cookies.session}=${token}`)).toBe(401);
  const done = await site.auth.account.replacePassword({ password: better, login: token }, script);
  const session = done.ok ? done.sessionToken.reveal() : "";
  expect(await site.sessionStatus(`${site.auth.settings.cookies.session}=${session}`)).toBe(200);
  expect(await site.auth.account.replacePassword({ password: better, login: token }, script)).toEqual({
    ok: false,
    code: "login_required",
  });
});

test("a function in a request holds the pending sign-in in the cookie, also within one request", async () => {
  site = createSite();
  const userId = await account(site);
  await unwrap(site.auth.users.requirePasswordChange({ userId }));
  const browser = site.browser();
  const { context } = await inRequest(site, browser, async (auth) => {
    const refused = await site.auth.account.login({ login: email, password: testPassword }, auth);
    expect([refused.ok, auth.user]).toEqual([false, null]);
    return site.auth.account.replacePassword({ password: better }, auth);
  });
  expect(context.user?.email).toBe(email);
  expect(await browser.who()).toBe(email);
});

test("a page redirects to the form for a new password, and a program gets its path", async () => {
  site = createSite();
  const userId = await account(site);
  await unwrap(site.auth.users.requirePasswordChange({ userId }));
  const person = site.browser();
  const page = await person.submitForm("/login", { login: email, password: testPassword, next: "/vault" });
  expect([page.status, page.location]).toEqual([303, "/login/choose-password"]);
  expect(await person.sessionStatus()).toBe(401);
  const program = site.browser();
  const problem = await program.postJson("/login", { login: email, password: testPassword });
  expect([problem.status, problem.code]).toEqual([401, "password_change_required"]);
  const { csrf_token } = problem.json<{ csrf_token: string }>();
  expect(problem.json()).toMatchObject({ continue: "/login/choose-password" });
  expect(problem.text).not.toContain(program.session());
  expect(await program.sessionStatus()).toBe(401);
  const goOn = { password: better };
  const signedIn = await program.postJson("/login/choose-password", goOn, { "x-csrf-token": csrf_token });
  expect([signedIn.status, await program.who()]).toEqual([200, email]);
  // The other pending sign-in died with its proven password.
  const late = await person.postForm("/login/choose-password", { password: `${better} too` });
  expect([late.status, late.location?.split("?")[0]]).toEqual([303, "/login"]);
});

test("the page for a new password leads to the sign-in's destination", async () => {
  site = createSite();
  const userId = await account(site);
  await unwrap(site.auth.users.requirePasswordChange({ userId }));
  const browser = site.browser();
  await browser.submitForm("/login", { login: email, password: testPassword, next: "/vault" });
  const answer = await browser.submitForm("/login/choose-password", { password: better });
  expect([answer.status, answer.location, await browser.who()]).toEqual([303, "/vault", email]);
});

test("the page for a new password doesn't lead in circles once the password is replaced", async () => {
  site = createSite();
  const browser = await site.signedIn(email);
  const page = await browser.get("/login/choose-password");
  expect([page.status, page.location]).toEqual([303, "/dashboard"]);
  const late = await browser.postForm("/login/choose-password", { password: better });
  const login = await browser.get(late.location ?? "");
  expect(login.location).toBe("/dashboard");
});

test("functions name the sign-in's destination, for every way in that knows it", async () => {
  site = createSite({ login: { mail: true } });
  await account(site);
  const browser = site.browser();
  const { account: functions } = site.auth;
  const byPassword = await inRequest(site, browser, (auth) =>
    functions.login({ login: email, password: testPassword, next: "/vault" }, auth),
  );
  expect(byPassword.result).toMatchObject({ ok: true, next: "/vault" });
  const asking = site.browser();
  await inRequest(site, asking, (auth) => functions.requestMailLogin({ email, next: "/reports" }, auth));
  const token = await site.tokenTo(email);
  const byMail = await inRequest(site, asking, (auth) => functions.confirmMailLogin({ token }, auth));
  expect(byMail.result).toMatchObject({ ok: true, next: "/reports" });
  const registering = site.browser();
  await registering.csrfToken();
  await inRequest(site, registering, (auth) =>
    functions.register({ email: "ben@example.org", password: testPassword, next: "/notes" }, auth),
  );
  const link = await site.tokenTo("ben@example.org");
  const confirmed = await inRequest(site, registering, (auth) =>
    functions.confirmEmail({ token: link }, auth),
  );
  expect(confirmed.result).toMatchObject({ ok: true, status: "signed_in", next: "/notes" });
  const must = (await unwrap(site.auth.users.find({ who: email }))).user?.id ?? "";
  await unwrap(site.auth.users.requirePasswordChange({ userId: must }));
  const replacing = await inRequest(site, site.browser(), async (auth) => {
    await functions.login({ login: email, password: testPassword, next: "/later" }, auth);
    return functions.replacePassword({ password: better }, auth);
  });
  expect(replacing.result).toMatchObject({ ok: true, next: "/later" });
});

const acts: Record<string, (site: Site, userId: string) => Promise<unknown>> = {
  disable: async ({ auth }, userId) => {
    await unwrap(auth.users.disable({ userId }));
    await unwrap(auth.users.enable({ userId }));
  },
  endSessions: ({ auth }, userId) => unwrap(auth.users.endSessions({ userId })),
  setRoles: ({ auth }, userId) => unwrap(auth.users.setRoles({ userId, roles: ["analyst"] })),
  "disable, by an administrator": async ({ auth }, userId) => {
    const actor = (await unwrap(auth.users.create({ email: "boss@example.org" }))).user.id;
    await unwrap(auth.users.disable({ userId }, { actor }));
    await unwrap(auth.users.enable({ userId }, { actor }));
  },
};

const disabled = {
  en: [
    "Account enabled again. Done by an administrator.",
    "Account disabled. Done by an administrator.",
    "Logged out of 2 devices. Account disabled. Done by an administrator.",
  ],
  de: [
    "Konto entsperrt. Durch die Administration.",
    "Konto gesperrt. Durch die Administration.",
    "Von 2 Geräten abgemeldet. Konto gesperrt. Durch die Administration.",
  ],
};
/** The owner's activity. Rows of one millisecond have any order. */
const told: Record<string, { en: string[]; de: string[] }> = {
  disable: disabled,
  "disable, by an administrator": disabled,
  endSessions: {
    en: ["Logged out of 2 devices. Done by an administrator."],
    de: ["Von 2 Geräten abgemeldet. Durch die Administration."],
  },
  setRoles: {
    en: [
      "Logged out of 2 devices. Permissions changed. Done by an administrator.",
      "Permissions changed. Done by an administrator.",
    ],
    de: [
      "Von 2 Geräten abgemeldet. Berechtigungen geändert. Durch die Administration.",
      "Berechtigungen geändert. Durch die Administration.",
    ],
  },
};

test.each(Object.keys(acts))(
  "%s names the operator in every row and ends the sessions in one",
  async (name) => {
    site = createSite({ locales: ["en", "de"] });
    const browser = await site.signedIn(email);
    await site.signedIn(email);
    const userId = (await requestAuth(site, browser)).user?.id ?? "";
    site.clock.advance("1s");
    const before = site.clock.now();
    await acts[name]?.(site, userId);
    const { records } = await unwrap(site.auth.audit.list({ subject: userId }));
    const rows = records.filter(({ time }) => time >= before);
    expect(rows.filter(({ event }) => event === "session_ended")).toHaveLength(1);
    const actors = new Set(rows.map(({ actor }) => actor));
    expect([...actors]).toEqual([
      name.endsWith("administrator") ? expect.stringMatching(/^[0-9a-f-]{36}$/) : "operator",
    ]);

    const again = await site.signedIn(email);
    for (const language of ["en", "de"] as const) {
      const context = await requestAuth(site, again, language);
      const { events } = await unwrap(site.auth.account.listActivity({}, context));
      const texts = events.filter(({ id }) => rows.some((row) => row.id === id)).map(({ text }) => text);
      expect(texts.sort()).toEqual(told[name]?.[language].toSorted());
    }
  },
);

test("createAuth takes one argument and refuses weak hashes", () => {
  const options = {
    origin: "https://app.example.org",
    database: "sqlite::memory:",
    password: { hash: { memoryKiB: 64, passes: 1, parallelism: 1 } },
  };
  expect(createAuth).toHaveLength(1);
  expect(() => createAuth(options)).toThrow(/password\.hash/);
  // @ts-expect-error a second argument doesn't exist
  expect(() => createAuth(options, { weakHashes: true })).toThrow(/password\.hash/);
  // @ts-expect-error an option of that name doesn't exist
  expect(() => createAuth({ ...options, weakHashes: true })).toThrow(/password\.hash/);
});

test.each(["roles", "scopes", "anything"])("a form that repeats %s is refused", async (name) => {
  site = createSite();
  const browser = site.browser();
  const csrf = await browser.csrfToken();
  const body = `csrf_token=${csrf}&login=anna&password=wrong&${name}=a&${name}=b`;
  const answer = await browser.send("POST", "/login", {
    body,
    headers: {
      "content-type": "application/x-www-form-urlencoded",
      origin: "https://app.example.org",
      "sec-fetch-site": "same-origin",
    },
  });
  expect(answer.status).toBe(400);
});

test("a statement that writes is refused as a read, and counts as a write, however it begins", async () => {
  site = createSite();
  const browser = await site.signedIn(email);
  const { database } = site.auth;
  const userId = (await requestAuth(site, browser)).user?.id ?? "";
  const writing = [
    [
      "WITH gone AS (SELECT $1 AS id) UPDATE sessions SET ended_at = 1, ended_reason = 'logout' WHERE user_id IN (SELECT id FROM gone)",
      userId,
    ],
    ["REPLACE INTO roles (user_id, role) VALUES ($1, 'analyst')", userId],
    [
      "WITH added (id) AS (SELECT $1) INSERT INTO roles (user_id, role) SELECT id, 'analyst' FROM added",
      userId,
    ],
  ] as const;
  for (const [sql, value] of writing) {
    await expect(database.one(sql, value)).rejects.toThrow(TypeError);
    await expect(database.all(sql, value)).rejects.toThrow(TypeError);
    await expect(database.transaction((tx) => tx.one(sql, value))).rejects.toThrow(TypeError);
  }
  expect((await browser.get("/reports")).status).toBe(403);
  expect(await database.run(writing[1][0], userId)).toBe(1);
  // Visible at once: the kept session was dropped.
  expect((await browser.get("/reports")).status).toBe(200);
  await database.run("DELETE FROM roles WHERE user_id = $1", userId);
  expect((await browser.get("/reports")).status).toBe(403);
  expect(await database.run(writing[2][0], userId)).toBe(1);
  expect((await browser.get("/reports")).status).toBe(200);
  expect(await database.transaction((tx) => tx.run(writing[0][0], userId))).toBe(1);
  expect(await browser.sessionStatus()).toBe(401);
});
