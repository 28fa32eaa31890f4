import { unwrap } from "latchkey";
import { testPassword } from "latchkey/testing";
import { describe, expect, test } from "vitest";
import { coreOf } from "../../src/assemble.ts";
import { createOneTimeToken } from "../../src/core/secrets/index.ts";
import { type Answer, seenFromOutside } from "../support/answer.ts";
import { databaseDump } from "../support/database-dump.ts";
import { expectDead } from "../support/dead-link.ts";
import { newAddress } from "../support/people.ts";
import { type Site, tokenOf } from "../support/site.ts";
import { siteMaker } from "../support/sites.ts";

const newSite = siteMaker();

const site = newSite();
const open = newSite({ registration: "open" });
const password = testPassword;
const chosen = "chosen by the real owner";
const hour = 3_600_000;

const login = (where: Site, email: string, typed: string): Promise<Answer> =>
  where.browser().postJson("/login", { login: email, password: typed });

async function registered(where: Site = site, email = newAddress()) {
  const browser = where.browser();
  const answer = await browser.postJson("/register", { email, password });
  expect([201, 202]).toContain(answer.status);
  return { email, browser, token: await where.tokenTo(email) };
}

/** A link for choosing a password, as a request for a reset mails it. */
async function passwordToken(where: Site, email: string): Promise<string> {
  const user = (await unwrap(where.auth.users.find({ who: email }))).user!;
  const token = await where.auth.database.transaction((tx) =>
    createOneTimeToken(coreOf(where.auth), tx, {
      purpose: "choose_password",
      userId: user.id,
      emailKey: email,
      lifetimeMs: hour,
    }),
  );
  // A value that prints itself as redacted, or a plain text.
  return typeof token === "string" ? token : (token as { reveal(): string }).reveal();
}

describe("the confirmation link", () => {
  test("[VE-01] the confirmation link holds 256 random bits, and the database only their digest", async () => {
    const tokens = new Set<string>();
    for (let count = 0; count < 20; count += 1) tokens.add((await registered()).token);
    expect(tokens.size).toBe(20);
    const stolen = await databaseDump(site.auth.database);
    for (const token of tokens) {
      expect(Buffer.from(token, "base64url")).toHaveLength(32);
      expect(stolen).not.toContain(token);
      expect(stolen).not.toContain(Buffer.from(token, "base64url").toString("hex"));
    }
  });

  test("[VE-01] the confirmation link works once", async () => {
    const { email, browser, token } = await registered();
    expect((await browser.postForm("/confirm-email", { token })).status).toBe(303);
    expect(await browser.who()).toBe(email);
    await expectDead(site, "/confirm-email", token, browser);
    await expectDead(site, "/confirm-email", token);
    expect((await login(site, email, password)).status).toBe(200);
    expect((await login(site, email, chosen)).status).toBe(401);
  });

  test("[VE-01] the confirmation link lives 24 hours, as its mail says", async () => {
    const own = newSite();
    const { email, browser, token } = await registered(own);
    expect((await own.mailTo(email)).text).toContain("24 hours");
    own.clock.advance(24 * hour - 1);
    expect((await browser.get(`/confirm-email?token=${token}`)).status).toBe(200);
    own.clock.advance(1);
    await expectDead(own, "/confirm-email", token, browser);
    expect((await unwrap(own.auth.users.find({ who: email }))).user).toBeNull();
  });

  test("[VE-01] the confirmation link proves only the address it was sent to", async () => {
    const { email, browser, token } = await registered(open);
    const other = `moved-${email}`;
    await open.auth.database.run(
      "UPDATE users SET email = $1, email_key = $1 WHERE email = $2",
      other,
      email,
    );
    await expectDead(open, "/confirm-email", token, browser);
    expect((await unwrap(open.auth.users.find({ who: other }))).user?.emailVerified).toBe(false);
  });

  test("[VE-01] [RS-02] the confirmation link doesn't work for other purposes, nor their links here", async () => {
    const { email, browser, token } = await registered();
    await expectDead(site, "/reset-password", token);
    const { choosePasswordLink } = await unwrap(site.auth.users.create({ email: newAddress() }));
    await expectDead(site, "/confirm-email", tokenOf(choosePasswordLink ?? ""));
    const cookie = browser.session();
    await expectDead(site, "/confirm-email", cookie);
    expect((await browser.postJson("/confirm-email", { token })).status).toBe(200);
    expect(await browser.who()).toBe(email);
  });

  test("[VE-01] the confirmation link has one spelling", async () => {
    const { browser, token } = await registered();
    const last = token.at(-1) as string;
    const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    const at = alphabet.indexOf(last);
    const twins = [1, 2, 3].map((bits) => token.slice(0, -1) + alphabet[(at & ~3) | ((at + bits) & 3)]);
    for (const twin of [
      ...twins,
      `${token}=`,
      `${token}A`,
      token.slice(0, -1),
      ` ${token}`,
      token.toLowerCase(),
    ]) {
      const answer = await browser.postJson("/confirm-email", { token: twin });
      expect([twin, answer.code]).toEqual([twin, "link_invalid"]);
    }
    expect((await browser.postJson("/confirm-email", { token })).status).toBe(200);
  });

  test("[VE-02] [RS-07] scanners may open the link any number of times: it confirms no address and leaks no secret", async () => {
    const { email, browser, token } = await registered();
    for (const visitor of [site.browser(), browser]) {
      for (let count = 0; count < 5; count += 1) {
        const page = await visitor.get(`/confirm-email?token=${token}`);
        expect(page.status).toBe(200);
        expect(page.headers.get("cache-control")).toBe("no-store, no-transform");
        expect(page.headers.get("referrer-policy")).toBe("same-origin");
        expect(page.text).not.toMatch(/(?:src|href|action)="(?:https?:)?\/\//);
        expect((await visitor.send("HEAD", `/confirm-email?token=${token}`)).status).toBe(200);
        expect(await visitor.who()).toBeNull();
      }
      expect((await unwrap(site.auth.users.find({ who: email }))).user).toBeNull();
    }
    expect((await browser.postForm("/confirm-email", { token })).location).toBe("/dashboard");
    expect((await unwrap(site.auth.users.find({ who: email }))).user?.emailVerified).toBe(true);
  });

  test("[VE-02] in open mode the address stays unconfirmed until the button is pressed", async () => {
    const { email, browser, token } = await registered(open);
    for (let count = 0; count < 5; count += 1) await browser.get(`/confirm-email?token=${token}`);
    expect((await unwrap(open.auth.users.find({ who: email }))).user?.emailVerified).toBe(false);
    expect((await browser.postForm("/confirm-email", { token })).status).toBe(303);
    expect((await unwrap(open.auth.users.find({ who: email }))).user?.emailVerified).toBe(true);
    expect(await browser.who()).toBe(email);
  });

  test("[VE-02] only the token in the body confirms, not a query parameter of the POST", async () => {
    const { browser, token } = await registered();
    const answer = await browser.postJson(`/confirm-email?token=${token}`, {});
    expect(answer.fieldCodes("token")).toEqual(["required"]);
  });
});

describe("a stranger's registration of the owner's address", () => {
  test("[VE-03] A-PH-06 the owner's click on a stranger's registration doesn't help the stranger, and the page explains it", async () => {
    const { email, browser: stranger, token } = await registered();
    const owner = site.browser();
    const page = await owner.get(`/confirm-email?token=${token}`);
    expect(page.text).toContain("Choose");
    expect(page.text).toMatch(/autocomplete="new-password"/);
    expect(page.text).toContain("Didn&#39;t sign up? You can close this page");

    const without = await owner.postForm("/confirm-email", { token });
    expect(without.status).toBe(422);
    const empty = await owner.postJson("/confirm-email", { token, password: "" });
    expect(empty.code).toBe("password_required");
    expect((await unwrap(site.auth.users.find({ who: email }))).user).toBeNull();

    expect((await owner.postForm("/confirm-email", { token, password: chosen })).status).toBe(303);
    expect(await owner.who()).toBe(email);
    expect(await stranger.who()).toBeNull();
    expect((await login(site, email, password)).code).toBe("invalid_credentials");
    expect((await stranger.postJson("/login", { login: email, password })).code).toBe("invalid_credentials");
    expect((await login(site, email, chosen)).status).toBe(200);
  });

  test("[VE-03] A-PH-02 in open mode the stranger's session, device and password end with the owner's choice", async () => {
    const { email, browser: stranger, token } = await registered(open);
    const second = open.browser();
    await second.postJson("/login", { login: email, password });
    expect(await stranger.who()).toBe(email);
    const device = stranger.jar.get("__Host-device") ?? "";

    const owner = open.browser();
    expect((await owner.postForm("/confirm-email", { token })).status).toBe(422);
    expect(await stranger.who()).toBe(email);
    expect((await owner.postForm("/confirm-email", { token, password: chosen })).status).toBe(303);
    expect(await owner.who()).toBe(email);
    expect(await stranger.who()).toBeNull();
    expect(await second.who()).toBeNull();
    expect((await login(open, email, password)).status).toBe(401);
    const live = await open.auth.database.one<{ count: number }>(
      "SELECT count(*) AS count FROM devices WHERE revoked_at IS NULL AND user_id = (SELECT id FROM users WHERE email = $1)",
      email,
    );
    expect(live?.count).toBe(1);
    expect(owner.jar.get("__Host-device")).not.toBe(device);
  });

  test("[VE-03] if a stranger and the owner register one address, the owner's link confirms the owner's password only", async () => {
    const email = newAddress();
    const owner = await registered(site, email);
    const stranger = site.browser();
    await stranger.postJson("/register", { email, password: "a stranger with a hat" });
    const strangersLink = await site.tokenTo(email);
    expect(strangersLink).not.toBe(owner.token);
    // The stranger's link in the owner's browser requires a password: this browser didn't register.
    const foreign = await owner.browser.postJson("/confirm-email", { token: strangersLink });
    expect(foreign.code).toBe("password_required");

    expect((await owner.browser.postJson("/confirm-email", { token: owner.token })).status).toBe(200);
    await expectDead(site, "/confirm-email", strangersLink, stranger);
    expect(await stranger.who()).toBeNull();
    expect((await login(site, email, "a stranger with a hat")).status).toBe(401);
    expect((await login(site, email, password)).status).toBe(200);
  });

  test("[VE-03] a repeated link stays bound to the browser that registered", async () => {
    const { email, browser: stranger } = await registered();
    const owner = site.browser();
    await owner.postJson("/confirm-email/resend", { email });
    const token = await site.tokenTo(email);
    expect((await owner.postJson("/confirm-email", { token })).code).toBe("password_required");
    expect((await owner.postJson("/confirm-email", { token, password: chosen })).status).toBe(200);
    expect(await stranger.who()).toBeNull();
    expect((await login(site, email, password)).status).toBe(401);
  });

  test("[VE-03] a browser that invents or copies part of a browser value counts as another browser", async () => {
    const { email, browser, token } = await registered();
    const value = browser.session();
    for (const forged of [value.slice(0, -1), `${value.slice(0, 22)}${"A".repeat(21)}`, "A".repeat(43)]) {
      const stranger = site.browser({ cookie: `${site.auth.settings.cookies.session}=${forged}` });
      expect((await stranger.postJson("/confirm-email", { token })).code).toBe("password_required");
      expect(stranger.session()).not.toBe(forged);
    }
    expect((await unwrap(site.auth.users.find({ who: email }))).user).toBeNull();
  });
});

describe("a request for the link again", () => {
  test("[VE-04] another request gets the same answer for pending, confirmed, unknown and disabled addresses", async () => {
    const pending = (await registered()).email;
    const confirmed = (await unwrap(site.auth.users.create({ email: newAddress(), password }))).user.email;
    const disabled = (await unwrap(site.auth.users.create({ email: newAddress(), password }))).user;
    await unwrap(site.auth.users.disable({ userId: disabled.id }));
    const unknown = newAddress();
    for (const send of ["postForm", "postJson"] as const) {
      const seen = [];
      for (const email of [pending, confirmed, disabled.email, unknown]) {
        seen.push(seenFromOutside(await site.browser()[send]("/confirm-email/resend", { email }), email));
      }
      expect(seen[0]).toMatchObject({ status: send === "postForm" ? 200 : 202 });
      for (const other of seen.slice(1)) expect(other).toEqual(seen[0]);
    }
    const mails = await site.mails();
    expect(mails.filter(({ to }) => to === pending)).toHaveLength(3);
    for (const to of [confirmed, disabled.email, unknown]) {
      expect(mails.filter((mail) => mail.to === to)).toEqual([]);
    }
  });

  test("[VE-04] further requests are limited per source, at the same count for every address", async () => {
    const limited = newSite({ throttle: {} });
    const { email } = await registered(limited);
    const series = async (address: string, to: string) => {
      const browser = limited.browser({ address });
      const answers: Answer[] = [];
      for (let count = 0; count < 40; count += 1) {
        answers.push(await browser.postJson("/confirm-email/resend", { email: to }));
      }
      return answers.map((answer) => seenFromOutside(answer, to));
    };
    const known = await series("198.51.100.1", email);
    const unknown = await series("198.51.100.2", newAddress());
    expect(known.at(-1)).toMatchObject({ status: 429 });
    expect(JSON.stringify(known.at(-1))).toContain("retry-after");
    expect(unknown).toEqual(known);
    expect((await limited.mails()).filter(({ to }) => to === email)).toHaveLength(5);
  });

  test("[VE-04] an invalid address is refused before anything else", async () => {
    const answer = await site.browser().postJson("/confirm-email/resend", { email: "nobody" });
    expect(answer.fieldCodes("email")).toEqual(["invalid_email"]);
  });
});

describe("races for a link", () => {
  test("[VE-01] A-RC-03 twenty posts of one link from twenty browsers make one account, one password and one session", async () => {
    const { email, token } = await registered();
    const answers = await Promise.all(
      Array.from({ length: 20 }, async (_, index) => {
        const browser = site.browser({ address: `203.0.113.${index}` });
        const own = `chosen by visitor ${index}`;
        return { own, browser, answer: await browser.postJson("/confirm-email", { token, password: own }) };
      }),
    );
    const winners = answers.filter(({ answer }) => answer.status === 200);
    expect(winners).toHaveLength(1);
    for (const { answer, browser, own } of answers) {
      const won = answer.status === 200;
      if (!won) expect([answer.status, answer.code]).toEqual([410, "link_invalid"]);
      expect(await browser.who()).toBe(won ? email : null);
      expect((await login(site, email, own)).status).toBe(won ? 200 : 401);
    }
  });

  test("[VE-01] A-RC-03 if two browsers confirm one address at once, one gets the account and the other doesn't", async () => {
    const email = newAddress();
    const first = await registered(site, email);
    const second = await registered(site, email);
    const answers = await Promise.all(
      [first, second].map(({ browser, token }) => browser.postJson("/confirm-email", { token })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 410]);
    const signedIn = await Promise.all([first, second].map(({ browser }) => browser.who()));
    expect(signedIn.filter((who) => who === email)).toHaveLength(1);
  });

  test("[VE-01] A-RC-03 a confirmation during other registrations of the address leaves one account", async () => {
    const { email, browser, token } = await registered();
    const [confirmed] = await Promise.all([
      browser.postJson("/confirm-email", { token }),
      ...Array.from({ length: 10 }, () => site.browser().postJson("/register", { email, password: chosen })),
    ]);
    expect(confirmed?.status).toBe(200);
    // No pending registration can be confirmed any more.
    for (const mail of (await site.mails()).filter(
      ({ to, kind }) => to === email && kind === "confirm_email",
    )) {
      const late = { token: tokenOf(mail.links[0] ?? ""), password: chosen };
      expect((await site.browser().postJson("/confirm-email", late)).code).toBe("link_invalid");
    }
    expect((await login(site, email, chosen)).status).toBe(401);
    expect((await login(site, email, password)).status).toBe(200);
  });

  test("[RS-05] A-RC-02 twenty posts of one password link succeed once, and that password is the valid one", async () => {
    const email = newAddress();
    const { choosePasswordLink } = await unwrap(site.auth.users.create({ email }));
    const token = tokenOf(choosePasswordLink ?? "");
    const answers = await Promise.all(
      Array.from({ length: 20 }, async (_, index) => {
        const own = `chosen by visitor ${index}`;
        return { own, answer: await site.browser().postJson("/reset-password", { token, password: own }) };
      }),
    );
    expect(answers.filter(({ answer }) => answer.status === 200)).toHaveLength(1);
    for (const { own, answer } of answers) {
      const won = answer.status === 200;
      if (!won) expect([answer.status, answer.code]).toEqual([410, "link_invalid"]);
      expect((await login(site, email, own)).status).toBe(won ? 200 : 401);
    }
  });
});

describe("the link for choosing a password", () => {
  async function member(where: Site = site) {
    const email = newAddress();
    const { user } = await unwrap(where.auth.users.create({ email, password }));
    return { email, user, token: await passwordToken(where, email) };
  }

  test("[RS-02] the link for choosing a password has 256 random bits, is stored as digest, and works for its account", async () => {
    const { email, token } = await member();
    const other = await member();
    expect(Buffer.from(token, "base64url")).toHaveLength(32);
    const stolen = await databaseDump(site.auth.database);
    expect(stolen).not.toContain(token);
    const digests = await site.auth.database.all<{ digest: Uint8Array }>(
      "SELECT digest FROM one_time_tokens",
    );
    for (const { digest } of digests.slice(-5)) {
      const asLink = Buffer.from(digest).toString("base64url");
      expect(
        (await site.browser().postJson("/reset-password", { token: asLink, password: chosen })).status,
      ).toBe(410);
    }
    const body = {
      token,
      password: chosen,
      email: other.email,
      user_id: other.user.id,
      userId: other.user.id,
    };
    expect((await site.browser().postJson("/reset-password", body)).status).toBe(200);
    expect((await login(site, email, chosen)).status).toBe(200);
    expect((await login(site, other.email, chosen)).status).toBe(401);
    expect((await login(site, other.email, password)).status).toBe(200);
  });

  test("[RS-03] the link for choosing a password expires with the neutral page", async () => {
    const own = newSite();
    const { token } = await member(own);
    own.clock.advance(hour - 1);
    expect((await own.browser().open(`/reset-password?token=${token}`)).status).toBe(200);
    own.clock.advance(1);
    const late = await expectDead(own, "/reset-password", token);
    const unknown = await own.browser().get(`/reset-password?token=${"A".repeat(43)}`);
    expect(seenFromOutside(late, token)).toEqual(seenFromOutside(unknown, "A".repeat(43)));
  });

  test("[RS-04] the link for choosing a password dies with another's use, a password change or a disabled account", async () => {
    const used = await member();
    const second = await passwordToken(site, used.email);
    expect(
      (await site.browser().postJson("/reset-password", { token: second, password: chosen })).status,
    ).toBe(200);
    await expectDead(site, "/reset-password", used.token);

    const changed = await member();
    const browser = site.browser();
    await browser.postJson("/login", { login: changed.email, password });
    await browser.postJson("/account/password", { current_password: password, password: chosen });
    await expectDead(site, "/reset-password", changed.token);

    const disabled = await member();
    await unwrap(site.auth.users.disable({ userId: disabled.user.id }));
    await expectDead(site, "/reset-password", disabled.token);
    await unwrap(site.auth.users.enable({ userId: disabled.user.id }));
    await expectDead(site, "/reset-password", disabled.token);
    expect((await login(site, disabled.email, password)).status).toBe(200);
  });

  test("[RS-07] opening the link neither uses nor leaks it, and a refused password doesn't use it up", async () => {
    const { email, token } = await member();
    for (let count = 0; count < 5; count += 1) {
      const page = await site.browser().open(`/reset-password?token=${token}`);
      expect(page.status).toBe(200);
      expect(page.headers.get("cache-control")).toBe("no-store, no-transform");
      expect(page.headers.get("referrer-policy")).toBe("same-origin");
      expect(page.text).not.toMatch(/(?:src|href|action)="(?:https?:)?\/\//);
      expect((await site.browser().send("HEAD", `/reset-password?token=${token}`)).status).toBe(303);
    }
    expect((await login(site, email, password)).status).toBe(200);
    expect((await site.browser().postForm("/reset-password", { token, password: "short" })).status).toBe(422);
    expect((await site.browser().postForm("/reset-password", { token, password: chosen })).status).toBe(303);
  });

  test("[RS-09] the link for choosing a password starts no session", async () => {
    const { email, token } = await member();
    const browser = site.browser();
    const form = await browser.postForm("/reset-password", { token, password: chosen });
    expect([form.status, form.location]).toEqual([303, "/login"]);
    expect(await browser.who()).toBeNull();
    const second = await passwordToken(site, email);
    const json = await browser.postJson("/reset-password", { token: second, password: password });
    expect([json.status, json.text]).toEqual([200, '{"status":"password_changed"}']);
    expect(await browser.who()).toBeNull();
  });

  test("[RS-10] A-PH-02 choosing a password ends every session and device, including those of the browser that used the link", async () => {
    const { email, token } = await member();
    const browsers = [site.browser(), site.browser(), site.browser()];
    for (const browser of browsers) await browser.postJson("/login", { login: email, password });
    const owner = browsers[0]!;
    const before = await site.auth.database.all<{ id: string }>("SELECT id FROM devices");
    expect((await owner.postForm("/reset-password", { token, password: chosen })).status).toBe(303);
    for (const browser of browsers) expect(await browser.who()).toBeNull();
    const devices = await site.auth.database.all<{ id: string }>(
      `SELECT id FROM devices WHERE revoked_at IS NULL
       AND user_id = (SELECT id FROM users WHERE email = $1)`,
      email,
    );
    // Only the device of the browser that chose the password is known. It is a new one.
    expect(devices).toHaveLength(1);
    expect(before.map(({ id }) => id)).not.toContain(devices[0]?.id);
  });

  test("[TH-09] guesses at tokens are throttled per source, on pages and posts together", async () => {
    const limited = newSite({ throttle: {} });
    const { token } = await member(limited);
    const browser = limited.browser({ address: "198.51.100.9" });
    const statuses: number[] = [];
    for (let count = 0; count < 200; count += 1) {
      const guess = Buffer.alloc(32, count + 1).toString("base64url");
      const path = count % 2 ? "/reset-password" : "/confirm-email";
      const answer =
        count % 3
          ? await browser.get(`${path}?token=${guess}`)
          : await browser.postJson(path, { token: guess, password: chosen });
      statuses.push(answer.status);
    }
    expect(statuses.slice(0, 30)).toEqual(new Array(30).fill(410));
    expect(statuses.slice(30)).toEqual(new Array(170).fill(429));
    const owner = limited.browser({ address: "198.51.100.10" });
    expect((await owner.open(`/reset-password?token=${token}`)).status).toBe(200);
  });
});
