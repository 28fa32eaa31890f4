import type { AddressInfo } from "node:net";
import { type ServerType, serve } from "@hono/node-server";
import { testPassword } from "latchkey/testing";
import { afterEach, describe, expect, test } from "vitest";
import { type Flaw, flawedAccount, startFlawedSite } from "../../../tests/support/flawed-site.ts";
import { createSite } from "../../../tests/support/site.ts";
import type { AuthOptions } from "../../options.ts";
import type { Check, Drill, DrillOptions } from "./drill.ts";
import { enumeration } from "./enumeration.ts";
import { flood } from "./flood.ts";
import { guessing } from "./guessing.ts";
import { replay } from "./replay.ts";
import { openTarget } from "./target.ts";

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

/** A flood of the drill's own time, in which a request takes a hundredth of a second. */
const options: DrillOptions = { ...flawedAccount, seconds: 1, samples: 40 };

/** The drill's result, and that it kept to its bound. */
async function drilled(drill: Drill, url: string, given: Partial<DrillOptions> = {}, now?: () => number) {
  const all = { ...options, ...given };
  const mostRequests = drill.mostRequests(all);
  const target = await openTarget({
    url: new URL(url),
    addresses: ["127.0.0.1"],
    mostRequests,
    ...(now && { now }),
  });
  closers.push(target.close);
  const checks = await drill.run(target, all);
  expect(target.sent()).toBeLessThanOrEqual(mostRequests);
  return checks;
}

const named = (checks: readonly Check[], outcome: Check["outcome"]): string[] =>
  checks.filter((each) => each.outcome === outcome).map(({ name }) => name);

/** The library on a socket, with the limits it has by default. */
async function ownSite(given: Partial<AuthOptions> = {}): Promise<string> {
  const site = createSite({ throttle: {}, ...given });
  await site.auth.users.create({ email: flawedAccount.login, password: testPassword });
  const { server, port } = await new Promise<{ server: ServerType; port: number }>((resolve) => {
    const server = serve({ fetch: site.app.fetch, port: 0, hostname: "127.0.0.1" }, (info: AddressInfo) =>
      resolve({ server, port: info.port }),
    );
  });
  closers.push(async () => {
    await new Promise((resolve) => {
      server.close(resolve);
      if ("closeAllConnections" in server) server.closeAllConnections();
    });
    await site.close();
  });
  return `http://127.0.0.1:${port}`;
}

/** Time that passes only by being looked at. */
function countedTime(): () => number {
  let now = 0;
  return () => {
    now += 1;
    return now;
  };
}

const drills = { guessing, enumeration, replay, flood };

describe("against this library", () => {
  test("[TH-05] [TH-06] guessing gets nowhere", async () => {
    const checks = await drilled(guessing, await ownSite());
    expect(named(checks, "pass")).toHaveLength(5);
    expect(checks[0]?.seen).toBe("5 × 401, 7 × 429, Retry-After 900");
    expect(checks.at(-1)?.seen).toBe("429 after 30 accounts, Retry-After 900");
  });

  test("[TH-01] [SU-01] [RS-01] enumeration finds no difference between answers, and measures under the limits", async () => {
    const checks = await drilled(enumeration, await ownSite());
    const about = (ending: string) => checks.filter(({ name }) => name.endsWith(ending));
    const unlike = about("the same answer").filter(({ outcome }) => outcome !== "pass");
    expect(unlike).toEqual([]);
    expect(about("the same answer")).toHaveLength(5);
    // That the times were measured; what they were is this machine's business (see tests/security/timing.test.ts).
    expect(about("the same time").map(({ seen }) => /medians .* pairs/.test(seen))).toEqual(
      Array(5).fill(true),
    );
  });

  test("[SL-01] [LO-01] [CF-01] replay finds nothing that is still good", async () => {
    const checks = await drilled(replay, await ownSite());
    expect(named(checks, "pass")).toHaveLength(13);
    expect(checks).toHaveLength(13);
  });

  test("[IN-01] a flood is answered in order", async () => {
    const checks = await drilled(flood, await ownSite(), { seconds: 3 }, countedTime());
    expect(named(checks, "fail").filter((name) => !name.endsWith("stays quick"))).toEqual([]);
    expect(checks[0]?.seen).toMatch(/^\d+ × 401/);
  });

  test("[IN-01] a flood finds out that hashing has no bound", { timeout: 60_000 }, async () => {
    const hash = { memoryKiB: 19_456, passes: 2, parallelism: 1 };
    const url = await ownSite({ hashing: { queueLimit: 1_000_000, deadline: "1h" }, password: { hash } });
    const checks = await drilled(flood, url, { seconds: 3 }, countedTime());
    expect(named(checks, "fail")).toContain("more logins at once than can be hashed are refused");
    expect(named(checks, "skipped")).toContain("who is turned away hears when to come back");
    const found = checks.find(({ name }) => name.startsWith("more logins at once"));
    expect(found?.seen).toMatch(
      /up to [34]\d\d of them waiting, .* 503: bound hashing, .* hashing\.queueLimit$/,
    );
  });

  test("a flood says how many logins come at once, and in all", () => {
    const [first] = flood.does({ ...options, seconds: 5 });
    expect(first).toContain("over 400 connections at once");
    expect(first).toContain("at most 5000 logins");
  });

  test("a flood that never reached hashing proves nothing about its bound", async () => {
    const url = await ownSite({ throttle: { perSite: 10 }, hashing: { queueLimit: 1_000_000 } });
    const checks = await drilled(flood, url, { seconds: 3 }, countedTime());
    expect(named(checks, "skipped")).toContain("more logins at once than can be hashed are refused");
    expect(checks[1]?.seen).toMatch(/limits stopped \d+ before hashing/);
    expect(named(checks, "pass")).toContain("who is turned away hears when to come back");
  });

  test("what can't be compared is skipped and says why", async () => {
    const url = await ownSite({ registration: "closed" });
    const anonymous = { login: undefined, password: undefined };
    const closed = await drilled(enumeration, url, anonymous);
    expect(named(closed, "skipped")).toEqual(["register", "forgot-password", "confirm-email/resend"]);
    const open = await drilled(enumeration, await ownSite({ registration: "open" }), { password: undefined });
    expect(open.find(({ name }) => name === "register")?.seen).toContain("by design");
    expect(open.find(({ name }) => name.includes("the same time"))?.seen).toContain("--password-stdin");
    const alone = await drilled(guessing, url, anonymous);
    expect(named(alone, "skipped")).toEqual(["an existing account answers the same, at the same count"]);
  });
});

describe("[TH-01] whether the account that was named exists", () => {
  const nobody = "nobody@example.org";
  const aboutWho = (checks: readonly Check[]) =>
    checks.filter(({ name }) => name.includes("not proven to exist"));

  test("isn't claimed without its password, of nobody's name as little as of somebody's", async () => {
    for (const login of [nobody, flawedAccount.login]) {
      const url = await ownSite();
      const guessed = await drilled(guessing, url, { login, password: undefined });
      expect(aboutWho(guessed)).toEqual([
        {
          name: `${login} (not proven to exist) answers the same, at the same count`,
          outcome: "pass",
          seen: expect.stringContaining(
            "every answer alike (its password by --password-stdin would prove it)",
          ),
        },
      ]);
      const asked = await drilled(enumeration, await ownSite(), { login, password: undefined, samples: 1 });
      expect(aboutWho(asked).map(({ name }) => name)).toContain(
        `register: nobody's address and ${login} (not proven to exist) get the same answer`,
      );
      expect(
        [...guessed, ...asked].filter(({ name }) => /an existing account|an account's/.test(name)),
      ).toEqual([]);
    }
  });

  test("isn't claimed where the password from standard input opens nothing, and no times are taken by it", async () => {
    const wrong = { password: "not the password of anybody" };
    const guessed = await drilled(guessing, await ownSite(), { ...wrong, login: nobody });
    expect(named(guessed, "fail")).toEqual([]);
    expect(aboutWho(guessed)[0]?.seen).toContain("(the password from standard input was answered with 401)");
    const asked = await drilled(enumeration, await ownSite(), { ...wrong, samples: 1 });
    const time = asked.find(({ name }) => name.startsWith("login: ") && name.endsWith("the same time"));
    expect(time).toMatchObject({ outcome: "skipped", seen: expect.stringContaining("answered with 401") });
  });

  test("is proven by its password, and the session that proved it is ended", async () => {
    const checks = await drilled(guessing, await ownSite());
    expect(checks.map(({ name }) => name)).toContain(
      "an existing account answers the same, at the same count",
    );
    expect(aboutWho(checks)).toEqual([]);
  });
});

describe("against a site with flaws", () => {
  test.each(Object.keys(drills) as (keyof typeof drills)[])(
    "%s finds none where there is none",
    async (name) => {
      const site = await startFlawedSite();
      closers.push(site.close);
      const checks = await drilled(drills[name], site.url, {}, site.now);
      expect(checks.filter(({ outcome }) => outcome !== "pass")).toEqual([]);
    },
  );

  const findings: [keyof typeof drills, Flaw, string][] = [
    ["guessing", "no throttle", "at most 10 wrong passwords for an account, then 429"],
    ["guessing", "no Retry-After", "at most 10 wrong passwords for an account, then 429"],
    ["guessing", "counts after verifying", "as many guesses at the same time get no further"],
    [
      "guessing",
      "throttles only accounts that exist",
      "an existing account answers the same, at the same count",
    ],
    [
      "guessing",
      "says that the account is unknown",
      "an existing account answers the same, at the same count",
    ],
    ["guessing", "no budget of the client address", "one client address can't spray over many accounts"],
    [
      "enumeration",
      "says that the account is unknown",
      "login: nobody's address and an account's get the same answer",
    ],
    [
      "enumeration",
      "says that the address is taken",
      "register: nobody's address and an account's get the same answer",
    ],
    [
      "enumeration",
      "hashes only for accounts that exist",
      "login: nobody's address and an account's take the same time",
    ],
    [
      "enumeration",
      "mails before it answers",
      "forgot-password: nobody's address and an account's take the same time",
    ],
    ["replay", "cookie alive after logout", "after logout the old cookie is worth nothing"],
    ["replay", "keeps the earlier session", "logging in again ends the session before"],
    ["replay", "keeps the session value at login", "a cookie from before the login isn't signed in by it"],
    ["replay", "takes any session value", "a cookie changed in one character is worth nothing"],
    ["replay", "no CSRF check", "a logout without a CSRF token is refused"],
    ["replay", "CSRF token of anybody", "a logout with another visitor's CSRF token is refused"],
    ["replay", "logout by GET", "a logout by GET ends nothing"],
    ["flood", "breaks under load", "every login is answered: 401, 429 or 503"],
    ["flood", "stands still under load", "/healthz stays quick"],
    ["flood", "no bound on hashing", "more logins at once than can be hashed are refused"],
    ["flood", "no Retry-After", "who is turned away hears when to come back"],
  ];
  test.each(findings)("%s finds out: %s", async (name, flaw, found) => {
    const site = await startFlawedSite(flaw);
    closers.push(site.close);
    expect(named(await drilled(drills[name], site.url, {}, site.now), "fail")).toContain(found);
  });
});
