import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { unwrap } from "latchkey";
import { testPassword } from "latchkey/testing";
import { afterAll, beforeEach, describe, expect, test, vi } from "vitest";
import { coreOf } from "../../src/assemble.ts";
import type { AuthOptions } from "../../src/options.ts";
import { type Answer, seenFromOutside } from "../support/answer.ts";
import type { Browser } from "../support/browser.ts";
import { createSite, noThrottle, type Site } from "../support/site.ts";

/** The cost of every argon2id computation, in order: one for each verification. */
const hashes = vi.hoisted((): string[] => []);

vi.mock("../../src/core/passwords/argon2.ts", async (original) => {
  const real = await original<typeof import("../../src/core/passwords/argon2.ts")>();
  return {
    ...real,
    argon2id: ({ parameters, tagLength, ...rest }: Parameters<typeof real.argon2id>[0]) => {
      hashes.push(JSON.stringify({ ...parameters, tagLength }));
      return real.argon2id({ parameters, tagLength, ...rest });
    },
  };
});

const todaysCost = JSON.stringify({ memoryKiB: 64, passes: 1, parallelism: 1, tagLength: 32 });

const directory = mkdtempSync(join(tmpdir(), "latchkey-throttling-"));
const sites: Site[] = [];
afterAll(async () => {
  await Promise.all(sites.map((each) => each.close()));
  rmSync(directory, { recursive: true, force: true });
});
beforeEach(() => hashes.splice(0));

function newSite(options: Partial<AuthOptions> = {}): Site {
  const made = createSite({ throttle: {}, ...options });
  sites.push(made);
  return made;
}

const password = testPassword;
const wrong = "a quiet teapot in the snow";
const email = "owner@example.org";

interface Guess {
  login?: string;
  password?: string;
  browser?: Browser;
  address?: string;
}

/** One try from a new browser. */
function guess(site: Site, { login = email, password: typed = wrong, browser, address }: Guess = {}) {
  const from = browser ?? site.browser(address === undefined ? {} : { address });
  return from.postJson("/login", { login, password: typed });
}

async function statuses(times: number, act: (index: number) => Promise<Answer>): Promise<number[]> {
  const all: number[] = [];
  for (let index = 0; index < times; index += 1) all.push((await act(index)).status);
  return all;
}

const times = (count: number, status: number): number[] => new Array(count).fill(status);

/** Accounts that can't sign in, by reason, with the typed password; each has a separate client address. */
async function classesOf(site: Site): Promise<Record<string, { login: string; password: string }>> {
  const { users } = site.auth;
  await unwrap(users.create({ email: "wrong@example.org", password }));
  await unwrap(users.create({ email: "named@example.org", username: "wrong-name", password }));
  const disabled = await unwrap(users.create({ email: "disabled@example.org", password }));
  await unwrap(users.disable({ userId: disabled.user.id }));
  const disabledToo = await unwrap(users.create({ email: "disabled-too@example.org", password }));
  await unwrap(users.disable({ userId: disabledToo.user.id }));
  await unwrap(users.create({ email: "without@example.org" }));
  const compromised = await unwrap(users.create({ email: "compromised@example.org", password }));
  await unwrap(users.requirePasswordChange({ userId: compromised.user.id }));
  await site
    .browser({ address: "192.0.2.1" })
    .postJson("/register", { email: "pending@example.org", password });
  const deleted = await unwrap(users.create({ email: "deleted@example.org", password }));
  await site.auth.database.run("DELETE FROM passwords WHERE user_id = $1", deleted.user.id);
  await site.auth.database.run("DELETE FROM roles WHERE user_id = $1", deleted.user.id);
  await site.auth.database.run("DELETE FROM users WHERE id = $1", deleted.user.id);
  const unusable = await unwrap(users.create({ email: "unusable@example.org", password }));
  await site.auth.database.run("UPDATE passwords SET hash = '!' WHERE user_id = $1", unusable.user.id);
  const unpeppered = await unwrap(users.create({ email: "unpeppered@example.org", password }));
  await site.auth.database.run(
    "UPDATE passwords SET hash = replace(hash, 'p=1$', 'p=1,keyid=0a1b2c3d$') WHERE user_id = $1",
    unpeppered.user.id,
  );
  return {
    "a wrong password": { login: "wrong@example.org", password: wrong },
    "a wrong password for a username": { login: "wrong-name", password: wrong },
    "an unknown address": { login: "unknown@example.org", password },
    "an unknown username": { login: "unknown-name", password },
    "neither address nor name": { login: "!! nothing @ all", password },
    "a disabled account, right password": { login: "disabled@example.org", password },
    "a disabled account, wrong password": { login: "disabled-too@example.org", password: wrong },
    "a registration that waits, right password": { login: "pending@example.org", password },
    "an account without a password": { login: "without@example.org", password },
    "an account whose password is switched off": { login: "unusable@example.org", password },
    "a hash whose pepper was removed": { login: "unpeppered@example.org", password },
    "a compromised password, wrong one typed": { login: "compromised@example.org", password: wrong },
    "a deleted account": { login: "deleted@example.org", password },
  };
}

describe("every reason", () => {
  test("[TH-01] A-EN-01 A-EN-05 every refusal is the same, and so are the count to 429 and the wait", async () => {
    for (const kind of ["form", "json"] as const) {
      const site = newSite();
      const classes = Object.entries(await classesOf(site));
      const series: Record<string, object[]> = {};
      for (const [source, [name, { login, password: typed }]] of classes.entries()) {
        const browser = site.browser({ address: `198.51.100.${source}` });
        const seen: object[] = [];
        for (let count = 0; count < 8; count += 1) {
          const body = { login, password: typed };
          const answer = await (kind === "form"
            ? browser.postForm("/login", body)
            : browser.postJson("/login", body));
          seen.push(seenFromOutside(answer, login));
          expect(browser.jar.get("__Host-device")).toBeUndefined();
          expect(await browser.who()).toBeNull();
        }
        series[name] = seen;
      }
      const expected = series["a wrong password"] as { status: number }[];
      expect(expected.map(({ status }) => status)).toEqual([...times(5, 401), ...times(3, 429)]);
      for (const [name] of classes) expect([name, series[name]]).toEqual([name, expected]);
    }
  });

  test("[TH-01] the sentence doesn't say which half was wrong", async () => {
    const site = newSite();
    await unwrap(site.auth.users.create({ email, password }));
    const page = await site.browser().postForm("/login", { login: email, password: wrong });
    expect(page.status).toBe(401);
    expect(page.text).toContain("The email, username or password is wrong.");
    const problem = (await guess(site)).json<{ detail: string; errors?: unknown }>();
    expect(problem.detail).toBe("The email, username or password is wrong.");
    expect(problem.errors).toBeUndefined();
  });

  test("[TH-02] a refused login computes exactly one hash of today's cost, and none after the limit", async () => {
    const site = newSite({ throttle: { perAddress: 10_000 } });
    const classes = Object.entries(await classesOf(site));
    // The dummy hash is made once, not for a particular request.
    await guess(site, { login: "warm-up@example.org" });
    const verify = vi.spyOn(coreOf(site.auth).passwords, "verify");
    for (const [name, typed] of classes) {
      hashes.splice(0);
      verify.mockClear();
      expect((await guess(site, typed)).status).toBe(401);
      expect([name, verify.mock.calls.length, hashes]).toEqual([name, 1, [todaysCost]]);
    }
    for (const [name, typed] of classes) {
      await statuses(4, () => guess(site, typed));
      hashes.splice(0);
      expect((await guess(site, typed)).status).toBe(429);
      expect([name, hashes]).toEqual([name, []]);
    }
  });

  test("[TH-02] a good login computes one hash, and both branches of a registration hash alike", async () => {
    const site = newSite({ throttle: noThrottle });
    await unwrap(site.auth.users.create({ email, password }));
    hashes.splice(0);
    expect((await guess(site, { password })).status).toBe(200);
    expect(hashes).toEqual([todaysCost]);
    for (const address of [email, "new@example.org", "new@example.org"]) {
      hashes.splice(0);
      expect((await site.browser().postJson("/register", { email: address, password })).status).toBe(202);
      expect(hashes).toEqual([todaysCost]);
    }
  });

  test("[SU-02] mail never delays the answer, for a new address or a taken one", async () => {
    const waiting: (() => void)[] = [];
    const transport = { send: () => new Promise<void>((resolve) => void waiting.push(resolve)) };
    const site = newSite({ mail: { transport }, throttle: noThrottle });
    await unwrap(site.auth.users.create({ email, password }));
    // The mail server never answers; every registration still does.
    for (const address of [email, "new@example.org", email, "newer@example.org"]) {
      expect((await site.browser().postJson("/register", { email: address, password })).status).toBe(202);
    }
    const delivered = site.auth.deliverMail();
    await vi.waitFor(() => expect(waiting.length).toBeGreaterThan(0));
    const release = setInterval(() => waiting.splice(0).forEach((resolve) => void resolve()), 1);
    await delivered;
    clearInterval(release);
  });
});

describe("unknown devices and the owner", () => {
  test("[TH-04] A-BF-06 ten bad tries elsewhere don't delay the owner on a known browser", async () => {
    const site = newSite();
    await unwrap(site.auth.users.create({ email, password }));
    const known = site.browser({ address: "192.0.2.7" });
    expect((await guess(site, { password, browser: known })).status).toBe(200);
    await known.postForm("/logout", {});
    for (let round = 0; round < 4; round += 1) {
      const bad = await statuses(10, () => guess(site, { address: `198.51.100.${round}` }));
      expect(bad).toEqual([...times(5, 401), ...times(5, 429)]);
      // Unknown devices wait, even with the right password. The owner doesn't.
      expect((await guess(site, { password, address: "203.0.113.9" })).status).toBe(429);
      expect((await guess(site, { password, browser: known })).status).toBe(200);
      await known.postForm("/logout", {});
      site.clock.advance("15m");
    }
  });

  test("[TH-04] ten bad tries elsewhere don't delay the owner after a reset on a new browser", async () => {
    const site = newSite();
    const { choosePasswordLink } = await unwrap(site.auth.users.create({ email }));
    const token = new URL(choosePasswordLink ?? "").searchParams.get("token");
    await statuses(10, () => guess(site, { address: "198.51.100.1" }));
    const owner = site.browser({ address: "192.0.2.7" });
    expect((await guess(site, { password, browser: owner })).status).toBe(429);
    expect((await owner.postJson("/reset-password", { token, password })).status).toBe(200);
    expect((await guess(site, { password, browser: owner })).status).toBe(200);
  });

  test("[TH-04] ongoing guesses don't delay an owner after a reset by link: that owner has separate tries (case A-BF-06)", async () => {
    const site = newSite({ throttle: { perAddress: 10_000 } });
    await unwrap(site.auth.users.create({ email, password }));
    const attack = (times: number) => statuses(times, () => guess(site, { address: "198.51.100.1" }));
    const owner = site.browser({ address: "192.0.2.7" });
    await guess(site, { password, browser: owner });
    await owner.postForm("/logout", {});
    await attack(12);
    await owner.postJson("/forgot-password", { email });
    const token = await site.tokenTo(email);
    const chosen = "a louder kettle in the sun";
    const answer = await owner.postJson("/reset-password", { token, password: chosen });
    expect(answer.status).toBe(200);
    expect(answer.setCookies.map((line) => line.split("=")[0])).toContain("__Host-device");
    // It doesn't sign in, and the attempts of strangers are soon used up again.
    expect(await owner.sessionStatus()).toBe(401);
    expect(await attack(8)).toEqual([...times(5, 401), ...times(3, 429)]);
    expect((await guess(site, { password: chosen })).status).toBe(429);
    expect((await guess(site, { password: chosen, browser: owner })).status).toBe(200);
  });

  test("[TH-04] a device has five separate tries, and a device of another account has none", async () => {
    const site = newSite({ throttle: { perAddress: 10_000 } });
    await unwrap(site.auth.users.create({ email, password }));
    await unwrap(site.auth.users.create({ email: "attacker@example.org", password }));
    const known = site.browser();
    await guess(site, { password, browser: known });
    await known.postForm("/logout", {});
    expect(await statuses(7, () => guess(site, { browser: known }))).toEqual([...times(5, 401), 429, 429]);
    expect((await guess(site, { password, browser: known })).status).toBe(429);
    // The device used up its own tries. Strangers have theirs, once.
    const attacker = site.browser();
    await guess(site, { login: "attacker@example.org", password, browser: attacker });
    await attacker.postForm("/logout", {});
    expect(await statuses(7, () => guess(site, { browser: attacker }))).toEqual([...times(5, 401), 429, 429]);
    expect((await guess(site)).status).toBe(429);
  });

  test("[TH-04] neighbours that use up the address's thirty tries don't delay a known browser", async () => {
    const site = newSite();
    await unwrap(site.auth.users.create({ email, password }));
    const address = "192.0.2.7";
    const known = site.browser({ address });
    expect((await guess(site, { password, browser: known })).status).toBe(200);
    const neighbours = (index: number) => guess(site, { login: `other-${index}@example.org`, address });
    expect(await statuses(31, neighbours)).toEqual([...times(30, 401), 429]);
    expect((await known.postJson("/reauthenticate", { password })).status).toBe(200);
    await known.postForm("/logout", {});
    expect((await guess(site, { password, browser: known })).status).toBe(200);
    // They get no tries from it: failures of the device count for the device.
    expect((await guess(site, { password, address })).status).toBe(429);
  });

  test("[TH-04] waiting ends after fifteen minutes, and tries meanwhile don't lengthen it", async () => {
    const site = newSite();
    await unwrap(site.auth.users.create({ email, password }));
    await statuses(5, () => guess(site));
    const first = await guess(site, { password });
    expect([first.status, first.headers.get("retry-after")]).toEqual([429, "900"]);
    site.clock.advance("10m");
    const later = await guess(site, { password });
    expect([later.status, later.headers.get("retry-after")]).toEqual([429, "300"]);
    site.clock.advance(5 * 60_000 - 1);
    expect((await guess(site, { password })).headers.get("retry-after")).toBe("1");
    site.clock.advance(1);
    expect((await guess(site, { password })).status).toBe(200);
  });
});

test("[TH-04] the page of a waiting login shows the way in by mail, with or without an account", async () => {
  const site = newSite();
  await unwrap(site.auth.users.create({ email, password }));
  const texts: string[] = [];
  for (const who of [email, "nobody@example.org"]) {
    await statuses(5, () => guess(site, { login: who }));
    const { status, text } = await site.browser().postForm("/login", { login: who, password });
    expect(status).toBe(429);
    expect(text).toMatch(
      /Too many wrong passwords\. Wait 15 minutes, then try again\. To get in right away, use “Forgot your password\?”/,
    );
    expect(text).toContain('href="/forgot-password"');
    texts.push(text.replace(who, "").replace(/nonce="[^"]*"|value="[^"]*"/g, ""));
  }
  expect(texts[0]).toBe(texts[1]);
});

describe("a hundred wrong passwords in a row", () => {
  /** The needed number, five in each quarter of an hour, each from another address. */
  async function wrongOnes(site: Site, count: number): Promise<void> {
    for (let tried = 0; tried < count; tried += 5) {
      const round = await statuses(Math.min(5, count - tried), (index) =>
        guess(site, { address: `198.51.100.${(tried + index) % 250}` }),
      );
      expect(new Set(round)).toEqual(new Set([401]));
      site.clock.advance("15m");
    }
  }

  test("[TH-03] a hundred wrong passwords switch the password off until a reset: the right one counts as wrong", async () => {
    const site = newSite();
    await unwrap(site.auth.users.create({ email, password }));
    await wrongOnes(site, 99);
    expect((await guess(site, { password })).status).toBe(200);
    await wrongOnes(site, 100);
    const right = await guess(site, { password });
    const wrongOne = await guess(site);
    expect(seenFromOutside(right)).toEqual(seenFromOutside(wrongOne));
    expect(right.code).toBe("invalid_credentials");
    site.clock.advance("15m");
    await wrongOnes(site, 10);

    const told = (await site.mails()).filter(({ kind }) => kind === "password_switched_off");
    expect(told.map(({ to, links }) => [to, links])).toEqual([
      [email, ["https://app.example.org/forgot-password"]],
    ]);
    const events = await site.auth.database.all("SELECT 1 FROM audit WHERE event = 'authn_login_fail_max'");
    expect(events).toHaveLength(1);

    const owner = site.browser({ address: "192.0.2.7" });
    expect((await owner.postJson("/forgot-password", { email })).status).toBe(202);
    const chosen = "seven copper kettles";
    const reset = { token: await site.tokenTo(email), password: chosen };
    expect((await owner.postJson("/reset-password", reset)).status).toBe(200);
    expect((await guess(site, { password: chosen, browser: owner })).status).toBe(200);
  });

  test("[TH-03] [TH-04] failures of strangers don't switch the password off for a known device, and its success restarts the count", async () => {
    const site = newSite();
    await unwrap(site.auth.users.create({ email, password }));
    const known = site.browser({ address: "192.0.2.7" });
    await guess(site, { password, browser: known });
    await known.postForm("/logout", {});
    await wrongOnes(site, 105);
    expect((await guess(site, { password })).status).toBe(401);
    expect((await guess(site, { password, browser: known })).status).toBe(200);
    await unwrap(
      site.auth.users.unlock({ userId: (await unwrap(site.auth.users.find({ who: email }))).user?.id ?? "" }),
    );
    expect((await guess(site, { password })).status).toBe(200);
  });

  test("[TH-03] wrong passwords at re-authentication count too", async () => {
    const site = newSite({ throttle: { ...noThrottle, consecutiveFailures: 3 } });
    const browser = await site.signedIn(email);
    const again = (typed: string) => browser.postJson("/reauthenticate", { password: typed });
    expect(await statuses(3, () => again(wrong))).toEqual(times(3, 422));
    const right = await again(password);
    expect([right.status, right.fieldCodes("password")]).toEqual([422, ["wrong_password"]]);
  });

  test("[TH-03] [TH-05] failures of all unknown names share one row", async () => {
    // A budget of the whole site that is small enough for one row.
    const site = newSite({ throttle: { ...noThrottle, perSite: 1000, consecutiveFailures: 3 } });
    const counters = async () =>
      (await site.auth.database.one<{ count: number }>("SELECT count(*) AS count FROM throttle"))?.count ?? 0;
    await guess(site, { login: "somebody-0@example.org" });
    const before = await counters();
    const answers = await statuses(20, (index) => guess(site, { login: `somebody-${index}@example.org` }));
    expect(answers).toEqual(times(20, 401));
    // A separate short window for each name, and no permanent row.
    expect(await counters()).toBe(before + 19);
    site.clock.advance("15m");
    await site.auth.cleanUp();
    expect(await counters()).toBe(1);
  });
});

describe("the whole site", () => {
  test("[TH-05] a spray from many addresses uses up only the tries of unknown devices", async () => {
    const site = newSite({ throttle: { perSite: 20 } });
    await unwrap(site.auth.users.create({ email, password }));
    const known = site.browser({ address: "192.0.2.7" });
    await guess(site, { password, browser: known });
    await known.postForm("/logout", {});
    const spray = (index: number) =>
      guess(site, { login: `target-${index}@example.org`, address: `198.51.100.${index}` });
    expect(await statuses(25, spray)).toEqual([...times(20, 401), ...times(5, 429)]);
    expect((await guess(site, { password, address: "203.0.113.9" })).status).toBe(429);
    expect((await guess(site, { password, browser: known })).status).toBe(200);
    site.clock.advance("15m");
    expect((await guess(site, { password, address: "203.0.113.9" })).status).toBe(200);
  });
});

describe("counters", () => {
  test("[TH-05] fifty sources that guess at one account share its limit", async () => {
    const site = newSite();
    await unwrap(site.auth.users.create({ email, password }));
    const answers = await statuses(50, (index) => guess(site, { address: `198.51.100.${index}` }));
    expect(answers).toEqual([...times(5, 401), ...times(45, 429)]);
  });

  test("[TH-05] A-BF-02 one source that tries one password at five hundred accounts is limited", async () => {
    const site = newSite();
    for (let index = 0; index < 500; index += 100) {
      await unwrap(site.auth.users.create({ email: `target-${index}@example.org`, password }));
    }
    const answers = await statuses(500, (index) => guess(site, { login: `target-${index}@example.org` }));
    expect(answers).toEqual([...times(30, 401), ...times(470, 429)]);
    expect(hashes.length).toBeLessThanOrEqual(36);
  });

  test("[TH-05] A-BF-03 rotation inside one IPv6 /64 is one source, and so are spellings of one IPv4 address", async () => {
    const site = newSite();
    const inside = await statuses(40, (index) =>
      guess(site, { login: `a-${index}@example.org`, address: `2001:db8:1:2:${index}::${index}` }),
    );
    expect(inside).toEqual([...times(30, 401), ...times(10, 429)]);
    const beside = await guess(site, { login: "b@example.org", address: "2001:db8:1:3::1" });
    expect(beside.status).toBe(401);
    const mapped = await statuses(40, (index) =>
      guess(site, {
        login: `c-${index}@example.org`,
        address: index % 2 ? "203.0.113.5" : "::ffff:203.0.113.5",
      }),
    );
    expect(mapped).toEqual([...times(30, 401), ...times(10, 429)]);
  });

  test("[TH-05] A-BF-04 every spelling of an address, and every form of post, is one counter", async () => {
    const site = newSite();
    await unwrap(site.auth.users.create({ email: "ren\u00e9@b\u00fccher.example", password }));
    const spellings = [
      "ren\u00e9@b\u00fccher.example",
      "REN\u00c9@B\u00dcCHER.example",
      "rene\u0301@b\u00fccher.example",
      " ren\u00e9@xn--bcher-kva.example ",
      "Ren\u00e9@XN--BCHER-KVA.EXAMPLE",
    ];
    for (const login of spellings) expect((await guess(site, { login, password })).status).toBe(200);
    expect(await statuses(5, (index) => guess(site, { login: spellings[index] as string }))).toEqual(
      times(5, 401),
    );
    for (const login of spellings) {
      expect((await guess(site, { login, password })).status).toBe(429);
      for (const name of ["login", "email", "username"]) {
        expect((await site.browser().postForm("/login", { [name]: login, password })).status).toBe(429);
      }
    }
    // The same for unknown addresses. Otherwise the counter would reveal accounts.
    const unknownSpellings = [
      "no@b\u00fccher.example",
      "NO@xn--bcher-kva.example",
      " No@B\u00dcCHER.example",
    ];
    const answers = await statuses(6, (index) =>
      guess(site, { login: unknownSpellings[index % 3] as string }),
    );
    expect(answers).toEqual([...times(5, 401), 429]);
  });

  test("[TH-05] two processes share one budget, and it survives a restart", async () => {
    const database = `sqlite:${join(directory, "shared.db")}`;
    const one = newSite({ database });
    const two = newSite({ database });
    await unwrap(one.auth.users.create({ email, password }));
    await two.auth.ready();
    const answers = await statuses(8, (index) => guess(index % 2 ? one : two));
    expect(answers).toEqual([...times(5, 401), ...times(3, 429)]);
    await one.close();
    sites.splice(sites.indexOf(one), 1);
    const restarted = newSite({ database });
    expect((await guess(restarted, { password })).status).toBe(429);
    restarted.clock.advance("15m");
    expect((await guess(restarted, { password })).status).toBe(200);
  });

  test("[TH-05] A-BF-09 the edge of a window gives no double budget", async () => {
    const site = newSite();
    await unwrap(site.auth.users.create({ email, password }));
    await statuses(1, () => guess(site));
    site.clock.advance(15 * 60_000 - 1);
    expect(await statuses(4, () => guess(site))).toEqual(times(4, 401));
    site.clock.advance(1);
    // The fifth failure came a millisecond ago: its wait has just begun.
    expect(await statuses(5, () => guess(site))).toEqual(times(5, 429));
  });

  test("[TH-05] the table of counters reveals no address and no name", async () => {
    const site = newSite();
    await guess(site, { login: "telling@example.org", address: "198.51.100.77" });
    const rows = await site.auth.database.all<{ key: Uint8Array }>("SELECT * FROM throttle");
    expect(rows.length).toBeGreaterThanOrEqual(2);
    for (const { key } of rows) expect(key).toHaveLength(32);
    expect(JSON.stringify(rows)).not.toMatch(/telling|198\.51/);
  });

  const right = 149;

  test.each([
    ["many sources", (index: number) => `198.51.100.${index}`],
    ["one source", () => "198.51.100.1"],
  ])(
    "[TH-06] A-RC-04 200 guesses at once from %s: at most five are verified, the right one is not",
    async (_, from) => {
      const site = newSite();
      await unwrap(site.auth.users.create({ email, password }));
      const ready = await Promise.all(
        Array.from({ length: 200 }, async (_none, index) => {
          const browser = site.browser({ address: from(index) });
          return { browser, token: await browser.csrfToken() };
        }),
      );
      await guess(site, { login: "warm-up@example.org", address: "192.0.2.1" });
      hashes.splice(0);
      const verify = vi.spyOn(coreOf(site.auth).passwords, "verify");
      const answers = await Promise.all(
        ready.map(({ browser, token }, index) =>
          browser.postJson(
            "/login",
            {
              login: index % 2 ? email : "OWNER@example.org",
              password: index === right ? password : `${wrong} ${index}`,
            },
            { "x-csrf-token": token },
          ),
        ),
      );
      expect(answers[right]?.status).toBe(429);
      expect(answers.filter(({ status }) => status === 401)).toHaveLength(5);
      expect(answers.filter(({ status }) => status === 429)).toHaveLength(195);
      expect(verify).toHaveBeenCalledTimes(5);
      expect(hashes).toHaveLength(5);
      const sessions = await site.auth.database.one<{ count: number }>(
        "SELECT count(*) AS count FROM sessions",
      );
      expect(sessions?.count).toBe(0);
    },
  );

  test("[TH-06] parallel guesses of the current password in a stolen session are limited the same", async () => {
    const site = newSite();
    const { cookie, csrfToken } = await site.as(email);
    const verify = vi.spyOn(coreOf(site.auth).passwords, "verify");
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_none, index) => {
        const thief = site.browser({ cookie, address: `198.51.100.${index}` });
        const typed = index === 80 ? password : `${wrong} ${index}`;
        const [path, body] = [
          ["/reauthenticate", { password: typed }],
          ["/account/password", { current_password: typed, password: "another quiet teapot" }],
        ][index % 2] as [string, object];
        return thief.postJson(path, body, { "x-csrf-token": csrfToken });
      }),
    );
    expect(verify).toHaveBeenCalledTimes(5);
    expect(answers.filter(({ status }) => status === 422)).toHaveLength(5);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(95);
    expect((await guess(site, { password, address: "192.0.2.1" })).status).toBe(200);
  });

  test("[TH-07] four failures and a success, repeated, never lock the account", async () => {
    const site = newSite({ throttle: { perAddress: 10_000 } });
    await unwrap(site.auth.users.create({ email, password }));
    for (let round = 0; round < 4; round += 1) {
      expect(await statuses(4, () => guess(site))).toEqual(times(4, 401));
      expect((await guess(site, { password })).status).toBe(200);
    }
  });

  test("[TH-07] A-BF-07 a success clears neither another account's counter nor the source's", async () => {
    const site = newSite();
    await unwrap(site.auth.users.create({ email, password }));
    await unwrap(site.auth.users.create({ email: "attacker@example.org", password }));
    const own = { login: "attacker@example.org", password };
    const answers: number[] = [];
    for (let round = 0; round < 6; round += 1) {
      answers.push((await guess(site)).status);
      expect((await guess(site, own)).status).toBe(200);
    }
    expect(answers).toEqual([...times(5, 401), 429]);
    // 5 failures of this source so far. 25 more are left, whatever its sign-ins.
    for (let count = 0; count < 25; count += 1) {
      expect((await guess(site, { login: `other-${count}@example.org` })).status).toBe(401);
      if (count < 24) expect((await guess(site, own)).status).toBe(200);
    }
    expect((await guess(site, { login: "one-more@example.org" })).status).toBe(429);
    expect((await guess(site, own)).status).toBe(429);
    expect((await guess(site, { ...own, address: "192.0.2.1" })).status).toBe(200);
  });

  test("[TH-07] a success on a known device keeps the strangers' counter full", async () => {
    const site = newSite({ throttle: { perAddress: 10_000 } });
    await unwrap(site.auth.users.create({ email, password }));
    const known = site.browser();
    await guess(site, { password, browser: known });
    await statuses(5, () => guess(site));
    expect((await guess(site, { password, browser: known })).status).toBe(200);
    expect((await guess(site, { password })).status).toBe(429);
  });
});

describe("the client's address", () => {
  const spoofed = (index: number): Record<string, string> => ({
    "x-forwarded-for": `203.0.113.${index}, 203.0.114.${index}`,
    forwarded: `for=203.0.113.${index}`,
    "x-real-ip": `203.0.113.${index}`,
    "cf-connecting-ip": `203.0.113.${index}`,
    "true-client-ip": `203.0.113.${index}`,
    "x-client-ip": `203.0.113.${index}`,
  });
  const spray = (site: Site, index: number, headers: Record<string, string>) =>
    site
      .browser({ address: "198.51.100.1" })
      .postJson("/login", { login: `target-${index}@example.org`, password: wrong }, headers);

  test("[TH-08] the client's address is the socket's; no header changes it by default", async () => {
    const site = newSite();
    const answers = await statuses(40, (index) => spray(site, index, spoofed(index)));
    expect(answers).toEqual([...times(30, 401), ...times(10, 429)]);
  });

  test("[TH-08] the client's address with one trusted hop is the last entry of X-Forwarded-For", async () => {
    const site = newSite({ trustedProxies: 1 });
    const same = await statuses(40, (index) =>
      spray(site, index, { ...spoofed(index), "x-forwarded-for": `203.0.113.${index}, 192.0.2.5` }),
    );
    expect(same).toEqual([...times(30, 401), ...times(10, 429)]);
    const other = await statuses(40, (index) =>
      spray(site, index, { "x-forwarded-for": `192.0.2.5, 203.0.113.${index}` }),
    );
    expect(other).toEqual(times(40, 401));
  });

  test("[TH-08] the client's address is the socket's again if a trusted entry isn't an address", async () => {
    const site = newSite({ trustedProxies: 1 });
    const odd = ["unknown", "", "203.0.113.1:80", "localhost", "_hidden", "203.0.113.1, "];
    const answers = await statuses(36, (index) =>
      spray(site, index, { "x-forwarded-for": odd[index % odd.length] as string }),
    );
    expect(answers).toEqual([...times(30, 401), ...times(6, 429)]);
  });

  test("[TH-08] the client's address is the one in the audit", async () => {
    const site = newSite();
    await spray(site, 1, spoofed(1));
    const rows = await site.auth.database.all<{ address: string }>(
      "SELECT address FROM audit WHERE event = 'authn_login_fail'",
    );
    expect(rows).toEqual([{ address: "198.51.100.1" }]);
  });
});

test("[TH-13] credentials in a URL start no session and reach neither the page nor the log", async () => {
  const lines: string[] = [];
  const note = (fields: object, message: string) => void lines.push(`${message} ${JSON.stringify(fields)}`);
  const site = newSite({ logger: { debug: note, info: note, warn: note, error: note } });
  await unwrap(site.auth.users.create({ email, password }));
  const query = new URLSearchParams({ email, login: email, username: email, password, remember: "on" });
  const browser = site.browser();
  for (const method of ["GET", "HEAD"]) {
    const answer = await browser.send(method, `/login?${query}`);
    expect(answer.status).toBe(200);
    expect(answer.text).not.toContain(password);
    expect(answer.text).not.toContain(encodeURIComponent(password));
    expect(await browser.who()).toBeNull();
  }
  // They don't count beside a body without them.
  const post = await browser.postJson(`/login?${query}`, { login: email });
  expect(post.fieldCodes("password")).toEqual(["required"]);
  const form = await browser.postForm(`/login?${query}`, { remember: "on" });
  expect(form.status).toBe(422);
  expect(await browser.who()).toBeNull();
  for (const method of ["PUT", "DELETE", "PATCH"]) {
    expect((await browser.send(method, `/login?${query}`)).status).toBe(405);
  }
  expect(lines.join("\n")).not.toMatch(/quiet|teapot/);
  expect(JSON.stringify(await site.auth.database.all("SELECT * FROM audit"))).not.toMatch(/quiet|teapot/);
});

describe("right passwords", () => {
  /** Sends the tries one after the other while all hashing waits. Returns the order in which they were answered. */
  async function orderOf(site: Site, tries: readonly (Guess & { name: string })[]): Promise<string[]> {
    const { hashing } = coreOf(site.auth);
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    const holding = hashing.run(() => released);
    const order: string[] = [];
    const answers: Promise<unknown>[] = [];
    for (const { name, browser = site.browser(), ...typed } of tries) {
      await browser.csrfToken();
      const answer = guess(site, { password, browser, ...typed });
      answers.push(answer.then(({ status }) => order.push(`${name} ${status}`)));
      await vi.waitFor(() => expect(hashing.stats().waiting).toBe(answers.length));
    }
    release();
    await Promise.all([holding, ...answers]);
    return order;
  }

  test("[IN-01] an account that signs in all the time waits for a hash behind all others, and is never refused", async () => {
    const site = newSite({ hashing: { concurrency: 1 } });
    const login = "busy@example.org";
    for (const each of [email, login]) await unwrap(site.auth.users.create({ email: each, password }));
    const browser = site.browser();
    expect((await guess(site, { password, browser, login })).status).toBe(200);
    expect(await statuses(29, () => guess(site, { password, login }))).toEqual(times(29, 200));
    const busy = { name: "busy", login };
    const known = { name: "busy on a known device", login, browser };
    const stranger = { name: "a stranger", login: "nobody@example.org" };
    expect(await orderOf(site, [busy, known, stranger, { name: "an owner" }])).toEqual([
      "a stranger 401",
      "an owner 200",
      "busy 200",
      "busy on a known device 200",
    ]);
    site.clock.advance("15m");
    expect(await orderOf(site, [busy, stranger, known])).toEqual([
      "busy on a known device 200",
      "busy 200",
      "a stranger 401",
    ]);
  });
});

describe("changing the password while it is used to sign in", () => {
  test("[SL-08] A-RC-07 no session that began with the old password survives", async () => {
    const site = newSite({ throttle: noThrottle });
    await unwrap(site.auth.users.create({ email, password }));
    const owner = site.browser();
    await guess(site, { password, browser: owner });
    const change = { current_password: password, password: "another quiet teapot" };
    const visitors = Array.from({ length: 40 }, () => site.browser());
    const attempts = visitors.map((browser) => guess(site, { password, browser }));
    // During them.
    const changing = owner.postJson("/account/password", change);
    const late = Array.from({ length: 40 }, () => site.browser());
    attempts.push(...late.map((browser) => guess(site, { password, browser })));
    const [changed, ...answers] = await Promise.all([changing, ...attempts]);
    expect(changed.status).toBe(200);
    for (const { status } of answers) expect([200, 401]).toContain(status);
    for (const browser of [...visitors, ...late]) expect(await browser.who()).toBeNull();
    expect(await owner.who()).toBe(email);
    expect((await guess(site, { password })).status).toBe(401);
    expect((await guess(site, { password: change.password })).status).toBe(200);
  });

  test("[SL-08] A-RC-07 a login verified before the change and finished after it is refused", async () => {
    const site = newSite({ throttle: noThrottle });
    await unwrap(site.auth.users.create({ email, password }));
    const owner = site.browser();
    await guess(site, { password, browser: owner });
    const { passwords } = coreOf(site.auth);
    const verify = passwords.verify.bind(passwords);
    const verified = Promise.withResolvers<void>();
    const goOn = Promise.withResolvers<void>();
    vi.spyOn(passwords, "verify").mockImplementationOnce(async (...given) => {
      const matches = await verify(...given);
      verified.resolve();
      await goOn.promise;
      return matches;
    });
    const visitor = site.browser();
    const slow = guess(site, { password, browser: visitor });
    await verified.promise;
    const change = { current_password: password, password: "another quiet teapot" };
    expect((await owner.postJson("/account/password", change)).status).toBe(200);
    goOn.resolve();
    expect((await slow).code).toBe("invalid_credentials");
    expect(await visitor.who()).toBeNull();
  });

  test("[SL-07] A-RC-08 a login verified before the account was disabled is refused", async () => {
    const site = newSite({ throttle: noThrottle });
    const { user } = await unwrap(site.auth.users.create({ email, password }));
    const { passwords } = coreOf(site.auth);
    const verify = passwords.verify.bind(passwords);
    vi.spyOn(passwords, "verify").mockImplementationOnce(async (...given) => {
      const matches = await verify(...given);
      await unwrap(site.auth.users.disable({ userId: user.id }));
      return matches;
    });
    const visitor = site.browser();
    expect((await guess(site, { password, browser: visitor })).code).toBe("invalid_credentials");
    expect(await visitor.who()).toBeNull();
    const sessions = await site.auth.database.one<{ count: number }>(
      "SELECT count(*) AS count FROM sessions",
    );
    expect(sessions?.count).toBe(0);
  });

  test("[SL-08] A-RC-07 of two parallel changes one wins, and the other's session ends", async () => {
    const site = newSite({ throttle: noThrottle });
    await unwrap(site.auth.users.create({ email, password }));
    const browsers = [site.browser(), site.browser()];
    for (const browser of browsers) await guess(site, { password, browser });
    const answers = await Promise.all(
      browsers.map((browser, index) =>
        browser.postJson("/account/password", {
          current_password: password,
          password: `the new teapot ${index}`,
        }),
      ),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 401]);
    const winner = answers.findIndex(({ status }) => status === 200);
    expect(await browsers[winner]?.who()).toBe(email);
    expect(await browsers[1 - winner]?.who()).toBeNull();
    expect((await guess(site, { password: `the new teapot ${winner}` })).status).toBe(200);
    expect((await guess(site, { password: `the new teapot ${1 - winner}` })).status).toBe(401);
  });
});
