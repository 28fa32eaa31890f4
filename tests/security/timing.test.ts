import { createHash } from "node:crypto";
import { unwrap } from "latchkey";
import { testPassword } from "latchkey/testing";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { coreOf } from "../../src/assemble.ts";
import { hashPassword } from "../../src/core/passwords/index.ts";
import { compareTimes, type Timed } from "../../src/tools/drill/timing.ts";
import type { Answer } from "../support/answer.ts";
import type { Browser } from "../support/browser.ts";
import { spyOnStatements } from "../support/database-spy.ts";
import { createSite, noThrottle, type Site } from "../support/site.ts";

/*
 * The timing test of the requirements, with its statistic, over counted work instead of a clock. A hash costs its
 * memory and passes, with the noise of a machine. Every statement adds its part. So the test always finds work that is
 * done only for some accounts, even on a busy machine. A counter can't see caches or an index hit. `latchkey drill
 * enumeration URL` measures those with the real clock. A clock in this suite would sometimes fail on a busy machine.
 */

const work = vi.hoisted(() => ({ milliseconds: 0, random: 1, heard: (_what: string): void => undefined }));

vi.mock("../../src/core/passwords/argon2.ts", async (original) => {
  const real = await original<typeof import("../../src/core/passwords/argon2.ts")>();
  const argon2id: typeof real.argon2id = async ({ password, salt, parameters, tagLength }) => {
    work.heard("HASH");
    work.random = (work.random * 1103515245 + 12345) % 2147483648;
    const noise = 1 + (work.random / 2147483648 - 0.5) / 5;
    // The default parameters take 15 ms. The sites of these tests have cheaper ones.
    work.milliseconds += 15 * ((parameters.memoryKiB * parameters.passes) / 64) * noise;
    return createHash("sha256").update(salt).update(password).digest().subarray(0, tagLength);
  };
  return { ...real, argon2id };
});

const STATEMENT_MS = 0.05;
const SAMPLES = 200;
const owner = "owner@example.org";
const wrong = "a quiet teapot in the snow";

let site: Site;
let numbers = 0;
function unknownAddress(): string {
  numbers += 1;
  return `nobody${numbers}@example.org`;
}

async function makeAccounts(where: Site): Promise<void> {
  const { users, database } = where.auth;
  await unwrap(users.create({ email: owner, password: testPassword }));
  await unwrap(users.create({ email: "without@example.org" }));
  await unwrap(users.create({ email: "off@example.org", password: testPassword }));
  await database.run(
    "UPDATE passwords SET hash = '!' || hash WHERE user_id = (SELECT id FROM users WHERE email = 'off@example.org')",
  );
  const disabled = await unwrap(users.create({ email: "disabled@example.org", password: testPassword }));
  await unwrap(users.disable({ userId: disabled.user.id }));
  const compromised = await unwrap(
    users.create({ email: "compromised@example.org", password: testPassword }),
  );
  await unwrap(users.requirePasswordChange({ userId: compromised.user.id }));
  await unwrap(users.create({ email: "unproven@example.org", password: testPassword }));
  await database.run("UPDATE users SET email_confirmed_at = NULL WHERE email = 'unproven@example.org'");
  const waiting = { email: "waiting@example.org", password: testPassword };
  expect((await where.browser().postJson("/register", waiting)).status).toBe(202);
  // Work after the answer doesn't count.
  await where.auth.deliverMail();
  await coreOf(where.auth).outbox.stop();
}

/** Counts the work of one request. */
function timed(browser: Browser, status: number, send: (browser: Browser) => Promise<Answer>): Timed {
  return async () => {
    const before = work.milliseconds;
    const answer = await send(browser);
    expect(answer.status).toBe(status);
    return work.milliseconds - before;
  };
}

interface Compared {
  path: string;
  status: number;
  fields: (who: string) => Record<string, string>;
  browser?: Browser;
}

/** Whether the form takes the same time for both. */
async function compared(
  where: Site,
  { path, status, fields, browser = where.browser() }: Compared,
  first: () => string,
  second: () => string,
) {
  const headers = { "x-csrf-token": await browser.csrfToken() };
  const send = (who: () => string) =>
    timed(browser, status, (from) => from.postJson(path, fields(who()), headers));
  return compareTimes({ samples: SAMPLES, first: send(first), second: send(second) });
}

const stops: (() => unknown)[] = [];
function counting(where: Site): void {
  const stop = spyOnStatements(where.auth.database, () => {
    work.milliseconds += STATEMENT_MS;
  });
  stops.push(stop, () => where.close());
}

beforeAll(async () => {
  site = createSite({ throttle: noThrottle });
  await makeAccounts(site);
  counting(site);
});
afterAll(async () => {
  for (const stop of stops) await stop();
});

/** The owner always gets a wrong password. Every other refused login gets this one. */
const login = (typed: string): Compared => ({
  path: "/login",
  status: 401,
  fields: (who) => ({ login: who, password: who === owner ? wrong : typed }),
});

describe("logging in", () => {
  test.each([
    ["the address is unknown", unknownAddress, testPassword],
    ["the account is disabled", () => "disabled@example.org", testPassword],
    ["the account has no password", () => "without@example.org", testPassword],
    ["the password is switched off", () => "off@example.org", testPassword],
    ["the registration waits for its confirmation", () => "waiting@example.org", testPassword],
    ["the address is unproven", () => "unproven@example.org", wrong],
    ["the password must be replaced", () => "compromised@example.org", wrong],
  ])("[TH-02] a wrong password takes the same time if %s", async (_, who, typed) => {
    const verdict = await compared(site, login(typed), who, () => owner);
    expect(verdict?.medians[0]).toBeGreaterThan(13);
    expect(verdict).toMatchObject({ alike: true });
  });

  test.each([
    ["half the memory", { memoryKiB: 16, passes: 2, parallelism: 1 }],
    ["one pass", { memoryKiB: 32, passes: 1, parallelism: 1 }],
    ["next to nothing", { memoryKiB: 8, passes: 1, parallelism: 1 }],
  ])("[TH-02] [PW-15] a wrong password takes the same time if the hash has %s", async (name, cheaper) => {
    const email = `${name.replaceAll(" ", "-")}@example.org`;
    await unwrap(site.auth.users.create({ email, password: testPassword }));
    const hash = await hashPassword(testPassword, cheaper);
    const change = "UPDATE passwords SET hash = $1 WHERE user_id = (SELECT id FROM users WHERE email = $2)";
    expect(await site.auth.database.run(change, hash, email)).toBe(1);
    const verdict = await compared(
      site,
      login(wrong),
      () => email,
      () => owner,
    );
    expect(verdict?.medians[0]).toBeGreaterThan(13);
    expect(verdict).toMatchObject({ alike: true });
    // The right password verifies, and costs the same from then on.
    const { status } = await site.browser().postJson("/login", { login: email, password: testPassword });
    expect(status).toBe(200);
  });

  test("[TH-02] a waiting account's login takes the same time, whether the account exists or not", async () => {
    const locking = createSite({ throttle: { ...noThrottle, perAccount: 5 } });
    await makeAccounts(locking);
    counting(locking);
    for (let count = 0; count < 5; count += 1) {
      await refused(locking, owner);
      await refused(locking, "nobody@example.org");
    }
    const waiting = { ...login(testPassword), status: 429 };
    const verdict = await compared(
      locking,
      waiting,
      () => "nobody@example.org",
      () => owner,
    );
    expect(verdict).toMatchObject({ alike: true });
    expect(verdict?.medians[0]).toBeLessThan(1);
  });

  test("this test notices a missing hash for an unknown address", async () => {
    const leaking = createSite({ throttle: noThrottle });
    await makeAccounts(leaking);
    counting(leaking);
    const { passwords } = coreOf(leaking.auth);
    const { verify } = passwords;
    vi.spyOn(passwords, "verify").mockImplementation(async (hash, typed, owner) =>
      hash === null ? false : verify(hash, typed, owner),
    );
    expect(await compared(leaking, login(wrong), unknownAddress, () => owner)).toMatchObject({
      alike: false,
      runs: 3,
    });
  });
});

async function refused(where: Site, who: string): Promise<void> {
  expect((await where.browser().postJson("/login", { login: who, password: wrong })).status).toBe(401);
}

const mailed = ["disabled", "without", "off", "unproven", "waiting"].map((name) => `${name}@example.org`);

describe("the other public forms", () => {
  test.each([owner, ...mailed])(
    "[SU-02] registering takes the same time for a new address and for %s",
    async (taken) => {
      const form = {
        path: "/register",
        status: 202,
        fields: (email: string) => ({ email, password: "another teapot altogether" }),
      };
      expect(await compared(site, form, unknownAddress, () => taken)).toMatchObject({ alike: true });
    },
  );

  test.each(
    ["/forgot-password", "/confirm-email/resend"].flatMap((path) =>
      [owner, ...mailed].map((email) => [path, email] as const),
    ),
  )("[RS-01] [VE-04] %s takes the same time for an unknown address and for %s", async (path, email) => {
    const form = { path, status: 202, fields: (email: string) => ({ email }) };
    expect(await compared(site, form, unknownAddress, () => email)).toMatchObject({ alike: true });
  });

  test("[CE-04] a request for a new address takes the same time, free or taken", async () => {
    const browser = await site.signedIn("mover@example.org");
    const form = { path: "/account/email", status: 202, fields: (email: string) => ({ email }), browser };
    expect(await compared(site, form, unknownAddress, () => owner)).toMatchObject({ alike: true });
  });
});

/*
 * The same without a statistic, since a single statement is lost in the noise of a hash. It compares the work of one
 * request: every statement, hash and transaction. It includes the durability of each transaction, since a durable one
 * waits for the disk. Every known difference is listed here, with what it reveals.
 */
describe("one by one", () => {
  type Difference = readonly [onlyFirst: readonly string[], onlySecond: readonly string[]];
  const none: Difference = [[], []];

  /**
   * Known: the failure that switches a password off (the 100th in a row) mails its owner. Once in a password's life, a
   * request needs one more durable transaction than a request for an unknown address.
   */
  const LAST_TRY: Difference = [["BEGIN full", "INSERT audit", "INSERT outbox", "COMMIT"], []];
  /**
   * Known: registering a new address stores the input and a link. That is part of the durable transaction that a
   * registration of a taken address has too. The transaction also holds the mail to either.
   */
  const KEPT_REGISTRATION: Difference = [["INSERT pending_registrations", "INSERT one_time_tokens"], []];
  /**
   * Known: the last mail of an hour is reserved for the way back in. So an owner gets no mail about the last
   * registration.
   */
  const LAST_MAIL_OF_THE_HOUR: Difference = [[...KEPT_REGISTRATION[0], "INSERT outbox"], []];

  /** The work of one request. */
  async function workOf(where: Site, form: Compared, who: string): Promise<string[]> {
    const browser = form.browser ?? where.browser();
    const headers = { "x-csrf-token": await browser.csrfToken() };
    const heard: string[] = [];
    const stop = spyOnStatements(where.auth.database, (sql, durability) => {
      heard.push(durability === undefined ? sql : `${sql} ${durability}`);
    });
    work.heard = (what) => void heard.push(what);
    const { status } = await browser.postJson(form.path, form.fields(who), headers);
    work.heard = () => undefined;
    stop();
    expect([who, status]).toEqual([who, form.status]);
    expect(heard.length).toBeGreaterThan(3);
    return heard;
  }

  /** Verb and table. */
  function inShort(statement: string): string {
    const [, verb, table] =
      /^(SELECT|INSERT|UPDATE|DELETE)\b(?:.*\b(?:FROM|INTO))?\s+(\w+)/s.exec(statement) ?? [];
    return verb === undefined ? statement : `${verb} ${table}`;
  }

  /** The work of only one of two requests, without their common beginning and end. */
  function differenceOf(first: readonly string[], second: readonly string[]): Difference {
    const shorter = Math.min(first.length, second.length);
    let begin = 0;
    while (begin < shorter && first[begin] === second[begin]) begin += 1;
    let end = 0;
    while (end < shorter - begin && first.at(-1 - end) === second.at(-1 - end)) end += 1;
    const middle = (list: readonly string[]) => list.slice(begin, list.length - end).map(inShort);
    return [middle(first), middle(second)];
  }

  async function newSite(options: Parameters<typeof createSite>[0] = {}): Promise<Site> {
    const made = createSite({ throttle: noThrottle, login: { mail: true }, ...options });
    stops.push(() => made.close());
    await makeAccounts(made);
    return made;
  }

  let exact: Site;
  beforeAll(async () => {
    exact = await newSite();
    const { user } = await unwrap(
      exact.auth.users.create({ email: "named@example.org", password: testPassword }),
    );
    await exact.auth.database.run(
      "UPDATE users SET username = 'walker', username_key = 'walker' WHERE id = $1",
      user.id,
    );
    // The hash for unknown accounts is computed once.
    await refused(exact, unknownAddress());
  });

  const compare = async (form: Compared, first: string, second: string) =>
    differenceOf(await workOf(exact, form, first), await workOf(exact, form, second));

  test.each([
    ["the address is unknown", "nobody@example.org", testPassword],
    ["the account is disabled", "disabled@example.org", wrong],
    ["the account has no password", "without@example.org", testPassword],
    ["the password is switched off", "off@example.org", testPassword],
    ["the registration waits for its confirmation", "waiting@example.org", testPassword],
    ["the address is unproven", "unproven@example.org", wrong],
    ["the password must be replaced", "compromised@example.org", wrong],
  ])("[TH-02] a refused login does the same as one with a wrong password if %s", async (_, who, typed) => {
    expect(await compare(login(typed), who, owner)).toEqual(none);
  });

  test("[TH-02] the right password of a disabled account costs the same as a wrong password", async () => {
    expect(await compare(login(testPassword), "disabled@example.org", owner)).toEqual(none);
  });

  test("[TH-02] a wrong password costs the same for a taken and an unknown name", async () => {
    expect(await compare(login(wrong), "walker", "nobody-at-all")).toEqual(none);
  });

  test("[TH-02] a wrong password from another account's device costs the same", async () => {
    const other = await exact.signedIn("other@example.org");
    const device = "__Host-device";
    const browser = exact.browser({ cookie: `${device}=${other.jar.get(device)}` });
    for (const who of ["nobody@example.org", "disabled@example.org", "without@example.org"]) {
      expect([who, await compare({ ...login(wrong), browser }, who, owner)]).toEqual([who, none]);
    }
  });

  test.each([
    ["account", { perAccount: 3 }],
    ["address", { perAddress: 3 }],
    ["site", { perSite: 3 }],
  ])("[TH-02] a waiting login does the same, for the limit of the %s", async (_, limit) => {
    const seen: string[][][] = [];
    for (const who of [owner, "nobody@example.org", "disabled@example.org", "without@example.org"]) {
      const where = await newSite({ throttle: { ...noThrottle, ...limit } });
      for (let count = 0; count < 3; count += 1) await refused(where, who);
      const waiting = { ...login(testPassword), status: 429 };
      seen.push([await workOf(where, waiting, who), await workOf(where, waiting, who)]);
    }
    for (const other of seen) {
      for (const [index, done] of other.entries()) {
        expect(differenceOf(done, seen[0]?.[index] ?? [])).toEqual(none);
        expect(done).not.toContain("HASH");
      }
    }
  });

  test("[TH-02] [SU-02] listeners cost the same, whether the account exists or not", async () => {
    const listen = { signInFailed: () => undefined, registrationRequestedAgain: () => undefined };
    const where = await newSite({ on: listen, after: listen });
    await refused(where, unknownAddress());
    for (const who of ["disabled@example.org", "without@example.org", owner]) {
      const known = await workOf(where, login(wrong), who);
      expect(known.filter((sql) => sql.startsWith("INSERT INTO outbox"))).toHaveLength(2);
      expect(differenceOf(known, await workOf(where, login(wrong), unknownAddress()))).toEqual(none);
    }
    const fresh = await workOf(where, registering, unknownAddress());
    expect(differenceOf(fresh, await workOf(where, registering, owner))).toEqual(KEPT_REGISTRATION);
  });

  test("[TH-02] [TH-03] every failure in a row costs the same, except the one that switches the password off", async () => {
    const where = await newSite({ throttle: { ...noThrottle, consecutiveFailures: 3 } });
    await refused(where, unknownAddress());
    const seen: Difference[] = [];
    for (let count = 0; count < 5; count += 1) {
      const done = await workOf(where, login(wrong), owner);
      seen.push(differenceOf(done, await workOf(where, login(wrong), "nobody@example.org")));
    }
    expect(seen).toEqual([none, none, LAST_TRY, none, none]);
  });

  const registering: Compared = {
    path: "/register",
    status: 202,
    fields: (email) => ({ email, password: "another teapot altogether" }),
  };
  test.each([owner, ...mailed])(
    "[SU-02] registering does the same for a new address and for %s, except for the known difference",
    async (taken) => {
      const difference = await compare(registering, unknownAddress(), taken);
      expect(difference).toEqual(taken === "waiting@example.org" ? none : KEPT_REGISTRATION);
    },
  );

  test("[SU-02] repeated registrations of one address cost the same", async () => {
    const where = await newSite({ throttle: { ...noThrottle, mailsPerRecipient: 3 } });
    const seen: Difference[] = [];
    for (let count = 0; count < 5; count += 1) {
      const done = await workOf(where, registering, "new@example.org");
      seen.push(differenceOf(done, await workOf(where, registering, owner)));
    }
    const [first, second, third, ...rest] = seen;
    expect([first, second, ...rest]).toEqual(Array(4).fill(KEPT_REGISTRATION));
    expect(third).toEqual(LAST_MAIL_OF_THE_HOUR);
  });

  test.each(
    ["/forgot-password", "/confirm-email/resend", "/login/mail"].flatMap((path) =>
      [owner, ...mailed].map((email) => [path, email] as const),
    ),
  )("[RS-01] [VE-04] %s does the same for an unknown address and for %s", async (path, email) => {
    const form = { path, status: 202, fields: (who: string) => ({ email: who }) };
    expect(await compare(form, unknownAddress(), email)).toEqual(none);
  });

  test.each([owner, ...mailed])("[CE-04] a change of address does the same, free or %s", async (taken) => {
    const browser = await exact.signedIn("mover@example.org");
    const form = { path: "/account/email", status: 202, fields: (email: string) => ({ email }), browser };
    // The first request of a browser replaces less.
    await workOf(exact, form, unknownAddress());
    expect(await compare(form, unknownAddress(), taken)).toEqual(none);
  });

  test("this test notices one statement done for existing accounts only", async () => {
    const leaking = await newSite();
    await refused(leaking, unknownAddress());
    const { database } = leaking.auth;
    const core = coreOf(leaking.auth);
    const { verify } = core.passwords;
    vi.spyOn(core.passwords, "verify").mockImplementation(async (hash, ...rest) => {
      const matches = await verify(hash, ...rest);
      if (hash !== null) await database.run("UPDATE users SET fields = fields");
      return matches;
    });
    const done = await workOf(leaking, login(wrong), owner);
    const difference = differenceOf(done, await workOf(leaking, login(wrong), "nobody@example.org"));
    expect(difference).toEqual([["UPDATE users"], []]);
  });
});
