import { unwrap } from "latchkey";
import { testPassword } from "latchkey/testing";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { coreOf } from "../../src/assemble.ts";
import { credentialsChanged } from "../../src/core/sessions/index.ts";
import { type Answer, seenFromOutside } from "../support/answer.ts";
import type { Browser } from "../support/browser.ts";
import { accountsSnapshot, databaseDump } from "../support/database-dump.ts";
import { spyOnStatements } from "../support/database-spy.ts";
import { expectDead } from "../support/dead-link.ts";
import { heldMail } from "../support/held-mail.ts";
import { newAddress } from "../support/people.ts";
import { createSite, origin, type Site, tokenOf } from "../support/site.ts";
import { siteMaker } from "../support/sites.ts";

const newSite = siteMaker();

const site = newSite();
const password = testPassword;
const chosen = "chosen by the real owner";
const hour = 3_600_000;

async function member(where: Site = site, email = newAddress()) {
  const { user } = await unwrap(where.auth.users.create({ email, password }));
  return { email, user };
}

const login = (where: Site, email: string, typed: string): Promise<Answer> =>
  where.browser().postJson("/login", { login: email, password: typed });

const mailsTo = async (where: Site, email: string, kind: string) =>
  (await where.mails()).filter((mail) => mail.to === email && mail.kind === kind);

/** Requests a new password, and returns the mailed token. */
async function mailedToken(where: Site, email: string): Promise<string> {
  const answer = await where.browser().postJson("/forgot-password", { email });
  expect([answer.status, answer.json()]).toEqual([202, { status: "reset_sent" }]);
  return tokenOf((await mailsTo(where, email, "reset_password"))[0]?.links[0]);
}

const reset = (where: Site, token: string, typed = chosen): Promise<Answer> =>
  where.browser().postJson("/reset-password", { token, password: typed });

/** An address of every kind that the application may know, and an unknown one. */
async function everyKind(where: Site): Promise<Record<string, string>> {
  const kinds = {
    known: (await member(where)).email,
    unknown: newAddress(),
    disabled: newAddress(),
    unconfirmed: (await member(where)).email,
    waiting: newAddress(),
    withoutPassword: newAddress(),
  };
  const { user } = await member(where, kinds.disabled);
  await unwrap(where.auth.users.disable({ userId: user.id }));
  await where.auth.database.run(
    "UPDATE users SET email_confirmed_at = NULL WHERE email = $1",
    kinds.unconfirmed,
  );
  await where.browser().postJson("/register", { email: kinds.waiting, password });
  await unwrap(where.auth.users.create({ email: kinds.withoutPassword }));
  await where.auth.deliverMail();
  return kinds;
}

const asking = ["/forgot-password", "/confirm-email/resend"] as const;

describe("a request for a new password", () => {
  test("[RS-01] every address gets the same answer, on pages and in JSON", async () => {
    const kinds = await everyKind(site);
    for (const send of ["postForm", "postJson"] as const) {
      const seen = [];
      for (const email of Object.values(kinds)) {
        seen.push(seenFromOutside(await site.browser()[send]("/forgot-password", { email }), email));
      }
      expect(seen[0]).toMatchObject({ status: send === "postForm" ? 200 : 202 });
      for (const other of seen.slice(1)) expect(other).toEqual(seen[0]);
    }
  });

  test("[RS-01] accounts get a link, and pending registrations their confirmation", async () => {
    const kinds = await everyKind(site);
    const before = (await site.mails()).length;
    for (const email of Object.values(kinds)) {
      expect((await site.browser().postForm("/forgot-password", { email })).status).toBe(200);
    }
    const mails = (await site.mails()).slice(0, -before);
    expect(mails.map(({ to, kind }) => `${kind} ${to}`).sort()).toEqual(
      [
        `reset_password ${kinds.known}`,
        `reset_password ${kinds.unconfirmed}`,
        `reset_password ${kinds.withoutPassword}`,
        `confirm_email ${kinds.waiting}`,
      ].sort(),
    );
  });

  test.each(asking)(
    "[RS-01] [VE-04] %s runs the same statements and no hash for every address",
    async (path) => {
      const own = newSite({ throttle: {} });
      const kinds = await everyKind(own);
      // Work after the answer doesn't count.
      await coreOf(own.auth).outbox.stop();
      const { passwords } = coreOf(own.auth);
      const hashes = [vi.spyOn(passwords, "hash"), vi.spyOn(passwords, "verify")];
      let statements: string[] = [];
      onTestFinished(spyOnStatements(own.auth.database, (sql) => void statements.push(sql)));
      const runs: Record<string, string[]> = {};
      let visitor = 0;
      for (const times of ["within the cap", "over it"]) {
        for (const [kind, email] of Object.entries(kinds)) {
          for (let count = 0; count < (times === "over it" ? 6 : 1); count += 1) {
            visitor += 1;
            const browser = own.browser({ address: `2001:db8:${visitor.toString(16)}::1` });
            const headers = { "x-csrf-token": await browser.csrfToken() };
            statements = [];
            const answer = await browser.postJson(path, { email }, headers);
            expect(answer.status).toBe(202);
            runs[`${kind} ${times}`] = statements;
          }
        }
      }
      for (const times of ["within the cap", "over it"]) {
        const known = runs[`known ${times}`];
        expect(known?.filter((sql) => /^INSERT INTO (audit|outbox)/.test(sql))).toHaveLength(2);
        // No account is looked up.
        expect(known?.join("\n")).not.toMatch(/FROM (users|passwords|pending_registrations)/);
        for (const kind of Object.keys(kinds))
          expect([kind, runs[`${kind} ${times}`]]).toEqual([kind, known]);
      }
      for (const hash of hashes) expect(hash).not.toHaveBeenCalled();
    },
  );

  test.each(asking)("[RS-01] [EM-05] %s is answered while the mail server is silent", async (path) => {
    const mail = heldMail();
    const slow = createSite({ mail: { transport: mail.transport } });
    onTestFinished(async () => {
      mail.release();
      await slow.close();
    });
    const { email } = await member(slow);
    await slow.auth.database.run("UPDATE users SET email_confirmed_at = NULL WHERE email = $1", email);
    expect((await slow.browser().postJson(path, { email })).status).toBe(202);
    await mail.first;
    for (const to of [email, newAddress(), email, newAddress()]) {
      expect((await slow.browser().postJson(path, { email: to })).status).toBe(202);
    }
    expect(mail.sent).toHaveLength(1);
  });

  test("[RS-01] A-RS-10 two hundred requests from fifty sources change and lock no account, and send mail up to the limit", async () => {
    const own = newSite({ throttle: {} });
    const email = newAddress();
    const owner = await own.signedIn(email);
    const state = () =>
      Promise.all(
        ["users", "passwords", "sessions", "devices"].map((table) =>
          own.auth.database.all(`SELECT * FROM ${table} ORDER BY 1`),
        ),
      );
    const before = await state();
    for (let source = 0; source < 50; source += 1) {
      const browser = own.browser({ address: `203.0.113.${source}` });
      for (let count = 0; count < 2; count += 1) {
        for (const path of asking) expect((await browser.postJson(path, { email })).status).toBe(202);
      }
    }
    await own.auth.deliverMail();
    expect(await state()).toEqual(before);
    expect(await owner.who()).toBe(email);
    expect((await login(own, email, password)).status).toBe(200);
    // The limit counts mails. Of the two requested kinds, a confirmed address gets one.
    const mails = await mailsTo(own, email, "reset_password");
    expect(mails).toHaveLength(5);
    expect(await mailsTo(own, email, "confirm_email")).toEqual([]);
    // Only the newest is live, and it works.
    const tokens = mails.map(({ links }) => tokenOf(links[0]));
    for (const token of tokens.slice(1)) await expectDead(own, "/reset-password", token);
    expect((await reset(own, tokens[0] as string)).status).toBe(200);
    own.clock.advance("61m");
    await mailedToken(own, email);
  });

  test("[RS-01] requests are limited per source, at the same count for every address", async () => {
    const own = newSite({ throttle: {} });
    const { email } = await member(own);
    const series = async (address: string, to: string) => {
      const answers: object[] = [];
      for (let count = 0; count < 40; count += 1) {
        // One browser's form would be the same form sent again.
        const browser = own.browser({ address });
        // One budget for every request for mail.
        const path = asking[count % 2] as string;
        answers.push(seenFromOutside(await browser.postForm(path, { email: to }), to));
      }
      return answers;
    };
    const known = await series("198.51.100.1", email);
    const statuses = known.map((answer) => (answer as { status: number }).status);
    expect(statuses).toEqual([...new Array(30).fill(200), ...new Array(10).fill(429)]);
    expect(await series("198.51.100.2", newAddress())).toEqual(known);
    // Another account's sign-in from that address isn't a failure.
    const neighbour = own.browser({ address: "198.51.100.1" });
    expect((await neighbour.postJson("/login", { login: email, password })).status).toBe(200);
  });

  test("[RS-01] an invalid address is refused before it counts", async () => {
    const own = newSite({ throttle: { perAddress: 1 } });
    for (const typed of ["nobody", "a@b@c.example", "a@example.org,b@example.org", "<a@example.org>"]) {
      const answer = await own.browser().postJson("/forgot-password", { email: typed });
      expect([typed, answer.status, answer.fieldCodes("email")]).toEqual([typed, 422, ["invalid_email"]]);
    }
    const { email } = await member(own);
    expect((await own.browser().postJson("/forgot-password", { email })).status).toBe(202);
  });

  test("[EM-02] the mail goes to the stored address, whichever spelling was typed", async () => {
    const { email } = await member(site, "Some.Body@Example.ORG");
    await site.browser().postJson("/forgot-password", { email: " some.body@EXAMPLE.org " });
    const recipients = (await site.mails()).map(({ to }) => to);
    expect(recipients[0]).toBe(email);
    expect(recipients).not.toContain("some.body@EXAMPLE.org");
  });

  test("[RS-04] [SL-07] an account that is disabled before its mail is written gets none", async () => {
    const mail = heldMail();
    const slow = createSite({ mail: { transport: mail.transport } });
    onTestFinished(async () => {
      mail.release();
      await slow.close();
    });
    const first = await member(slow);
    await slow.browser().postJson("/forgot-password", { email: first.email });
    await mail.first;
    const disabled = await member(slow);
    const other = await member(slow);
    for (const { email } of [disabled, other]) {
      expect((await slow.browser().postJson("/forgot-password", { email })).status).toBe(202);
    }
    await unwrap(slow.auth.users.disable({ userId: disabled.user.id }));
    slow.clock.advance("4m");
    mail.release();
    await slow.auth.deliverMail();
    expect(mail.sent.map(({ to }) => to)).toEqual([first.email, other.email]);
    // It names the time of the request, not of the mail.
    expect(mail.sent[1]?.text).toContain("January 1, 2026 at 12:00 AM UTC");
  });

  test("[RS-01] a signed-in visitor may request a link too, and stays signed in", async () => {
    const email = newAddress();
    const browser = await site.signedIn(email);
    const page = await browser.get("/forgot-password");
    expect([page.status, page.text.includes(`value="${email}"`)]).toEqual([200, true]);
    expect((await browser.submitForm("/forgot-password", { email })).status).toBe(200);
    expect(await browser.who()).toBe(email);
    expect(await mailsTo(site, email, "reset_password")).toHaveLength(1);
  });
});

describe("the mailed link", () => {
  test("[RS-02] A-RS-01 the mailed link holds 256 random bits without structure, and the database only a digest", async () => {
    const { email } = await member();
    const tokens: string[] = [];
    for (let count = 0; count < 50; count += 1) tokens.push(await mailedToken(site, email));
    expect(new Set(tokens).size).toBe(50);
    const bytes = tokens.map((token) => Buffer.from(token, "base64url"));
    for (const value of bytes) expect(value).toHaveLength(32);
    // No position always holds the same byte, or counts up.
    for (let place = 0; place < 32; place += 1) {
      const column = bytes.map((value) => value[place] as number);
      expect(new Set(column).size).toBeGreaterThan(20);
      expect(column.every((value, index) => index === 0 || value >= (column[index - 1] as number))).toBe(
        false,
      );
    }
    const stolen = await databaseDump(site.auth.database);
    for (const [index, token] of tokens.entries()) {
      expect(stolen).not.toContain(token);
      expect(stolen).not.toContain(bytes[index]?.toString("hex"));
    }
  });

  test("[RS-02] [TH-09] A-RS-01 a thousand guesses of a link end in 429, and none succeeds", async () => {
    const own = newSite({ throttle: {} });
    const { email } = await member(own);
    const token = await mailedToken(own, email);
    const guesser = own.browser({ address: "198.51.100.9" });
    const headers = { "x-csrf-token": await guesser.csrfToken() };
    const statuses: number[] = [];
    for (let count = 0; count < 1000; count += 1) {
      const guess = Buffer.alloc(32, `guess ${count}`).toString("base64url");
      statuses.push(
        (await guesser.postJson("/reset-password", { token: guess, password: chosen }, headers)).status,
      );
    }
    expect(statuses.filter((status) => status === 410)).toHaveLength(30);
    expect(statuses.slice(30)).toEqual(new Array(970).fill(429));
    expect((await reset(own, token)).status).toBe(200);
  });

  test("[RS-02] A-RS-02 the mailed link works only for its own account and purpose, whatever the body says", async () => {
    const { email } = await member();
    const victim = await member();
    const token = await mailedToken(site, email);
    const pending = newAddress();
    await site.browser().postJson("/register", { email: pending, password });
    const confirmation = tokenOf((await mailsTo(site, pending, "confirm_email"))[0]?.links[0]);
    await expectDead(site, "/reset-password", confirmation);
    const takers = coreOf(site.auth).features.routes.filter(
      ({ path, query }) => query?.includes("token") && path !== "/reset-password",
    );
    expect(takers.map(({ path }) => path)).toContain("/confirm-email");
    for (const { path } of takers) {
      expect([path, (await site.browser().get(`${path}?token=${token}`)).status]).toEqual([path, 410]);
      const body = { token, password: chosen };
      expect([path, (await site.browser().postJson(path, body)).code]).toEqual([path, "link_invalid"]);
    }
    const named = { email: victim.email, login: victim.email, user_id: victim.user.id, id: victim.user.id };
    const answer = await site.browser().postJson("/reset-password", { token, password: chosen, ...named });
    expect(answer.status).toBe(200);
    expect((await login(site, email, chosen)).status).toBe(200);
    expect((await login(site, victim.email, chosen)).status).toBe(401);
    expect((await login(site, victim.email, password)).status).toBe(200);
  });

  test("[RS-03] A-RS-04 the mailed link lives an hour, as its mail says, then shows the neutral page", async () => {
    const own = newSite();
    const { email } = await member(own);
    const token = await mailedToken(own, email);
    const mail = (await mailsTo(own, email, "reset_password"))[0];
    expect(mail?.text).toContain("The link works for an hour and can be used once.");
    expect(mail?.html).toContain("The link works for an hour and can be used once.");
    own.clock.advance(hour - 1);
    expect((await own.browser().open(`/reset-password?token=${token}`)).status).toBe(200);
    own.clock.advance(1);
    await expectDead(own, "/reset-password", token);
    const unknown = "A".repeat(43);
    const pages = await Promise.all(
      [token, unknown].map(async (value) =>
        seenFromOutside(await own.browser().get(`/reset-password?token=${value}`), value),
      ),
    );
    expect(pages[0]).toEqual(pages[1]);
    expect(JSON.stringify(pages[0])).toContain("/forgot-password");
    expect((await login(own, email, password)).status).toBe(200);
  });

  const deaths: [
    string,
    (where: Site, person: { email: string; id: string; token: string }) => Promise<unknown>,
  ][] = [
    ["its use", (where, { token }) => reset(where, token)],
    ["a newer request", (where, { email }) => mailedToken(where, email)],
    [
      "a newer link of an operator",
      (where, { id }) => unwrap(where.auth.users.passwordLink({ userId: id })).then(({ link }) => link),
    ],
    [
      "a change of the password",
      async (where, { email }) => {
        const browser = await where.signedIn(email);
        const change = { current_password: password, password: "another quiet teapot" };
        expect((await browser.postJson("/account/password", change)).status).toBe(200);
      },
    ],
    [
      "a change of the address",
      (where, { id, email }) =>
        where.auth.database.transaction(async (tx) => {
          await tx.run("UPDATE users SET email = $2, email_key = $2 WHERE id = $1", id, `new-${email}`);
          await credentialsChanged(coreOf(where.auth), tx, {
            userId: id,
            reason: "email_changed",
            actor: null,
          });
        }),
    ],
    [
      "another address alone",
      (where, { id, email }) =>
        where.auth.database.run(
          "UPDATE users SET email = $2, email_key = $2 WHERE id = $1",
          id,
          `newer-${email}`,
        ),
    ],
    [
      "a disabled account, for good",
      async (where, { id, token }) => {
        await unwrap(where.auth.users.disable({ userId: id }));
        await expectDead(where, "/reset-password", token);
        await unwrap(where.auth.users.enable({ userId: id }));
      },
    ],
  ];

  test.each(deaths)("[RS-04] A-RS-03 the mailed link dies with %s", async (_, happens) => {
    const { email, user } = await member();
    const token = await mailedToken(site, email);
    await happens(site, { email, id: user.id, token });
    await expectDead(site, "/reset-password", token);
  });

  test("[RS-04] a newer request ends an operator's link too", async () => {
    const { email, user } = await member();
    const handed = tokenOf((await unwrap(site.auth.users.passwordLink({ userId: user.id }))).link);
    const token = await mailedToken(site, email);
    await expectDead(site, "/reset-password", handed);
    expect((await reset(site, token)).status).toBe(200);
  });

  test("[RS-05] twenty posts at once succeed once: that password is valid, with one notice", async () => {
    const { email } = await member();
    const token = await mailedToken(site, email);
    const answers = await Promise.all(
      Array.from({ length: 20 }, async (_, index) => {
        const own = `chosen by visitor ${index}`;
        return { own, answer: await reset(site, token, own) };
      }),
    );
    expect(answers.filter(({ answer }) => answer.status === 200)).toHaveLength(1);
    for (const { own, answer } of answers) {
      const won = answer.status === 200;
      if (!won) expect([answer.status, answer.code]).toEqual([410, "link_invalid"]);
      expect((await login(site, email, own)).status).toBe(won ? 200 : 401);
    }
    expect((await login(site, email, password)).status).toBe(401);
    expect(await mailsTo(site, email, "password_reset")).toHaveLength(1);
  });

  test("[RS-05] a request during the use of a link leaves one password and no live old link", async () => {
    const { email } = await member();
    const token = await mailedToken(site, email);
    const [answer] = await Promise.all([
      reset(site, token),
      ...Array.from({ length: 5 }, () => site.browser().postJson("/forgot-password", { email })),
    ]);
    const won = answer?.status === 200;
    if (!won) expect(answer?.code).toBe("link_invalid");
    expect((await login(site, email, won ? chosen : password)).status).toBe(200);
    await site.auth.deliverMail();
    await expectDead(site, "/reset-password", token);
  });

  test("[RS-07] A-RS-05 five scanners open the link by GET and HEAD; then its owner uses it", async () => {
    const { email, user } = await member();
    const token = await mailedToken(site, email);
    for (let count = 0; count < 5; count += 1) {
      const scanner = site.browser({ address: `198.51.100.${count}` });
      const page = await scanner.open(`/reset-password?token=${token}`);
      expect(page.status).toBe(200);
      expect((await scanner.send("HEAD", `/reset-password?token=${token}`)).status).toBe(303);
      expect((await scanner.send("HEAD", "/reset-password")).status).toBe(200);
      expect(await scanner.who()).toBeNull();
    }
    const json = await site.browser().get(`/reset-password?token=${token}`, { accept: "application/json" });
    expect(json.status).toBe(200);
    expect((await login(site, email, password)).status).toBe(200);
    const owner = site.browser();
    const link = `/reset-password?token=${token}`;
    const answer = await owner.submitForm(link, { token, password: chosen }, "/reset-password");
    expect([answer.status, answer.location]).toEqual([303, "/login"]);
    expect((await unwrap(site.auth.users.find({ who: user.id }))).user?.email).toBe(email);
    expect((await login(site, email, chosen)).status).toBe(200);
  });

  test("[RS-07] A-RS-06 the token leaves the address bar at once and is only in the form", async () => {
    const { email } = await member();
    const token = await mailedToken(site, email);
    const browser = site.browser();
    const opened = await browser.get(`/reset-password?token=${token}`);
    expect([opened.status, opened.location, opened.text]).toEqual([303, "/reset-password", ""]);
    expect(JSON.stringify(opened.setCookies)).not.toContain(token);
    const page = await browser.get("/reset-password");
    expect(opened.headers.get("cache-control")).toBe("no-store");
    expect(page.headers.get("cache-control")).toBe("no-store, no-transform");
    for (const answer of [opened, page]) {
      expect(answer.headers.get("referrer-policy")).toBe("same-origin");
    }
    expect(page.text.split(token)).toHaveLength(2);
    expect(page.text).toContain(`<input type="hidden" name="token" value="${token}">`);
    expect(page.text).not.toMatch(/(?:src|href|action)="(?:https?:)?\/\//);
    // An unacceptable password is refused on a page that still has the token, but no other place has it.
    const refused = await browser.postForm("/reset-password", { token, password: "short" });
    expect([refused.status, refused.text.includes(`value="${token}"`)]).toEqual([422, true]);
    const done = await browser.postForm("/reset-password", { token, password: chosen });
    expect([done.status, done.location]).toEqual([303, "/login"]);
    // The browser doesn't keep it.
    expect((await browser.get("/reset-password")).status).toBe(410);
    expect((await browser.get("/login")).text).not.toContain(token);
  });

  test("[RS-07] the moved token stays in the browser that opened the link", async () => {
    const { email } = await member();
    const token = await mailedToken(site, email);
    expect((await site.browser().open(`/reset-password?token=${token}`)).status).toBe(200);
    expect((await site.browser().get("/reset-password")).status).toBe(410);
  });
});

describe("links in mail and their requests (A-HH)", () => {
  const link = new RegExp(`^${origin}/reset-password\\?token=[\\w-]{43}$`);

  const hosts: [string, Record<string, string>][] = [
    ["A-HH-01 Host", { host: "evil.example" }],
    ["A-HH-02 X-Forwarded-Host", { "x-forwarded-host": "evil.example" }],
    ["A-HH-02 X-Host", { "x-host": "evil.example" }],
    ["A-HH-02 X-Forwarded-Server", { "x-forwarded-server": "evil.example" }],
    ["A-HH-02 X-Original-Host", { "x-original-host": "evil.example" }],
    ["A-HH-02 Forwarded", { forwarded: "host=evil.example;proto=http" }],
    ["A-HH-02 X-Forwarded-Proto", { "x-forwarded-proto": "http" }],
    ["A-HH-02 X-Forwarded-Port", { "x-forwarded-port": "8443" }],
    ["A-HH-02 X-Forwarded-Prefix", { "x-forwarded-prefix": "//evil.example" }],
    ["A-HH-03 user part", { host: "app.example.org@evil.example" }],
    ["A-HH-03 port", { host: "app.example.org:evil" }],
    ["A-HH-03 tab", { host: "app.example.org\tevil" }],
    ["A-HH-03 two hosts", { host: "app.example.org, evil.example" }],
    ["A-HH-04 Referer", { referer: "https://evil.example/" }],
  ];

  /** As an adapter would pass it, so that header values arrive that `fetch` would refuse. */
  async function ask(email: string, headers: Record<string, string>, fields: object = {}) {
    const browser = site.browser();
    const csrf_token = await browser.csrfToken();
    const all = new Map(
      Object.entries({ cookie: browser.jar.header, origin, "sec-fetch-site": "same-origin", ...headers }),
    );
    return site.auth.handle({
      method: "POST",
      path: "/forgot-password",
      query: "",
      socketAddress: "127.0.0.1",
      header: (name) => all.get(name.toLowerCase()) ?? null,
      fields: async () => Object.assign(Object.create(null), { email, csrf_token, ...fields }),
    });
  }

  test.each(hosts)("[RS-06] %s changes no link", async (_, headers) => {
    const { email } = await member();
    expect((await ask(email, headers))?.status).toBe(200);
    const mails = await mailsTo(site, email, "reset_password");
    expect(mails).toHaveLength(1);
    expect(mails[0]?.links).toEqual([expect.stringMatching(link)]);
    expect(JSON.stringify(mails)).not.toMatch(/evil|8443|http:/);
  });

  test("[RS-06] A-HH-03 an absolute target with a foreign host changes no link", async () => {
    const { email } = await member();
    const browser = site.browser();
    const csrf_token = await browser.csrfToken();
    const answer = await site.app.request("https://evil.example/forgot-password", {
      method: "POST",
      headers: {
        cookie: browser.jar.header,
        origin,
        "content-type": "application/x-www-form-urlencoded",
      },
      body: new URLSearchParams({ email, csrf_token }).toString(),
    });
    expect(answer.status).toBe(200);
    expect(await answer.text()).not.toContain("evil");
    expect((await mailsTo(site, email, "reset_password"))[0]?.links[0]).toMatch(link);
  });

  test("[RS-06] A-HH-04 no field of the form chooses where the link leads", async () => {
    const { email } = await member();
    const evil = "https://evil.example";
    const names = ["redirectTo", "redirect_to", "next", "callbackURL", "url", "base", "origin", "host"];
    const fields = Object.fromEntries(names.map((name) => [name, evil]));
    expect((await ask(email, {}, fields))?.status).toBe(200);
    const mails = await mailsTo(site, email, "reset_password");
    expect(mails[0]?.links).toEqual([expect.stringMatching(link)]);
    expect(JSON.stringify(mails)).not.toContain("evil");
  });

  test("[RS-06] [CF-03] A-HH-04 a foreign origin is refused, and no mail is sent", async () => {
    const { email } = await member();
    for (const headers of [{ origin: "https://evil.example" }, { "sec-fetch-site": "cross-site" }]) {
      expect((await ask(email, headers))?.status).toBe(403);
    }
    expect(await mailsTo(site, email, "reset_password")).toEqual([]);
  });

  test("[RS-06] [HD-06] A-HH-05 no page or redirect of a reset names a foreign host", async () => {
    const { email } = await member();
    const token = await mailedToken(site, email);
    for (const [, headers] of hosts) {
      for (const path of [
        "/forgot-password",
        `/reset-password?token=${token}`,
        "/reset-password?token=x",
        "/login",
      ]) {
        const answer = await site.raw("GET", path, headers);
        const shown = (await answer?.text()) + JSON.stringify([...(answer?.headers ?? [])]);
        expect(shown).not.toMatch(/evil|8443/);
      }
    }
  });
});

describe("choosing the new password", () => {
  test("[RS-09] choosing a password sets no session, by form or JSON", async () => {
    const { email } = await member();
    for (const send of ["postForm", "postJson"] as const) {
      const token = await mailedToken(site, email);
      const browser = site.browser();
      const answer = await browser[send]("/reset-password", { token, password: chosen });
      expect([303, 200]).toContain(answer.status);
      expect(answer.text).not.toContain("session");
      expect(await browser.who()).toBeNull();
      expect(
        await site.auth.database.all(
          `SELECT id FROM sessions WHERE ended_at IS NULL
        AND user_id = (SELECT id FROM users WHERE email = $1)`,
          email,
        ),
      ).toEqual([]);
    }
  });

  test("[RS-10] [SL-08] A-RS-07 A-PH-02 choosing a password ends every session and device of the account", async () => {
    const { email } = await member();
    const browsers: Browser[] = [];
    for (let count = 0; count < 3; count += 1) browsers.push(await site.signedIn(email));
    const remembered = await site.signedIn(email, { remember: "on" });
    const thief = site.browser({ cookie: remembered.jar.header });
    expect(await thief.who()).toBe(email);
    const before = await site.auth.database.all<{ id: string }>("SELECT id FROM devices");
    expect((await reset(site, await mailedToken(site, email))).status).toBe(200);
    for (const browser of [...browsers, remembered, thief]) {
      expect(await browser.who()).toBeNull();
      expect((await browser.get("/dashboard")).status).toBe(303);
    }
    expect((await browsers[0]?.get("/login"))?.text).toContain("Your password was reset.");
    const devices = await site.auth.database.all<{ id: string }>(
      `SELECT id FROM devices WHERE revoked_at IS NULL AND user_id = (SELECT id FROM users WHERE email = $1)`,
      email,
    );
    // Only the device of the browser that chose the password is known. It is a new one.
    expect(devices).toHaveLength(1);
    expect(before.map(({ id }) => id)).not.toContain(devices[0]?.id);
  });

  test("[RS-10] a link opened in another account's browser ends that session too, but no other of that account", async () => {
    const { email } = await member();
    const token = await mailedToken(site, email);
    const other = newAddress();
    const here = await site.signedIn(other);
    const cookie = here.jar.header;
    const elsewhere = await site.signedIn(other);
    const link = `/reset-password?token=${token}`;
    const answer = await here.submitForm(link, { token, password: chosen }, "/reset-password");
    expect([answer.status, answer.location]).toEqual([303, "/login"]);
    expect(await here.who()).toBeNull();
    expect(await site.sessionStatus(cookie)).toBe(401);
    expect(await elsewhere.who()).toBe(other);
  });

  test("[RS-10] [VE-03] A-PH-02 in open mode the owner's reset ends the stranger's access, and confirms the address", async () => {
    const open = newSite({ registration: "open" });
    const email = newAddress();
    const stranger = open.browser();
    await stranger.postJson("/register", { email, password: "a stranger with a hat" });
    expect(await stranger.who()).toBe(email);
    const confirmation = tokenOf((await mailsTo(open, email, "confirm_email"))[0]?.links[0]);
    expect((await reset(open, await mailedToken(open, email))).status).toBe(200);
    expect(await stranger.who()).toBeNull();
    expect((await login(open, email, "a stranger with a hat")).status).toBe(401);
    const again = { token: confirmation };
    expect((await stranger.postJson("/confirm-email", again)).code).toBe("link_invalid");
    expect((await unwrap(open.auth.users.find({ who: email }))).user?.emailVerified).toBe(true);
    expect((await login(open, email, chosen)).status).toBe(200);
  });

  test("[SU-08] a link from an operator or from a login doesn't prove an address", async () => {
    const open = newSite({ registration: "open" });
    const email = newAddress();
    const browser = open.browser();
    await browser.postJson("/register", { email, password });
    const { id } = (await unwrap(open.auth.users.find({ who: email }))).user!;
    expect(
      (await reset(open, tokenOf((await unwrap(open.auth.users.passwordLink({ userId: id }))).link))).status,
    ).toBe(200);
    expect((await unwrap(open.auth.users.find({ who: id }))).user?.emailVerified).toBe(false);
    await unwrap(open.auth.users.requirePasswordChange({ userId: id }));
    const there = open.browser();
    await there.postJson("/login", { login: email, password: chosen });
    const replaced = await there.postJson("/login/choose-password", { password: "yet another teapot" });
    expect(replaced.status).toBe(200);
    expect((await unwrap(open.auth.users.find({ who: id }))).user?.emailVerified).toBe(false);
    expect((await reset(open, await mailedToken(open, email))).status).toBe(200);
    expect((await unwrap(open.auth.users.find({ who: id }))).user?.emailVerified).toBe(true);
  });

  test("[SL-08] [RS-10] A-RS-09 ending five hundred sessions is atomic: a failing statement keeps all, success ends all", async () => {
    const own = newSite({ session: { maximumPerUser: 1000 } });
    const email = newAddress();
    const cookies: string[] = [];
    for (let count = 0; count < 500; count += 1) cookies.push((await own.as(email)).cookie);
    const token = await mailedToken(own, email);
    const before = await accountsSnapshot(own.auth.database);

    let failAt = 0;
    let statement = 0;
    const stop = spyOnStatements(own.auth.database, (sql) => {
      // Counted from the one that uses up the link.
      if (sql.startsWith("UPDATE one_time_tokens SET consumed_at = $3\n   WHERE digest")) statement = 1;
      else if (sql === "COMMIT" || sql === "ROLLBACK") statement = 0;
      else if (statement > 0) statement += 1;
      if (statement > 0 && statement === failAt) throw new Error("the disk is full");
    });
    const statuses: number[] = [];
    do {
      failAt += 1;
      statement = 0;
      statuses.push((await reset(own, token)).status);
      if (statuses.at(-1) === 500) expect(await accountsSnapshot(own.auth.database)).toBe(before);
    } while (statuses.at(-1) === 500 && failAt < 100);
    stop();
    expect(statuses.at(-1)).toBe(200);
    expect(statuses.length).toBeGreaterThan(10);
    const live = await Promise.all(cookies.map((cookie) => own.sessionStatus(cookie)));
    expect(live).toEqual(new Array(500).fill(401));
    expect((await login(own, email, password)).status).toBe(401);
    expect((await login(own, email, chosen)).status).toBe(200);
  });

  test("[IN-02] A-RS-12 a new password must be one text", async () => {
    const { email } = await member();
    const token = await mailedToken(site, email);
    for (const value of [["a", "b"], 12_345_678, true, null]) {
      const answer = await site.browser().postJson("/reset-password", { token, password: value });
      expect([value, answer.status, answer.code]).toEqual([value, 422, "invalid_input"]);
    }
    for (const value of [{ length: 20 }, [[chosen]], { reveal: chosen }]) {
      const answer = await site.browser().postJson("/reset-password", { token, password: value });
      expect([value, answer.status, answer.code]).toEqual([value, 400, "malformed_body"]);
    }
    expect(
      (await site.browser().postJson("/reset-password", { token: { token }, password: chosen })).status,
    ).toBe(400);
    expect((await site.browser().postJson("/forgot-password", { email: { email } })).status).toBe(400);
    for (const value of [[token], 1]) {
      const answer = await site.browser().postJson("/reset-password", { token: value, password: chosen });
      expect([value, answer.status]).toEqual([value, 422]);
    }
    for (const value of [["a@example.org"], 1, null]) {
      const answer = await site.browser().postJson("/forgot-password", { email: value });
      expect([value, answer.status]).toEqual([value, 422]);
    }
    const browser = site.browser();
    const csrf_token = await browser.csrfToken();
    const twice = new URLSearchParams({ csrf_token, token });
    for (const each of ["password[]", "password[]"]) twice.append(each, chosen);
    const headers = { origin, "content-type": "application/x-www-form-urlencoded" };
    const body = (parameters: URLSearchParams) => ({ headers, body: parameters.toString() });
    expect([400, 422]).toContain((await browser.send("POST", "/reset-password", body(twice))).status);
    const repeated = new URLSearchParams({ csrf_token, token });
    for (const each of [chosen, "another quiet teapot"]) repeated.append("password", each);
    expect([400, 422]).toContain((await browser.send("POST", "/reset-password", body(repeated))).status);
    const huge = await site.browser().postForm("/reset-password", { token, password: "x".repeat(1_000_000) });
    expect(huge.status).toBe(413);
    expect((await login(site, email, password)).status).toBe(200);
    expect((await reset(site, token)).status).toBe(200);
  });

  test("[PW-11] a demanded and a chosen password keep their rules behind a mailed link", async () => {
    const { email, user } = await member();
    await unwrap(site.auth.users.requirePasswordChange({ userId: user.id }));
    const token = await mailedToken(site, email);
    expect((await reset(site, token, password)).fieldCodes("password")).toEqual(["same_password"]);
    expect((await reset(site, token, email)).fieldCodes("password")).toEqual(["same_as_identifier"]);
    expect((await reset(site, token, "password1")).fieldCodes("password")).toEqual(["common_password"]);
    expect((await reset(site, token)).status).toBe(200);
    expect((await login(site, email, chosen)).status).toBe(200);
  });
});

describe("the notice and the records", () => {
  const agent = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

  test("[RS-11] [EM-03] a reset sends one mail with time, device, place and a way to object, without the password", async () => {
    const own = newSite();
    const { email } = await member(own);
    const token = await mailedToken(own, email);
    own.clock.advance("5m");
    const browser = own.browser({ address: "198.51.100.23" });
    const sent = await browser.postJson(
      "/reset-password",
      { token, password: chosen },
      { "user-agent": agent },
    );
    expect(sent.status).toBe(200);
    const mails = await mailsTo(own, email, "password_reset");
    expect(mails).toHaveLength(1);
    const [mail] = mails;
    for (const part of [mail?.text, mail?.html]) {
      expect(part).toContain("January 1, 2026 at 12:05 AM UTC");
      expect(part).toContain("Firefox on Linux");
      expect(part).toContain("198.51.100.23");
      expect(part).toMatch(/This wasn(?:'|&#39;)t me/);
      expect(part).not.toContain(chosen);
      expect(part).not.toContain(token);
    }
    expect(mail?.links).toEqual([expect.stringMatching(new RegExp(`^${origin}/undo\\?token=[\\w-]{43}$`))]);
    expect(
      await own.auth.database.all(
        "SELECT digest FROM one_time_tokens WHERE purpose = 'undo' AND consumed_at IS NULL",
      ),
    ).toHaveLength(1);
  });

  test("[EM-03] [RS-11] A-EM-05 the notice arrives after any amount of other mail", async () => {
    const own = newSite({ throttle: {} });
    const { email } = await member(own);
    const token = await mailedToken(own, email);
    expect((await reset(own, token)).status).toBe(200);
    for (let count = 0; count < 8; count += 1) {
      await own.browser({ address: `203.0.113.${count}` }).postJson("/forgot-password", { email });
    }
    const newest = tokenOf((await mailsTo(own, email, "reset_password"))[0]?.links[0]);
    expect((await reset(own, newest, "yet another teapot")).status).toBe(200);
    expect(await mailsTo(own, email, "password_reset")).toHaveLength(2);
  });

  test("[RS-11] the first password of an account causes no notice", async () => {
    const email = newAddress();
    const { choosePasswordLink } = await unwrap(site.auth.users.create({ email }));
    expect((await reset(site, tokenOf(choosePasswordLink))).status).toBe(200);
    expect(await mailsTo(site, email, "password_reset")).toEqual([]);
    const { id } = (await unwrap(site.auth.users.find({ who: email }))).user!;
    await unwrap(site.auth.users.requirePasswordChange({ userId: id }));
    expect(await mailsTo(site, email, "password_reset")).toEqual([]);
    const browser = site.browser();
    await browser.postJson("/login", { login: email, password: chosen });
    const replaced = await browser.postJson("/login/choose-password", { password: "yet another teapot" });
    expect(replaced.status).toBe(200);
    expect(await mailsTo(site, email, "password_reset")).toHaveLength(1);
  });

  test("[EM-04] the mail names time, device and place of the request, and repeats no stranger's text", async () => {
    const own = newSite();
    const { email } = await member(own);
    const evil = '<a href="//evil.example">Visit http://evil.example now</a><img src=//evil.example>';
    const agents: [string, string][] = [
      [agent, "Firefox on Linux"],
      [evil, "Unknown device"],
      [`${evil} ${agent}`, "Firefox on Linux"],
    ];
    for (const [userAgent, device] of agents) {
      const headers = { "user-agent": userAgent, "x-forwarded-for": evil, referer: "https://evil.example/" };
      const browser = own.browser({ address: "198.51.100.23" });
      await browser.postJson("/forgot-password", { email }, headers);
      const [mail] = await mailsTo(own, email, "reset_password");
      expect(mail?.html).toContain(device);
      for (const part of [mail?.text, mail?.html]) {
        expect(part).toContain("January 1, 2026 at 12:00 AM UTC");
        expect(part).toContain("198.51.100.23");
        expect(part).not.toContain("evil");
      }
    }
  });

  test("[EM-04] every mail has two equal parts, own links only, and no secret in the subject", async () => {
    const own = newSite();
    const { email } = await member(own);
    const pending = newAddress();
    await own.browser().postJson("/register", { email: pending, password });
    await own.browser().postJson("/register", { email, password });
    const token = await mailedToken(own, email);
    await reset(own, token);
    const browser = own.browser();
    await browser.postJson("/login", { login: email, password: chosen });
    const change = { current_password: chosen, password: "yet another teapot" };
    expect((await browser.postJson("/account/password", change)).status).toBe(200);
    const mails = await own.mails();
    const kinds = [
      "confirm_email",
      "already_registered",
      "reset_password",
      "password_reset",
      "password_changed",
    ];
    expect(mails.map(({ kind }) => kind)).toEqual(expect.arrayContaining(kinds));
    for (const { kind, subject, text, html, links } of mails) {
      const secrets = [password, chosen, "yet another teapot", ...links.map((each) => new URL(each).search)];
      for (const secret of secrets) if (secret !== "") expect([kind, subject]).not.toContain(secret);
      for (const typed of [password, chosen, "yet another teapot"]) expect(text + html).not.toContain(typed);
      expect(html).not.toMatch(/<(?:img|script|style|link|iframe|form|video|object)\b|\bsrc=|url\(|@import/i);
      const urls = [...`${text} ${html}`.matchAll(/(?:https?:)?\/\/[^\s"'<>)]+/g)].map(([url]) => url);
      expect(urls.length).toBeGreaterThan(0);
      for (const url of urls) expect([kind, links]).toEqual([kind, expect.arrayContaining([url])]);
      const plain = html
        .replace(/<[^>]+>/g, " ")
        .replaceAll("&#39;", "'")
        .replace(/\s+/g, " ");
      for (const sentence of text.split("\n").filter((each) => / /.test(each) && !each.endsWith(":"))) {
        expect(plain).toContain(sentence.split(": ").at(-1));
      }
    }
  });

  test("[LG-03] A-RS-11 no log line and no audit row holds a token or password", async () => {
    const own = newSite();
    const { email } = await member(own);
    const secrets = [chosen, password, email];
    for (let count = 0; count < 2; count += 1) {
      const token = await mailedToken(own, email);
      secrets.push(token);
      const browser = own.browser();
      await browser.open(`/reset-password?token=${token}`);
      await browser.postForm("/reset-password", { token, password: "short" });
      await browser.postForm("/reset-password", { token, password: chosen });
      await browser.postForm("/reset-password", { token, password: chosen });
      await browser.get(`/reset-password?token=${token}`);
      await browser.send("POST", "/reset-password", { form: { token, password: chosen } });
    }
    for (const mail of await own.mails()) secrets.push(...mail.links.map((each) => tokenOf(each)));
    const audit = await own.auth.database.all<{ event: string }>("SELECT * FROM audit");
    const records = JSON.stringify(audit) + JSON.stringify(own.log);
    expect(own.log.length).toBeGreaterThan(10);
    for (const secret of secrets) expect(records).not.toContain(secret);
    const events = audit.map(({ event }) => event);
    expect(events).toEqual(
      expect.arrayContaining([
        "authn_password_reset_requested",
        "authn_token_created",
        "authn_password_change",
        "session_ended",
      ]),
    );
  });

  test("[LG-01] the request is recorded without an account; the link, with the request's facts, for its account", async () => {
    const own = newSite();
    const { email, user } = await member(own);
    const browser = own.browser({ address: "198.51.100.23" });
    const answer = await browser.postJson("/forgot-password", { email }, { "user-agent": agent });
    await own.auth.deliverMail();
    const rows = await own.auth.database.all(
      `SELECT event, subject, address, user_agent, request_id FROM audit
       WHERE event IN ('authn_password_reset_requested', 'authn_token_created') ORDER BY id`,
    );
    const facts = {
      address: "198.51.100.23",
      user_agent: agent,
      request_id: answer.headers.get("x-request-id"),
    };
    expect(rows).toEqual([
      { event: "authn_password_reset_requested", subject: null, ...facts },
      { event: "authn_token_created", subject: user.id, ...facts },
    ]);
  });

  test("[LG-01] a replaced or used link leaves a row for its account, and an invented one doesn't", async () => {
    const own = newSite();
    const { email, user } = await member(own);
    const replaced = await mailedToken(own, email);
    const token = await mailedToken(own, email);
    expect((await reset(own, token)).status).toBe(200);
    for (const again of [replaced, token, "x".repeat(43), "no token"]) {
      expect((await own.browser().get(`/reset-password?token=${again}`)).status).toBe(410);
    }
    const rows = await own.auth.database.all(
      "SELECT subject, detail FROM audit WHERE event = 'authn_token_reuse' ORDER BY id",
    );
    const row = { subject: user.id, detail: '{"purpose":"choose_password"}' };
    expect(rows).toEqual([row, row]);
  });

  test("[KY-03] A-RS-13 no stored value works as link, cookie or bearer token", async () => {
    const own = newSite();
    const email = newAddress();
    await own.signedIn(email);
    await own.browser().postJson("/forgot-password", { email });
    await own.auth.deliverMail();
    await own.browser().postJson("/register", { email: newAddress(), password });
    const dump = await databaseDump(own.auth.database);
    const values = [...new Set(dump.split(/\s+/).filter((value) => /^[\w+/=-]{20,}$/.test(value)))];
    expect(values.length).toBeGreaterThan(20);
    for (const value of values) {
      expect((await own.browser().get(`/reset-password?token=${encodeURIComponent(value)}`)).status).toBe(
        410,
      );
      for (const name of [own.auth.settings.cookies.session, own.auth.settings.cookies.device]) {
        expect(await own.sessionStatus(`${name}=${value}`)).toBe(401);
      }
      const bearer = await own.browser().get("/session", { authorization: `Bearer ${value}` });
      expect(bearer.status).toBe(401);
    }
    expect((await login(own, email, password)).status).toBe(200);
  });

  test("[RS-12] no page or answer for administrators holds a link or takes another account's password", async () => {
    const own = newSite();
    const { email, user } = await member(own);
    const token = await mailedToken(own, email);
    const { cookie } = await own.as("root@example.org", { roles: ["admin"] });
    const admin = own.browser({ cookie });
    const paths = own.auth.routes
      .filter(({ path }) => path.startsWith("/admin/"))
      .map(({ method, path }) => ({ method, path: path.replace(/:\w+/g, user.id) }));
    expect(paths.length).toBeGreaterThan(0);
    for (const { method, path } of paths) {
      for (const accept of ["text/html", "application/json"]) {
        const body = { newPassword: chosen, password: chosen, user_id: user.id, reason: "asked by phone" };
        const answer =
          method === "GET" ? await admin.get(path, { accept }) : await admin.postJson(path, body, { accept });
        expect(answer.text).not.toContain(token);
        expect(answer.text).not.toMatch(/reset-password\?token=|[?"]token["=]/);
      }
    }
    expect((await login(own, email, chosen)).status).toBe(401);
  });
});
