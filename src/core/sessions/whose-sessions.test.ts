import { afterEach, beforeEach, expect, test } from "vitest";
import {
  migrate,
  openSqlite,
  type SqliteDatabase,
  type Value,
  type Write,
} from "../../platform/database/index.ts";
import { migrations } from "../schema/index.ts";
import * as userQueries from "../users/queries.ts";
import * as queries from "./queries.ts";
import { whoseSessions } from "./whose-sessions.ts";

const NOW = 1_000_000;
const sessions = ["anna-1", "anna-2", "bob-1", "bob-2"] as const;
const digestOf = (session: string) => Buffer.from(session);

let db: SqliteDatabase;

beforeEach(async () => {
  db = openSqlite(":memory:");
  await migrate(db, "latchkey", migrations, { now: () => NOW });
  for (const id of ["anna", "bob"]) {
    await userQueries.insertUser(db, id, `${id}@x`, `${id}@x`, null, null, null, NOW, "{}", null);
    await userQueries.addRole(db, id, "editor");
  }
  for (const id of sessions) {
    const user = id.split("-")[0] as string;
    await queries.insertSession(
      db,
      digestOf(id),
      id,
      user,
      null,
      NOW,
      NOW,
      "password",
      2 * NOW,
      3 * NOW,
      0,
      0,
      null,
      null,
    );
  }
});

afterEach(() => db.close());

/** Each statement that writes data of a check, with parameters that make it change a row. */
const statements: Record<string, Value[]> = {
  insertSession: [
    digestOf("new"),
    "new",
    "anna",
    null,
    NOW,
    NOW,
    "password",
    2 * NOW,
    3 * NOW,
    0,
    0,
    null,
    null,
  ],
  touchSession: [digestOf("anna-1"), NOW + 1, 2 * NOW + 1],
  endSessionById: ["anna-1", NOW, "logout"],
  endSessionsOfUser: ["anna", NOW, "password_changed", "anna-2"],
  setSessionEpoch: ["anna-1", 1],
  endSessionsExpired: [4 * NOW, 4 * NOW],
  endExcessSessions: ["anna", NOW, 1],
  deleteExpiredSessions: [4 * NOW],
  deleteExcessEndedSessions: ["anna", 0],
  insertUser: ["carol", "carol@x", "carol@x", null, null, null, NOW, "{}"],
  markEmailConfirmed: ["anna", NOW],
  markFirstLogin: ["anna", NOW],
  setEmail: ["anna", "new@x", "new@x", NOW],
  setStatus: ["anna", "disabled"],
  cancelDeletion: ["anna"],
  raiseEpoch: ["anna"],
  addRole: ["anna", "admin"],
  removeRole: ["anna", "editor"],
  scheduleDeletion: ["anna", NOW],
};

const named = Object.entries({ ...queries, ...userQueries }).flatMap(([name, statement]) =>
  typeof statement === "function" && "sql" in statement ? [[name, statement.sql] as const] : [],
);

const writing = named.filter(([, sql]) =>
  /^\s*(INSERT INTO|UPDATE|DELETE FROM) (sessions|users|roles)\b/.test(sql),
);

test("every statement of the library that affects a check is covered", () => {
  expect(writing.map(([name]) => name).sort()).toEqual(Object.keys(statements).sort());
});

/** The data of a check. The reader remembers times that only move forward. */
async function decisive(session: string): Promise<object | undefined> {
  const row = await db.one<queries.SessionRow>(queries.FIND_SESSION, digestOf(session));
  return row && { ...row, last_seen_at: 0, idle_expires_at: 0 };
}

test.each(writing)("[SL-06] %s names all sessions that it changes", async (name, sql) => {
  const before = await Promise.all(sessions.map(decisive));
  const writes: Write[] = [];
  db.onWrite({ wrote: (write) => void writes.push(write), ended: () => undefined });
  await db.run(sql, ...(statements[name] as Value[]));
  const whose = whoseSessions(writes[0] as Write);
  for (const [index, session] of sessions.entries()) {
    if (JSON.stringify(await decisive(session)) === JSON.stringify(before[index])) continue;
    const isNamed =
      whose === "everybody" ||
      (whose !== "nobody" &&
        ("userId" in whose ? session.startsWith(whose.userId) : session === whose.sessionId));
    expect([session, isNamed]).toEqual([session, true]);
  }
});

test("a statement that changes nothing or another table names no sessions", async () => {
  const named: unknown[] = [];
  db.onWrite({ wrote: (write) => void named.push(whoseSessions(write)), ended: () => undefined });
  await queries.endSessionById(db, "unknown", NOW, "logout");
  await queries.putSessionData(db, "anna-1", "{}");
  expect(named).toEqual(["nobody", "nobody"]);
});
