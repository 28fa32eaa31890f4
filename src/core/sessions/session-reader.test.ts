import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { unwrap } from "latchkey";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createTestAuth, type SignedInBrowser, type TestAuth } from "../../adapters/testing.ts";
import { coreOf } from "../../assemble.ts";
import { randomToken } from "../../platform/crypto/index.ts";
import { DAY } from "../../platform/time/index.ts";

let folder: string;
let open: TestAuth[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "latchkey-reader-"));
  open = [];
});

afterEach(async () => {
  for (const t of open) await t.close();
  rmSync(folder, { recursive: true, force: true });
});

function start(kind: string): TestAuth {
  const database = kind === "file" ? (`sqlite:${join(folder, "app.db")}` as const) : "sqlite::memory:";
  const t = createTestAuth({ database });
  open.push(t);
  return t;
}

const tokenOf = ({ cookie }: SignedInBrowser): string => /session=([^;]+)/.exec(cookie)?.[1] as string;
const nextTurn = () => new Promise(setImmediate);

describe.each(["file", "memory"])("the session check on a database in a %s", (kind) => {
  test("a live session is checked by one read, then from memory, and never by a write", async () => {
    const t = start(kind);
    const token = tokenOf(await t.as("anna@example.org"));
    const { sessions } = coreOf(t.auth);
    for (let round = 0; round < 5; round += 1) {
      const check = await sessions.check(token);
      expect(check).toMatchObject({ state: "live", user: { email: "anna@example.org" } });
      await nextTurn();
    }
    // `as` checked it once before.
    expect(sessions.counters).toEqual({ reads: 1, hits: 5, writes: 0 });
  });

  test("[SL-06] an ended session is dead at once, even if it was in memory", async () => {
    const t = start(kind);
    const browser = await t.as("anna@example.org");
    const token = tokenOf(browser);
    expect(await coreOf(t.auth).sessions.check(token)).toMatchObject({ state: "live" });
    (await unwrap(t.auth.users.endSessions({ userId: browser.user.id }))).sessions;
    expect(await coreOf(t.auth).sessions.check(token)).toMatchObject({
      state: "ended",
      reason: "ended_by_operator",
    });
  });

  test("[AZ-04] roles and status count from the next check on", async () => {
    const t = start(kind);
    await t.as("boss@example.org", { roles: ["admin"] });
    const browser = await t.as("anna@example.org", { roles: ["admin", "editor"] });
    const token = tokenOf(browser);
    expect(await coreOf(t.auth).sessions.check(token)).toMatchObject({
      user: { roles: ["user", "admin", "editor"] },
    });
    await unwrap(t.auth.users.setRoles({ userId: browser.user.id, roles: ["editor"] }));
    expect(await coreOf(t.auth).sessions.check(token)).toMatchObject({
      state: "live",
      user: { roles: ["user", "editor"] },
    });
    await unwrap(t.auth.users.disable({ userId: browser.user.id }));
    expect(await coreOf(t.auth).sessions.check(token)).toMatchObject({ state: "ended" });
  });

  test("[SL-04] the idle limit moves with use, in memory at once and on disk in batches", async () => {
    const t = start(kind);
    const token = tokenOf(await t.as("anna@example.org"));
    const { sessions } = coreOf(t.auth);
    for (let day = 0; day < 3; day += 1) {
      t.clock.advance(6 * DAY);
      expect(await sessions.check(token)).toMatchObject({ state: "live" });
      if (day === 1) await sessions.flush();
    }
    expect(sessions.counters.writes).toBe(1);
    t.clock.advance(7 * DAY);
    expect(await sessions.check(token)).toMatchObject({ state: "ended", reason: "idle" });
  });

  test("writing last-seen times keeps the memory", async () => {
    const t = start(kind);
    const token = tokenOf(await t.as("anna@example.org"));
    const { sessions } = coreOf(t.auth);
    t.clock.advance(6 * DAY);
    await sessions.check(token);
    await sessions.flush();
    expect(sessions.counters.writes).toBe(1);
    const { reads } = sessions.counters;
    expect(await sessions.check(token)).toMatchObject({ state: "live" });
    expect(sessions.counters.reads).toBe(reads);
  });

  test("[SL-05] the absolute limit holds, whatever happens before it", async () => {
    const t = start(kind);
    const token = tokenOf(await t.as("anna@example.org"));
    for (let day = 0; day < 29; day += 1) {
      t.clock.advance(DAY);
      expect(await coreOf(t.auth).sessions.check(token)).toMatchObject({ state: "live" });
    }
    t.clock.advance(DAY - 1);
    expect(await coreOf(t.auth).sessions.check(token)).toMatchObject({ state: "live" });
    t.clock.advance(1);
    expect(await coreOf(t.auth).sessions.check(token)).toMatchObject({ state: "ended", reason: "expired" });
  });

  test("a late last-seen time can't bring an ended session back", async () => {
    const t = start(kind);
    const browser = await t.as("anna@example.org");
    const token = tokenOf(browser);
    t.clock.advance(6 * DAY);
    await coreOf(t.auth).sessions.check(token);
    (await unwrap(t.auth.users.endSessions({ userId: browser.user.id }))).sessions;
    await coreOf(t.auth).sessions.flush();
    expect(coreOf(t.auth).sessions.counters.writes).toBe(0);
    expect(await coreOf(t.auth).sessions.check(token)).toMatchObject({ state: "ended" });
  });

  test("a value that can't be a session costs no look-up", async () => {
    const t = start(kind);
    await t.auth.ready();
    const { sessions } = coreOf(t.auth);
    for (const value of [
      null,
      "",
      "x",
      "a".repeat(42),
      "a".repeat(44),
      `${"a".repeat(42)}=`,
      `${"a".repeat(42)}\n`,
    ]) {
      expect(await sessions.check(value)).toEqual({ state: "none" });
    }
    expect(sessions.counters.reads).toBe(0);
    expect(await sessions.check(randomToken())).toEqual({ state: "none" });
    expect(sessions.counters.reads).toBe(1);
  });
});

test("[SL-06] a session ended by another process is dead here from the next turn of the event loop", async () => {
  const here = start("file");
  const there = start("file");
  const browser = await here.as("anna@example.org");
  const token = tokenOf(browser);
  expect(await coreOf(here.auth).sessions.check(token)).toMatchObject({ state: "live" });
  (await unwrap(there.auth.users.endSessions({ userId: browser.user.id }))).sessions;
  await nextTurn();
  expect(await coreOf(here.auth).sessions.check(token)).toMatchObject({ state: "ended" });
});

test("checks during an open transaction in memory see the state before or after it", async () => {
  const t = start("memory");
  const browser = await t.as("anna@example.org");
  const token = tokenOf(browser);
  const [check] = await Promise.all([
    coreOf(t.auth).sessions.check(token),
    unwrap(t.auth.users.endSessions({ userId: browser.user.id })).then(({ sessions }) => sessions),
  ]);
  expect(["live", "ended"]).toContain(check.state);
  expect(await coreOf(t.auth).sessions.check(token)).toMatchObject({ state: "ended" });
});
