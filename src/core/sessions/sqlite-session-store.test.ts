import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { unwrap } from "latchkey";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createTestAuth, type SignedInBrowser, type TestAuth } from "../../adapters/testing.ts";
import { sessionStoreContract } from "../../adapters/testing-store.ts";
import { coreOf } from "../../assemble.ts";

let folder: string;
let open: TestAuth[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "latchkey-sessions-"));
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

/** Two signed-in accounts, both kept by the store. */
async function twoKept(kind: string) {
  const t = start(kind);
  const [anna, bob] = [await t.as("anna@example.org"), await t.as("bob@example.org")];
  const { sessions } = coreOf(t.auth);
  const check = async (browser: SignedInBrowser) => (await sessions.check(tokenOf(browser))).state;
  expect([await check(anna), await check(bob)]).toEqual(["live", "live"]);
  const { reads } = sessions.counters;
  return { t, anna, bob, check, readsSince: () => sessions.counters.reads - reads };
}

describe.each(["file", "memory"])("the session store on SQLite in a %s", (kind) => {
  sessionStoreContract(
    {
      async open() {
        const t = start(kind);
        await t.auth.ready();
        const { sessionStore: store, db: database } = coreOf(t.auth);
        return { store, database, close: () => t.close() };
      },
    },
    { test },
  );

  const statements: [what: string, sql: string][] = [
    ["an update", "UPDATE sessions SET ended_at = 1 WHERE user_id = $1"],
    ["an update behind a comment", "/* end */ UPDATE sessions SET ended_at = 1 WHERE user_id = $1"],
    [
      "an update behind WITH",
      "WITH gone AS (SELECT id FROM sessions WHERE user_id = $1) UPDATE sessions SET ended_at = 1 WHERE id IN gone",
    ],
    [
      "an update of a quoted name in other letters",
      'UPDATE OR IGNORE "main"."Sessions" SET ended_at = 1 WHERE user_id = $1',
    ],
    ["an update of the user", "UPDATE users SET status = 'disabled' WHERE id = $1"],
    [
      "a replacement",
      `REPLACE INTO sessions SELECT digest, id, user_id, device_id, created_at, authenticated_at, methods, last_seen_at,
         idle_expires_at, expires_at, remembered, epoch, address, user_agent, 1, 'logout' FROM sessions WHERE user_id = $1`,
    ],
    ["a deletion", "DELETE FROM sessions WHERE user_id = $1"],
    ["a deletion of the user", "DELETE FROM users WHERE id = $1"],
  ];

  test.each(statements)("[SL-06] %s by the application's own statement counts at once", async (_, sql) => {
    const { t, anna, bob, check } = await twoKept(kind);
    await t.auth.database.run(sql, anna.user.id);
    expect([await check(anna), await check(bob)]).toEqual([/DELETE/.test(sql) ? "none" : "ended", "live"]);
  });

  test("[SL-06] a statement that returns rows, one in a transaction, and a trigger count at once", async () => {
    const { t, anna, bob, check } = await twoKept(kind);
    const { database } = t.auth;
    const end = "UPDATE sessions SET ended_at = 1 WHERE user_id = $1 RETURNING id";
    await database.returning(end, anna.user.id);
    expect(await check(anna)).toBe("ended");
    await database.transaction((tx) => tx.returning(end, bob.user.id));
    expect(await check(bob)).toBe("ended");

    const carol = await t.as("carol@example.org");
    expect(await check(carol)).toBe("live");
    // The library's own statement. Its text shows that it changes no session.
    await database.run(
      "CREATE TRIGGER leave AFTER INSERT ON users BEGIN UPDATE sessions SET ended_at = 1; END",
    );
    expect(await check(carol)).toBe("live");
    await unwrap(t.auth.users.create({ email: "dora@example.org" }));
    expect(await check(carol)).toBe("ended");
  });

  test("[SL-06] a statement of the library counts for every caller, with or without a call of revoked", async () => {
    const { t, anna, bob, check } = await twoKept(kind);
    coreOf(t.auth).sessionStore.revoked = () => undefined;
    (await unwrap(t.auth.users.endSessions({ userId: anna.user.id }))).sessions;
    expect([await check(anna), await check(bob)]).toEqual(["ended", "live"]);
    await unwrap(t.auth.users.disable({ userId: bob.user.id }));
    expect(await check(bob)).toBe("ended");
  });

  test("ending the sessions of one account keeps other accounts in memory", async () => {
    const { t, anna, bob, check, readsSince } = await twoKept(kind);
    (await unwrap(t.auth.users.endSessions({ userId: anna.user.id }))).sessions;
    expect([await check(bob), readsSince()]).toEqual(["live", 0]);
    expect([await check(anna), readsSince()]).toEqual(["ended", 1]);
  });

  test("signing in and giving roles keep the sessions of other accounts in memory", async () => {
    const { t, anna, bob, check, readsSince } = await twoKept(kind);
    await t.as("anna@example.org");
    await unwrap(t.auth.users.setRoles({ userId: anna.user.id, roles: ["editor"] }));
    expect(await check(bob)).toBe("live");
    // The two sign-ins of these lines read their own sessions.
    expect(readsSince()).toBe(1);
  });
});

test("another connection's write clears the memory from the next turn of the event loop", async () => {
  const { bob, check, readsSince } = await twoKept("file");
  const there = start("file");
  await there.auth.ready();
  await there.auth.database.run("UPDATE users SET created_at = created_at + 1");
  await new Promise(setImmediate);
  expect([await check(bob), readsSince()]).toEqual(["live", 1]);
});
