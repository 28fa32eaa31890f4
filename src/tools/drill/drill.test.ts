import type { AddressInfo } from "node:net";
import { type ServerType, serve } from "@hono/node-server";
import { unwrap } from "latchkey";
import { testPassword } from "latchkey/testing";
import { afterEach, describe, expect, test } from "vitest";
import { type Flaw, flawedAccount, startFlawedSite } from "../../../tests/support/flawed-site.ts";
import { createSite } from "../../../tests/support/site.ts";
import type { AuthOptions } from "../../options.ts";
import type { Check, Drill, DrillOptions } from "./drill.ts";
import { enumeration } from "./enumeration.ts";
import { createFlood, flood } from "./flood.ts";
import { guessing } from "./guessing.ts";
import { replay } from "./replay.ts";
import { openTarget } from "./target.ts";

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

/** Few samples and a short flood: enough for flaws that always show. */
const options: DrillOptions = { ...flawedAccount, seconds: 0.25, samples: 20 };

/** The checks of a drill, which must respect its bound. */
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

/** The library on a socket, with its default limits. */
async function ownSite(given: Partial<AuthOptions> = {}): Promise<string> {
  const site = createSite({ throttle: {}, ...given });
  await unwrap(site.auth.users.create({ email: flawedAccount.login, password: testPassword }));
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

/** A clock that advances only when it is read. */
function countedTime(step = 1): () => number {
  let now = 0;
  return () => {
    now += step;
    return now;
  };
}

/** A tenth of the flood against a site with the default bounds. */
const smallFlood = createFlood({ concurrent: 40, unbounded: 30 });
const smallBound = { mostHashes: 26 };

const drills = { guessing, enumeration, replay, flood: smallFlood };

describe("against this library", () => {
  test("[TH-05] [TH-06] guessing is throttled by account and by address", async () => {
    const checks = await drilled(guessing, await ownSite());
    expect(named(checks, "pass")).toHaveLength(5);
    expect(checks[0]?.seen).toBe("5 × 401, 7 × 429, Retry-After 900");
    expect(checks.at(-1)?.seen).toBe("429 after 30 accounts, Retry-After 900");
  });

  test("[TH-01] [SU-01] [RS-01] enumeration finds no difference between answers, and measures under the limits", async () => {
    // More pairs than the failures that an account or an address may have.
    const checks = await drilled(enumeration, await ownSite(), { samples: 10 });
    const about = (ending: string) => checks.filter(({ name }) => name.endsWith(ending));
    const unlike = about("the same answer").filter(({ outcome }) => outcome !== "pass");
    expect(unlike).toEqual([]);
    expect(about("the same answer")).toHaveLength(5);
    // Only whether times were measured. The times depend on this machine (see tests/security/timing.test.ts).
    expect(about("the same time").map(({ seen }) => /medians .* pairs/.test(seen))).toEqual(
      Array(5).fill(true),
    );
  });

  test("[SL-01] [LO-01] [CF-01] replay finds no old cookie or token that still works", async () => {
    const checks = await drilled(replay, await ownSite());
    expect(named(checks, "pass")).toHaveLength(13);
    expect(checks).toHaveLength(13);
  });

  test("[IN-01] a flood passes every check but the speed of pages", async () => {
    const checks = await drilled(flood, await ownSite(), { seconds: 2 }, countedTime());
    expect(named(checks, "fail").filter((name) => !name.endsWith("stays quick"))).toEqual([]);
    expect(checks[0]?.seen).toMatch(/^\d+ × 401/);
  });

  test("[IN-01] a flood detects hashing without a bound", async () => {
    // Even one cheap hash at a time takes longer than the pages that overtake it.
    const hash = { memoryKiB: 8192, passes: 1, parallelism: 1 };
    const hashing = { concurrency: 1, queueLimit: 1_000_000, deadline: "1h" } as const;
    const url = await ownSite({ hashing, password: { hash } });
    const checks = await drilled(smallFlood, url, { seconds: 3 }, countedTime(10));
    expect(named(checks, "fail")).toContain("more logins at once than can be hashed are refused");
    expect(named(checks, "skipped")).toContain("a refused client gets Retry-After");
    const found = checks.find(({ name }) => name.startsWith("more logins at once"));
    expect(found?.seen).toMatch(
      /40 at once, up to [34]\d of them waiting, .* 503: bound hashing, .* hashing\.queueLimit$/,
    );
  });

  test("a flood announces how many logins come at once and in total", () => {
    const [first] = flood.does({ ...options, seconds: 5 });
    expect(first).toContain("over 400 connections at once");
    expect(first).toContain("at most 5000 logins");
  });

  test("a flood that never reached hashing doesn't judge its bound", async () => {
    const url = await ownSite({ throttle: { perSite: 10 }, hashing: { queueLimit: 1_000_000 } });
    const checks = await drilled(smallFlood, url, { seconds: 3 }, countedTime(10));
    expect(named(checks, "skipped")).toContain("more logins at once than can be hashed are refused");
    expect(checks[1]?.seen).toMatch(/limits stopped \d+ before hashing/);
    expect(named(checks, "pass")).toContain("a refused client gets Retry-After");
  });

  test("a comparison that isn't possible is skipped with its reason", async () => {
    const url = await ownSite({ registration: "closed" });
    const anonymous = { login: undefined, password: undefined, samples: 1 };
    const closed = await drilled(enumeration, url, anonymous);
    expect(named(closed, "skipped")).toEqual(["register", "forgot-password", "confirm-email/resend"]);
    const open = await drilled(enumeration, await ownSite({ registration: "open" }), {
      password: undefined,
      samples: 1,
    });
    expect(open.find(({ name }) => name === "register")?.seen).toContain("by design");
    expect(open.find(({ name }) => name.includes("the same time"))?.seen).toContain("--password-stdin");
    const alone = await drilled(guessing, url, anonymous);
    expect(named(alone, "skipped")).toEqual(["an existing account answers the same, at the same count"]);
  });
});

describe("[TH-01] the existence of the named account", () => {
  const nobody = "nobody@example.org";
  const aboutWho = (checks: readonly Check[]) =>
    checks.filter(({ name }) => name.includes("not proven to exist"));

  test("without its password the named account isn't reported as existing", async () => {
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
        `register: an unknown address and ${login} (not proven to exist) get the same answer`,
      );
      expect(
        [...guessed, ...asked].filter(({ name }) => /an existing account|an account's/.test(name)),
      ).toEqual([]);
    }
  });

  test("with a wrong password the account isn't reported as existing, and no times are measured", async () => {
    const wrong = { password: "not the password of any account" };
    const guessed = await drilled(guessing, await ownSite(), { ...wrong, login: nobody });
    expect(named(guessed, "fail")).toEqual([]);
    expect(aboutWho(guessed)[0]?.seen).toContain("(the password from standard input was answered with 401)");
    const asked = await drilled(enumeration, await ownSite(), { ...wrong, samples: 1 });
    const time = asked.find(({ name }) => name.startsWith("login: ") && name.endsWith("the same time"));
    expect(time).toMatchObject({ outcome: "skipped", seen: expect.stringContaining("answered with 401") });
  });

  test("the password proves the existence of the account", async () => {
    const checks = await drilled(guessing, await ownSite());
    expect(checks.map(({ name }) => name)).toContain(
      "an existing account answers the same, at the same count",
    );
    expect(aboutWho(checks)).toEqual([]);
  });
});

describe("against a site with flaws", () => {
  test.each(Object.keys(drills) as (keyof typeof drills)[])(
    "%s finds no flaw in a site without flaws",
    async (name) => {
      const site = await startFlawedSite([], smallBound);
      closers.push(site.close);
      const checks = await drilled(drills[name], site.url, {}, site.now);
      expect(checks.filter(({ outcome }) => outcome !== "pass")).toEqual([]);
    },
  );

  const findings: [keyof typeof drills, Flaw, string][] = [
    ["guessing", "no throttle", "at most 10 wrong passwords for an account, then 429"],
    ["guessing", "no Retry-After", "at most 10 wrong passwords for an account, then 429"],
    ["guessing", "counts after verifying", "parallel guesses get no further"],
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
      "login: an unknown address and an account's get the same answer",
    ],
    [
      "enumeration",
      "says that the address is taken",
      "register: an unknown address and an account's get the same answer",
    ],
    [
      "enumeration",
      "hashes only for accounts that exist",
      "login: an unknown address and an account's take the same time",
    ],
    [
      "enumeration",
      "mails before it answers",
      "forgot-password: an unknown address and an account's take the same time",
    ],
    ["replay", "cookie alive after logout", "after logout the old cookie doesn't work"],
    ["replay", "keeps the earlier session", "logging in again ends the session before"],
    [
      "replay",
      "keeps the session value at login",
      "a cookie from before the login doesn't become the session",
    ],
    ["replay", "takes any session value", "a cookie with one changed character doesn't work"],
    ["replay", "no CSRF check", "a logout without a CSRF token is refused"],
    ["replay", "any CSRF token", "a logout with another visitor's CSRF token is refused"],
    ["replay", "logout by GET", "a logout by GET ends nothing"],
    ["flood", "breaks under load", "every login is answered: 401, 429 or 503"],
    ["flood", "stands still under load", "/healthz stays quick"],
    ["flood", "no bound on hashing", "more logins at once than can be hashed are refused"],
    ["flood", "no Retry-After", "a refused client gets Retry-After"],
  ];
  test.each(findings)("%s detects the flaw: %s", async (name, flaw, found) => {
    const site = await startFlawedSite([flaw], smallBound);
    closers.push(site.close);
    // Answers are compared before times, so one pair is enough.
    const given = found.endsWith("the same answer") ? { samples: 1 } : {};
    expect(named(await drilled(drills[name], site.url, given, site.now), "fail")).toContain(found);
  });
});
