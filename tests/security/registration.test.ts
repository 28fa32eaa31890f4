import { unwrap } from "latchkey";
import { testPassword } from "latchkey/testing";
import { describe, expect, test } from "vitest";
import { type Answer, seenFromOutside } from "../support/answer.ts";
import { databaseDump } from "../support/database-dump.ts";
import { type Site, tokenOf } from "../support/site.ts";
import { siteMaker } from "../support/sites.ts";

const newSite = siteMaker();

const confirmFirst = newSite();
const open = newSite({ registration: "open" });
const password = testPassword;
const register = (site: Site, email: string, more: Record<string, unknown> = {}): Promise<Answer> =>
  site.browser().postJson("/register", { email, password, ...more });

async function count(site: Site, sql: string): Promise<number> {
  await site.auth.ready();
  return (await site.auth.database.one<{ count: number }>(`SELECT count(*) AS count FROM ${sql}`))!.count;
}

/** Registers and confirms in one browser. */
async function member(site: Site, email: string, more: Record<string, unknown> = {}): Promise<void> {
  const browser = site.browser();
  await browser.postJson("/register", { email, password, ...more });
  const confirmed = await browser.postJson("/confirm-email", { token: await site.tokenTo(email) });
  expect(confirmed.status).toBe(200);
}

describe("registering an address that is new, pending or taken", () => {
  // All of one length, so that only the answer could distinguish them.
  const spellings: [string, string, string][] = [
    ["as it is", "free-1@example.org", "held-1@example.org"],
    ["in capitals", "FREE-2@EXAMPLE.ORG", "HELD-2@EXAMPLE.ORG"],
    ["with an accent, composed", "fr\u00e9e-3@example.org", "h\u00e9ld-3@example.org"],
    ["with an accent, decomposed", "fre\u0301e-4@example.org", "he\u0301ld-4@example.org"],
    ["with an international domain", "free-5@m\u00fcnchen.example", "held-5@m\u00fcnchen.example"],
  ];

  test.each(spellings)("[SU-01] A-EN-03 a registration always looks the same, %s", async (_, free, held) => {
    await member(confirmFirst, held.normalize("NFC").toLowerCase());
    const pending = held.replace(/^h/i, "p");
    await register(confirmFirst, pending);
    const form = (email: string) => confirmFirst.browser().postForm("/register", { email, password });
    const shown = (answer: Answer, email: string) => seenFromOutside(answer, email, email.normalize("NFC"));

    const expectedPage = shown(await form(free), free);
    expect(expectedPage).toMatchObject({ status: 200 });
    expect(shown(await form(held), held)).toEqual(expectedPage);
    expect(shown(await form(pending), pending)).toEqual(expectedPage);

    const expectedJson = shown(await register(confirmFirst, free), free);
    expect(expectedJson).toMatchObject({ status: 202, body: '{"status":"confirmation_sent"}' });
    expect(shown(await register(confirmFirst, held), held)).toEqual(expectedJson);
  });

  test("[SU-01] only the mail differs: a link to the new address, an explanation to the owner", async () => {
    await member(confirmFirst, "owner@example.org");
    await register(confirmFirst, "Owner@Example.ORG");
    await register(confirmFirst, "newcomer@example.org");
    const explanation = await confirmFirst.mailTo("owner@example.org");
    expect(explanation.kind).toBe("already_registered");
    expect(explanation.links.join()).not.toContain("token");
    expect(explanation.text).not.toContain(password);
    const confirmation = await confirmFirst.mailTo("newcomer@example.org");
    expect(confirmation.kind).toBe("confirm_email");
    expect(confirmation.links[0]).toMatch(
      /^https:\/\/app\.example\.org\/confirm-email\?token=[A-Za-z0-9_-]{43}$/,
    );
    expect((await confirmFirst.mails()).some(({ to }) => to === "Owner@Example.ORG")).toBe(false);
  });

  test("[SU-01] refusals of the input are the same for a new and a taken address", async () => {
    await member(confirmFirst, "known@example.org");
    for (const body of [{ password: "short" }, { password }, { password, username: "root" }, {}]) {
      const email = (name: string) => ("username" in body || "password" in body ? { email: name } : {});
      const [known, fresh] = await Promise.all(
        ["known@example.org", "fresh@example.org"].map(async (name) =>
          seenFromOutside(
            await confirmFirst
              .browser()
              .postForm("/register", { ...body, ...email(name) } as Record<string, string>),
            name,
          ),
        ),
      );
      expect(known).toEqual(fresh);
    }
  });
});

const forbidden: [string, string][] = [
  ["role", "admin"],
  ["roles", "admin"],
  ["roles[]", "admin"],
  ["isAdmin", "1"],
  ["is_admin", "true"],
  ["emailVerified", "true"],
  ["email_verified", "true"],
  ["email_verified_at", "1"],
  ["email_confirmed_at", "1"],
  ["id", "0190a000-0000-7000-8000-000000000000"],
  ["_id", "1"],
  ["userId", "1"],
  ["createdAt", "1"],
  ["created_at", "1"],
  ["passwordHash", "x"],
  ["password_hash", "x"],
  ["status", "disabled"],
  ["epoch", "99"],
  ["mfaEnabled", "false"],
  ["user[role]", "admin"],
  ["user.role", "admin"],
  ["$set[role]", "admin"],
  ["permissions[]", "*"],
  ["__proto__[role]", "admin"],
  ["__proto__.role", "admin"],
  ["constructor[prototype][role]", "admin"],
];

interface SessionBody {
  user: Record<string, unknown>;
}

describe("mass assignment", () => {
  function expectPlain(body: SessionBody, email: string): void {
    const { id, ...user } = body.user;
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/);
    expect(id).not.toBe("0190a000-0000-7000-8000-000000000000");
    expect(user).toEqual({ email, username: null, email_verified: false, roles: ["user"] });
  }

  test.each(forbidden)("[SU-03] A-IN-01 %s=%s in a registration form is ignored", async (name, value) => {
    const browser = open.browser();
    const email = `${forbidden.findIndex(([other]) => other === name)}-form@example.org`;
    const answer = await browser.postForm("/register", { email, password, [name]: value });
    expect(answer.status).toBe(303);
    expectPlain((await browser.get("/session")).json<SessionBody>(), email);
    expect((await browser.get("/admin/users")).status).toBe(403);
  });

  test("[SU-03] A-IN-01 all extra fields at once in JSON are ignored, and nested ones are refused", async () => {
    const browser = open.browser();
    const email = "assigned@example.org";
    const csrf = await browser.csrfToken();
    const plain = JSON.stringify({ email, password, ...Object.fromEntries(forbidden) });
    const post = (rest: string) =>
      browser.send("POST", "/register", {
        headers: { "content-type": "application/json", "x-csrf-token": csrf },
        body: `${plain.slice(0, -1)},${rest}}`,
      });
    for (const nested of [
      '"__proto__":{"role":"admin","roles":["admin"]}',
      '"constructor":{"prototype":{"isAdmin":true}}',
      '"user":{"role":"admin"}',
    ]) {
      const refused = await post(nested);
      expect([nested, refused.status, refused.code]).toEqual([nested, 400, "malformed_body"]);
    }
    expect((await post('"__proto__":"admin","constructor":["isAdmin"],"user":"admin"')).status).toBe(201);
    expectPlain((await browser.get("/session")).json<SessionBody>(), email);
    expect(({} as Record<string, unknown>).role).toBeUndefined();
    expect(({} as Record<string, unknown>).isAdmin).toBeUndefined();
  });

  test("[SU-03] the same extra fields have no effect at login, at a password change and at a confirmation", async () => {
    const email = "later-fields@example.org";
    // With and without brackets, `roles` would be one name given twice.
    const extra = Object.fromEntries(forbidden.filter(([name]) => name !== "roles"));
    const first = confirmFirst.browser();
    await first.postForm("/register", { ...extra, email, password });
    const token = await confirmFirst.tokenTo(email);
    expect((await first.postForm("/confirm-email", { ...extra, token })).status).toBe(303);
    const browser = confirmFirst.browser();
    expect((await browser.postForm("/login", { ...extra, login: email, password })).status).toBe(303);
    const change = { current_password: password, password: "another quiet teapot" };
    expect((await browser.postForm("/account/password", { ...extra, ...change })).status).toBe(303);
    const { user } = (await browser.get("/session")).json<SessionBody>();
    expect(user).toMatchObject({ email, email_verified: true, roles: ["user"] });
    expect((await unwrap(confirmFirst.auth.users.find({ who: email }))).user?.status).toBe("active");
  });
});

/** Fifty spellings of one address. */
const mixedCase = (local: string): string[] =>
  Array.from({ length: 50 }, (_, index) => {
    const letters = [...local].map((letter, at) => ((index >> at) & 1 ? letter.toUpperCase() : letter));
    return `${letters.join("")}@${index % 2 ? "EXAMPLE.org" : "example.org"}`;
  });

describe("fifty registrations of one address at once", () => {
  test("[SU-04] A-RC-01 open: fifty registrations at once make one account, with the winner's password; the others get taken", async () => {
    const answers = await Promise.all(
      mixedCase("racing").map(async (email, index) => {
        const own = `password of racer ${index}`;
        const answer = await open.browser({ address: `203.0.113.${index}` }).postJson("/register", {
          email,
          password: own,
        });
        return { answer, own };
      }),
    );
    const winners = answers.filter(({ answer }) => answer.status === 201);
    expect(winners).toHaveLength(1);
    for (const { answer } of answers) {
      if (answer.status !== 201) expect([answer.status, answer.code]).toEqual([422, "email_taken"]);
    }
    expect(await count(open, "users WHERE email_key = 'racing@example.org'")).toBe(1);
    let opened = 0;
    for (const { own } of answers) {
      const login = await open.browser().postJson("/login", { login: "racing@example.org", password: own });
      if (login.status === 200) opened += 1;
    }
    expect(opened).toBe(1);
    const winner = await open
      .browser()
      .postJson("/login", { login: "racing@example.org", password: winners[0]?.own });
    expect(winner.status).toBe(200);
  });

  test("[SU-04] A-RC-01 confirm-first: fifty registrations get one answer, no account yet; all confirm at once and one wins", async () => {
    const racers = mixedCase("walker").map((email, index) => ({
      email,
      own: `password of walker ${index}`,
      browser: confirmFirst.browser({ address: `203.0.113.${index}` }),
    }));
    const answers = await Promise.all(
      racers.map(({ browser, email, own }) => browser.postJson("/register", { email, password: own })),
    );
    expect(new Set(answers.map(({ status, text }) => `${status} ${text}`))).toEqual(
      new Set(['202 {"status":"confirmation_sent"}']),
    );
    expect(await count(confirmFirst, "users WHERE email_key = 'walker@example.org'")).toBe(0);

    const mails = (await confirmFirst.mails()).filter(({ to }) => to.toLowerCase() === "walker@example.org");
    expect(mails).toHaveLength(50);
    const confirmations = await Promise.all(
      racers.map(async ({ browser, email, own }) => {
        const token = tokenOf(mails.find(({ to }) => to === email)?.links[0] ?? "");
        return { own, answer: await browser.postJson("/confirm-email", { token }) };
      }),
    );
    const winners = confirmations.filter(({ answer }) => answer.status === 200);
    expect(winners).toHaveLength(1);
    for (const { answer } of confirmations) {
      if (answer.status !== 200) expect([answer.status, answer.code]).toEqual([410, "link_invalid"]);
    }
    expect(await count(confirmFirst, "users WHERE email_key = 'walker@example.org'")).toBe(1);
    expect(await count(confirmFirst, "pending_registrations WHERE email_key = 'walker@example.org'")).toBe(0);
    const login = await confirmFirst
      .browser()
      .postJson("/login", { login: "walker@example.org", password: winners[0]?.own });
    expect(login.status).toBe(200);
  });

  test("[SU-04] one username that twenty registrations want at once goes to one of them", async () => {
    const names = Array.from({ length: 20 }, (_, index) => (index % 2 ? "Heron" : "heron"));
    const answers = await Promise.all(
      names.map((username, index) => register(open, `heron-${index}@example.org`, { username })),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(answers.filter(({ code }) => code === "username_taken")).toHaveLength(19);
    expect(await count(open, "users WHERE username_key = 'heron'")).toBe(1);
  });
});

describe("addresses", () => {
  test.each(["a+b@x.example", "o'brien@x.example", "first.last@sub.example.org", "m\u00fcller@x.example"])(
    "[SU-05] %s is accepted and stored as typed",
    async (email) => {
      expect((await register(confirmFirst, email)).status).toBe(202);
      expect((await confirmFirst.mailTo(email)).kind).toBe("confirm_email");
    },
  );

  test.each([
    '"e@evil.example"@victim.example',
    "a@victim.example,e@evil.example",
    "a@victim.example;e@evil.example",
    "<e@evil.example>a@victim.example",
    "a@victim.example (e@evil.example)",
    "group: e@evil.example;",
    "=?utf-8?q?e=40evil.example=3e?=@x.example",
    "a@victim.example%0abcc:e@evil.example",
    "a@victim.example\nbcc:e@evil.example",
    "a@victim.example\r\n\r\nbody",
    "a%evil.example@victim.example",
    "@a.example,@b.example:c@d.example",
    "a@[127.0.0.1]",
    "a@b@c.example",
    `"${"a".repeat(65)}"@x.example`,
    `${"a".repeat(65)}@x.example`,
    `a@${"b".repeat(60)}.${"c".repeat(60)}.${"d".repeat(60)}.${"e".repeat(60)}.${"f".repeat(60)}.example`,
    "a..b@x.example",
    ".a@x.example",
    "a.@x.example",
    "a@x..example",
    "a@\u200bx.example",
    "a\u202e@x.example",
    "a@b",
    "a",
    "@x.example",
    "a@",
    "a\u0000@x.example",
  ])("[SU-05] A-EM-01 %j is refused, and no mail is sent", async (email) => {
    const before = (await confirmFirst.mails()).length;
    const answer = await register(confirmFirst, email);
    expect([400, 422]).toContain(answer.status);
    if (answer.status === 422) expect(answer.fieldCodes("email")).toHaveLength(1);
    expect(await confirmFirst.mails()).toHaveLength(before);
  });

  test("[SU-05] 64 octets before the @ and 254 in all are the bounds", async () => {
    expect((await register(confirmFirst, `${"a".repeat(64)}@x.example`)).status).toBe(202);
    const domain = (length: number) =>
      `${"b".repeat(60)}.${"c".repeat(60)}.${"d".repeat(length - 130)}.example`;
    expect((await register(confirmFirst, `${"a".repeat(64)}@${domain(189)}`)).status).toBe(202);
    expect((await register(confirmFirst, `${"a".repeat(64)}@${domain(190)}`)).status).toBe(422);
  });

  test("[SU-05] A-UN-02 an international domain is its A-label, in registration and login", async () => {
    await member(confirmFirst, "anna@b\u00fccher.example");
    for (const login of [
      "anna@xn--bcher-kva.example",
      "Anna@B\u00dcCHER.example",
      " anna@b\u00fccher.example ",
    ]) {
      expect((await confirmFirst.browser().postJson("/login", { login, password })).status).toBe(200);
    }
    expect((await register(open, "eva@b\u00fccher.example")).status).toBe(201);
    expect((await register(open, "eva@xn--bcher-kva.example")).code).toBe("email_taken");
  });

  test("[SU-05] dots and +tags stay significant", async () => {
    for (const email of ["dot.ted@example.org", "dotted@example.org", "dotted+tag@example.org"]) {
      expect((await register(open, email)).status).toBe(201);
    }
  });

  const similar = [
    "MIKE@example.org",
    "Mike@Example.Org",
    "m\u0131ke@example.org",
    "M\u0130KE@example.org",
    "mi\u212ae@example.org",
    "\uff4dike@example.org",
    "mi\u0307ke@example.org",
    "mike@example.org.",
    "mike@exam\u00adple.org",
    "mike@ex\uff41mple.org",
    "mike@example\u3002org",
    "mi\u200bke@example.org",
    "m\u0456ke@example.org",
  ];

  test.each(similar)("[SU-06] A-UN-01 %j never takes over mike@example.org", async (variant) => {
    const site = newSite();
    await member(site, "mike@example.org");
    const same = ["MIKE@example.org", "Mike@Example.Org"].includes(variant);

    const browser = site.browser();
    const answer = await browser.postJson("/register", { email: variant, password: "a stranger with a hat" });
    expect([202, 422]).toContain(answer.status);
    await browser.postJson("/confirm-email/resend", { email: variant });
    const mails = await site.mails();
    const secrets = mails.filter(({ kind }) => kind === "confirm_email");
    // Mail with a secret goes exactly to the typed address, or to the stored address of Mike's own registration.
    for (const { to } of secrets) expect([variant.normalize("NFC"), "mike@example.org"]).toContain(to);
    expect(secrets.filter(({ to }) => to === "mike@example.org")).toHaveLength(1);
    if (same) expect(mails[0]).toMatchObject({ kind: "already_registered", to: "mike@example.org" });

    if (!same && answer.status === 202) {
      await browser.postJson("/confirm-email", { token: await site.tokenTo(variant.normalize("NFC")) });
      expect(await browser.who()).not.toBe("mike@example.org");
    }
    const stranger = await site
      .browser()
      .postJson("/login", { login: "mike@example.org", password: "a stranger with a hat" });
    expect(stranger.status).toBe(401);
    const login = await site.browser().postJson("/login", { login: variant, password });
    expect(login.status).toBe(same ? 200 : 401);
    const owner = await site.browser().postJson("/login", { login: "mike@example.org", password });
    expect(owner.json<SessionBody>().user.email).toBe("mike@example.org");
  });

  test.each([
    ["stra\u00dfe@example.org", "strasse@example.org"],
    ["\u017fue@example.org", "sue@example.org"],
  ])("[SU-06] A-UN-01 %s and %s are two accounts", async (special, plain) => {
    expect((await register(open, plain)).status).toBe(201);
    expect((await register(open, special)).status).toBe(201);
    const login = await open.browser().postJson("/login", { login: plain, password });
    expect(login.json<SessionBody>().user.email).toBe(plain);
  });
});

describe("usernames", () => {
  test.each([
    ["Mina", "username_taken"],
    ["MINA", "username_taken"],
    ["m\u0456na", "invalid_username"],
    ["mi\u200bna", "invalid_username"],
    ["mina\u202e", "invalid_username"],
    ["\uff4dina", "invalid_username"],
    ["mina ", "username_taken"],
    ["\u200bmina\u00a0", "username_taken"],
    ["mina.", "invalid_username"],
    ["root", "reserved"],
    ["Admin", "reserved"],
    ["ad.min", "reserved"],
    ["no-reply", "reserved"],
    ["a@b.example", "invalid_username"],
    ["__proto__", "reserved"],
    ["ab", "too_short"],
    ["a".repeat(33), "too_long"],
  ])("[SU-07] A-UN-03 %j beside mina gives %s", async (username, code) => {
    const site = newSite({ registration: "open" });
    expect((await register(site, "mina@example.org", { username: "mina" })).status).toBe(201);
    const answer = await register(site, "other@example.org", { username });
    expect(answer.status).toBe(422);
    expect(answer.fieldCodes("username")).toEqual([code]);
  });

  test("[SU-07] names with a meaning in JavaScript are ordinary usernames", async () => {
    for (const username of ["hasOwnProperty", "valueOf", "toString"]) {
      const answer = await register(open, `${username}@example.org`, { username });
      expect(answer.json<SessionBody>().user.username).toBe(username);
      const login = await open.browser().postJson("/login", { login: username, password });
      expect(login.json<SessionBody>().user.username).toBe(username);
    }
  });
});

describe("an unproven address", () => {
  test("[SU-08] an unproven address gets no session, no account and no way in", async () => {
    const site = newSite();
    const browser = site.browser();
    await browser.postForm("/register", { email: "unproven@example.org", password });
    expect(await browser.who()).toBeNull();
    expect(await count(site, "users")).toBe(0);
    expect(await count(site, "sessions")).toBe(0);
    for (const path of ["/dashboard", "/account", "/account/password", "/reauthenticate", "/admin/users"]) {
      const page = await browser.get(path);
      expect([page.status, page.location]).toEqual([303, `/login?next=${encodeURIComponent(path)}`]);
      expect((await browser.get(path, { accept: "application/json" })).code).toBe("login_required");
    }
    const login = await browser.postJson("/login", { login: "unproven@example.org", password });
    expect(login.code).toBe("invalid_credentials");
  });

  test("[SU-08] an unproven account in open mode is marked as unproven", async () => {
    const browser = open.browser();
    await browser.postJson("/register", { email: "open-unproven@example.org", password });
    const body = (await browser.get("/session")).json<SessionBody>();
    expect(body.user.email_verified).toBe(false);
    expect((await browser.get("/account")).text).toContain("Not confirmed");
  });
});

describe("caps", () => {
  test("[SU-09] a hundred registrations from one source end in 429 with Retry-After, and other sources continue", async () => {
    const site = newSite({ throttle: {} });
    const browser = site.browser({ address: "198.51.100.7" });
    const statuses: number[] = [];
    for (let count = 0; count < 100; count += 1) {
      const answer = await browser.postJson("/register", { email: `flood-${count}@example.org`, password });
      statuses.push(answer.status);
      if (answer.status === 429) expect(Number(answer.headers.get("retry-after"))).toBe(15 * 60);
    }
    expect(statuses.filter((status) => status === 202)).toHaveLength(30);
    expect(statuses.slice(30)).toEqual(new Array(70).fill(429));
    expect(await site.mails()).toHaveLength(30);
    const other = site.browser({ address: "198.51.100.8" });
    const answer = await other.postJson("/register", { email: "other@example.org", password });
    expect(answer.status).toBe(202);
    site.clock.advance("15m");
    const later = await browser.postJson("/register", { email: "later@example.org", password });
    expect(later.status).toBe(202);
  });

  test("[SU-09] an address gets at most five mails an hour that strangers cause, over all kinds", async () => {
    const site = newSite({ throttle: {} });
    const to = "buried@example.org";
    const spellings = mixedCase("buried");
    let source = 0;
    const stranger = () => {
      source += 1;
      return site.browser({ address: `198.51.100.${source}` });
    };
    const cause = async (times: number) => {
      for (let count = 0; count < times; count += 1) {
        const email = spellings[source % spellings.length] ?? to;
        expect((await stranger().postJson("/register", { email, password })).status).toBe(202);
        expect((await stranger().postJson("/confirm-email/resend", { email })).status).toBe(202);
      }
    };
    const received = async () => (await site.mails()).filter((mail) => mail.to.toLowerCase() === to).length;
    await cause(10);
    expect(await received()).toBe(5);
    site.clock.advance("59m");
    await cause(3);
    expect(await received()).toBe(5);
    site.clock.advance("1m");
    await cause(10);
    expect(await received()).toBe(10);

    // For an account's owner, explanations and links count together.
    const owner = await unwrap(site.auth.users.create({ email: "owner@example.org", password }));
    expect(owner.choosePasswordLink).toBeNull();
    for (let count = 0; count < 8; count += 1) {
      await stranger().postJson("/register", { email: "owner@example.org", password });
    }
    // One mail of the hour stays reserved for a way back in.
    expect((await site.mails()).filter((mail) => mail.to === "owner@example.org")).toHaveLength(4);
    await stranger().postJson("/forgot-password", { email: "owner@example.org" });
    await stranger().postJson("/forgot-password", { email: "owner@example.org" });
    expect((await site.mails()).filter((mail) => mail.to === "owner@example.org")).toHaveLength(5);
  });
});

describe("a fresh installation", () => {
  test.each([
    ["admin", "admin"],
    ["admin", "password"],
    ["root", "root"],
    ["test", "test"],
    ["admin@localhost", "admin"],
    ["demo@example.org", "demo"],
    ["admin@example.com", "changeme"],
  ])("[SU-10] a fresh installation has no account %s with password %s", async (login, typed) => {
    const site = newSite();
    expect(await count(site, "users")).toBe(0);
    const answer = await site.browser().postJson("/login", { login, password: typed });
    expect(answer.code).toBe("invalid_credentials");
  });

  test("[SU-10] the first registration isn't an administrator; only an operator makes one", async () => {
    const site = newSite({ registration: "open" });
    const browser = site.browser();
    await browser.postJson("/register", { email: "first@example.org", password });
    expect((await browser.get("/admin/users")).status).toBe(403);
    const { id } = (await unwrap(site.auth.users.find({ who: "first@example.org" }))).user!;
    await unwrap(site.auth.users.setRoles({ userId: id, roles: ["admin"] }));
    const after = site.browser();
    await after.postJson("/login", { login: "first@example.org", password });
    expect((await after.get("/admin/users")).status).toBe(200);
  });
});

describe("closed registration", () => {
  test.each(["closed", "invite-only"] as const)(
    "%s refuses form and JSON, and sends no mail",
    async (mode) => {
      const site = newSite({ registration: mode });
      const browser = site.browser();
      expect((await browser.get("/register")).status).toBe(403);
      expect((await browser.postForm("/register", { email: "a@example.org", password })).status).toBe(403);
      const answer = await register(site, "a@example.org");
      expect([answer.status, answer.code]).toEqual([403, "registration_closed"]);
      expect(await site.mails()).toEqual([]);
      expect(await count(site, "pending_registrations")).toBe(0);
    },
  );
});

describe("unconfirmed registrations", () => {
  test("[SU-11] an unconfirmed registration expires after a week: link dead, address free, no row left", async () => {
    const sent: string[] = [];
    const transport = {
      async send({ to, links }: { to: string; links: string[] }) {
        sent.push(`${to} ${links[0]}`);
      },
    };
    const site = newSite({ mail: { transport } });
    const browser = site.browser();
    await browser.postJson("/register", {
      email: "forgetful@example.org",
      username: "forgetful",
      password,
    });
    await site.auth.deliverMail();
    const token = tokenOf(sent[0]?.split(" ")[1] ?? "");
    site.clock.advance("24h");
    expect((await browser.postJson("/confirm-email", { token })).code).toBe("link_invalid");
    site.clock.advance("7d");
    await site.auth.cleanUp();
    expect((await browser.postJson("/confirm-email", { token })).code).toBe("link_invalid");
    expect(await databaseDump(site.auth.database)).not.toContain("forgetful");
    expect((await register(site, "forgetful@example.org", { username: "forgetful" })).status).toBe(202);
  });
});
