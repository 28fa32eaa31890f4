import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { unwrap } from "latchkey";
import { testPassword } from "latchkey/testing";
import { afterEach, describe, expect, test } from "vitest";
import type { AuthOptions } from "../../src/options.ts";
import { silentLogger } from "../../src/platform/log/index.ts";
import { databaseDump } from "../support/database-dump.ts";
import { createSite, inventedToken, noThrottle, type Site } from "../support/site.ts";

/*
 * Thousands of new names, client addresses and cookies. Their stored data stays bounded, in tables and in memory, and
 * expires.
 */

const password = testPassword;
const wrong = "a quiet teapot in the snow";
const email = "owner@example.org";

const sites: Site[] = [];
afterEach(async () => {
  for (const site of sites.splice(0)) await site.close();
});
/** Throttled as by default. */
function newSite(options: Partial<AuthOptions> = {}): Site {
  const site = createSite({ throttle: {}, logger: silentLogger, ...options });
  sites.push(site);
  return site;
}

async function count(site: Site, table: string): Promise<number> {
  const row = await site.auth.database.one<{ count: number }>(`SELECT count(*) AS count FROM ${table}`);
  return row?.count ?? 0;
}

/** A separate client address for each number; every other one is IPv6, in a separate network. */
function addressOf(index: number): string {
  const hex = index.toString(16);
  return index % 2 === 0
    ? `198.${18 + (index >> 16)}.${(index >> 8) & 255}.${index & 255}`
    : `2001:db8:${hex}::1`;
}

/** Sends this many posts one after the other, each from a separate address; counts the statuses. */
async function spray(
  site: Site,
  from: number,
  times: number,
  post: (index: number) => [path: string, fields: Record<string, string>],
): Promise<Record<number, number>> {
  const first = site.browser();
  const token = await first.csrfToken();
  const tally: Record<number, number> = {};
  for (let index = from; index < from + times; index += 1) {
    const browser = site.browser({ address: addressOf(index), cookie: first.jar.header });
    const { status } = await browser.postJson(...post(index), { "x-csrf-token": token });
    tally[status] = (tally[status] ?? 0) + 1;
  }
  return tally;
}

const guessAt = (login: (index: number) => string) => (index: number) =>
  ["/login", { login: login(index), password: wrong }] as [string, Record<string, string>];
const unknownName = (index: number) => (index % 2 === 0 ? `nobody${index}@example.org` : `nobody-${index}`);

describe("the table of counters", () => {
  test("[TH-05] [IN-01] A-BF-08 the table of counters keeps no row of an expired spray over thousands of accounts and addresses", async () => {
    const site = newSite();
    await unwrap(site.auth.users.create({ email, password }));
    const guess = (address: string) =>
      site.browser({ address }).postJson("/login", { login: email, password: wrong });
    for (let tries = 0; tries < 5; tries += 1) expect((await guess(`192.0.2.${tries}`)).status).toBe(401);
    expect((await guess("192.0.2.9")).status).toBe(429);

    expect(await spray(site, 0, 3000, guessAt(unknownName))).toEqual({ 401: 3000 });
    // One row for the typed name and one for the client address of each. The rest are the owner's, and 16 for each of
    // the site's two budgets.
    const rows = await count(site, "throttle");
    expect(rows).toBeGreaterThanOrEqual(6000);
    expect(rows).toBeLessThan(6018 + 2 * 16);
    // A waiting account still waits.
    await site.auth.cleanUp();
    expect(await count(site, "throttle")).toBe(rows);
    expect((await guess("192.0.2.9")).status).toBe(429);

    site.clock.advance("15m");
    await site.auth.cleanUp();
    // Only a success ends failures in a row: one row for the owner, and one for all unknown names.
    expect(await count(site, "throttle")).toBe(2);
    expect((await site.browser().postJson("/login", { login: email, password })).status).toBe(200);
    site.clock.advance("15m");
    await site.auth.cleanUp();
    expect(await count(site, "throttle")).toBe(1);
  });

  test("[TH-05] A-BF-08 the table of counters keeps one row per existing account after any spray", async () => {
    const site = newSite({ throttle: noThrottle });
    const people = 50;
    for (let index = 0; index < people; index += 1) {
      await unwrap(site.auth.users.create({ email: `person${index}@example.org`, password }));
    }
    const tried = guessAt((index) => `person${index % people}@example.org`);
    for (let round = 0; round < 3; round += 1) {
      expect(await spray(site, round * 500, 500, tried)).toEqual({ 401: 500 });
      site.clock.advance("15m");
      await site.auth.cleanUp();
      expect(await count(site, "throttle")).toBe(people);
    }
  });

  test("[TH-05] [IN-01] A-BF-08 no table gets more rows once the whole site's tries are used up", async () => {
    const site = newSite({ throttle: { perSite: 200 } });
    expect(await spray(site, 0, 300, guessAt(unknownName))).toEqual({ 401: 200, 429: 100 });
    await spray(site, 300, 300, guessAt(unknownName));
    // For each counted try one row for the name and one for the address, and one for each recorded refusal.
    expect(await count(site, "throttle")).toBeLessThanOrEqual(3 * 200 + 3);
    const before = await databaseDump(site.auth.database);
    expect(await spray(site, 1000, 2000, guessAt(unknownName))).toEqual({ 429: 2000 });
    expect(await databaseDump(site.auth.database)).toBe(before);
    site.clock.advance("15m");
    await site.auth.cleanUp();
    expect(await count(site, "throttle")).toBe(1);
  });
});

describe("the other tables", () => {
  test("[SU-11] [IN-01] A-DO-09 no table keeps rows of thousands of expired registrations and mail requests", async () => {
    const site = newSite({ login: { mail: true } });
    const asking = ["/forgot-password", "/confirm-email/resend", "/login/mail"] as const;
    const asked = await spray(site, 0, 1500, (index) => [
      asking[index % 3] as string,
      { email: `nobody${index}@example.org` },
    ]);
    expect(asked).toEqual({ 202: 1500 });
    const registered = await spray(site, 1500, 1000, (index) => [
      "/register",
      { email: `new${index}@example.org`, password },
    ]);
    expect(registered).toEqual({ 202: 1000 });
    await site.mails();
    // An address without an account gets no mail, and its request is deleted once that is known.
    expect(await count(site, "outbox")).toBe(1000);
    expect(await count(site, "one_time_tokens")).toBe(1000);
    expect(await count(site, "pending_registrations")).toBe(1000);
    site.clock.advance("8d");
    await site.auth.cleanUp();
    const tables = ["throttle", "outbox", "one_time_tokens", "pending_registrations", "sessions", "devices"];
    for (const table of tables) expect([table, await count(site, table)]).toEqual([table, 0]);
  });

  test("[SL-10] [IN-01] A-DO-09 an account that signs in again and again keeps a bounded number of sessions and devices", async () => {
    const site = newSite();
    const { user } = await unwrap(site.auth.users.create({ email, password }));
    let newest = site.browser();
    for (let time = 0; time < 260; time += 1) {
      site.clock.advance("1s");
      newest = site.browser();
      expect((await newest.postJson("/login", { login: email, password })).status).toBe(200);
    }
    const live = "SELECT id FROM sessions WHERE ended_at IS NULL";
    expect(await site.auth.database.all(live)).toHaveLength(100);
    expect([await count(site, "sessions"), await count(site, "devices")]).toEqual([200, 100]);
    expect(await newest.sessionStatus()).toBe(200);
    const events = await site.auth.database.all<{ event: string; detail: string }>(
      "SELECT event, detail FROM audit WHERE subject = $1 AND event IN ('session_ended', 'user_devices_forgotten')",
      user.id,
    );
    const lost = events.map(({ event, detail }) => [event, JSON.parse(detail)]);
    expect(lost).toHaveLength(2 * 160);
    expect(lost).toContainEqual(["session_ended", { sessions: 1, reason: "too_many_sessions" }]);
    expect(lost).toContainEqual(["user_devices_forgotten", { devices: 1, reason: "too_many_devices" }]);
    const { text } = await newest.get("/account/activity");
    expect(text).toContain("A device that wasn&#39;t used for a long time counts as new again.");
  });

  test("[IN-01] A-DO-09 an account that proves itself again and again keeps a bounded number of ended sessions", async () => {
    const site = newSite();
    const browser = await site.signedIn(email);
    for (let time = 0; time < 130; time += 1)
      expect((await browser.postJson("/reauthenticate", { password })).status).toBe(200);
    expect([await count(site, "sessions"), await count(site, "devices")]).toEqual([101, 1]);
    expect(await browser.sessionStatus()).toBe(200);
  });

  test("[TH-04] sign-ins of a program don't make the owner's device unknown while it is signed in", async () => {
    const site = newSite();
    const owner = await site.signedIn(email);
    for (let time = 0; time < 130; time += 1) {
      site.clock.advance("1s");
      const program = await site.signedIn(email);
      expect((await program.postJson("/logout")).status).toBe(204);
    }
    expect(await count(site, "devices")).toBe(100);
    for (let tries = 0; tries < 6; tries += 1)
      await site.browser().postJson("/login", { login: email, password: wrong });
    expect((await site.browser().postJson("/login", { login: email, password })).status).toBe(429);
    expect((await owner.postJson("/login", { login: email, password })).status).toBe(200);
  });

  test("[IN-01] a database from before has its devices and ended sessions bounded at the next sign-in", async () => {
    const site = newSite();
    const { user } = await unwrap(site.auth.users.create({ email, password }));
    const now = site.clock.now();
    const many = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000)";
    await site.auth.database.run(
      `${many} INSERT INTO devices (digest, id, user_id, created_at, last_seen_at, expires_at)
       SELECT randomblob(32), 'device ' || i, $1, $2, $2, $2 + 1000000 FROM n`,
      user.id,
      now,
    );
    await site.auth.database.run(
      `${many} INSERT INTO sessions (digest, id, user_id, created_at, authenticated_at, methods, last_seen_at,
         idle_expires_at, expires_at, remembered, epoch, ended_at, ended_reason)
       SELECT randomblob(32), 'session ' || i, $1, $2, $2, 'password', $2, $2, $2, 0, 0, $2, 'logout' FROM n`,
      user.id,
      now,
    );
    const browser = await site.signedIn(email);
    expect([await count(site, "sessions"), await count(site, "devices")]).toEqual([101, 100]);
    const { sessions, devices } = (await browser.postJson("/account/export")).json<
      Record<string, object[]>
    >();
    expect([sessions?.length, devices?.length]).toEqual([101, 100]);
  });

  test("[IN-01] A-DO-09 looking at pages stores no row, with whatever cookies", async () => {
    const site = newSite();
    await site.auth.ready();
    const before = await databaseDump(site.auth.database);
    const { session, device } = site.auth.settings.cookies;
    const pages = [
      "/",
      "/login",
      "/register",
      "/csrf",
      "/session",
      "/forgot-password",
      "/dashboard",
      "/account",
    ];
    for (let index = 0; index < 2000; index += 1) {
      const cookie = index % 4 === 0 ? "" : `${session}=${inventedToken()}; ${device}=${inventedToken()}`;
      const browser = site.browser({ address: addressOf(index), cookie });
      const { status } = await browser.get(pages[index % pages.length] as string);
      expect(status).toBeLessThan(500);
    }
    expect(await databaseDump(site.auth.database)).toBe(before);
  });
});

describe("the memory", () => {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;

  /** Bytes of live objects. */
  async function held(): Promise<number> {
    for (let times = 0; times < 3; times += 1) {
      await new Promise((resolve) => setImmediate(resolve));
      collect();
    }
    return process.memoryUsage().heapUsed;
  }

  test("[IN-01] A-BF-08 the memory doesn't keep thousands of names, addresses, devices and browsers", async () => {
    const site = newSite({ throttle: noThrottle });
    const { session, device } = site.auth.settings.cookies;
    const first = site.browser();
    const token = await first.csrfToken();
    const visits = 3000;
    const visit = async (from: number, times: number) => {
      for (let index = from; index < from + times; index += 1) {
        const cookie = `${first.jar.header}; ${session}=${inventedToken()}; ${device}=${inventedToken()}`;
        const browser = site.browser({ address: addressOf(index), cookie });
        const headers = { "x-csrf-token": token, "user-agent": `${index} `.repeat(200) };
        await browser.postJson("/login", { login: unknownName(index), password: wrong }, headers);
        await browser.get(`/page-${index}?query=${index}`, headers);
      }
    };
    // Until all objects exist that are made once.
    await visit(0, 1000);
    const before = await held();
    await visit(1000, visits);
    // Less than the shortest entry for each, with a digest as its key.
    expect(((await held()) - before) / visits).toBeLessThan(40);
  });
});
