import { chmodSync, existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createAuth } from "../../auth.ts";
import { defaultHashParameters } from "../../core/passwords/index.ts";
import { migrations } from "../../core/schema/index.ts";
import { migrate, openSqlite } from "../../platform/database/index.ts";
import { silentLogger } from "../../platform/log/index.ts";
import { databaseChecks } from "./database.ts";
import { type DatabaseFacts, inspectDatabase } from "./database-facts.ts";
import { examine, type Finding } from "./finding.ts";
import { inspectMachine, machineChecks } from "./machine.ts";
import { readSetup } from "./setup.ts";

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "latchkey-doctor-"));
  file = join(folder, "app.db");
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const inspect = (variables: Record<string, string> = {}, now = Date.now()) =>
  inspectDatabase(readSetup({ DATABASE_URL: `sqlite:${file}`, ...variables }), now);

const findings = (facts: DatabaseFacts) => examine("database", databaseChecks, facts);

async function found(check: string, facts: DatabaseFacts): Promise<Finding[]> {
  return (await findings(facts)).filter((each) => each.check === check);
}

/** A current database with an account, a mail that waits, and rows in the audit. */
async function used(): Promise<void> {
  const auth = createAuth({
    origin: "http://localhost:3000",
    database: `sqlite:${file}`,
    secretKeys: ["doctor test key: 0123456789 abcdefghijklmnopqrstuvwxyz"],
    logger: silentLogger,
    mail: { transport: { send: () => Promise.reject(new Error("the server is down")) } },
  });
  await auth.account.forgotPassword({ email: "nobody@example.org" }, auth.context({ address: "192.0.2.1" }));
  await auth.close();
}

async function change(sql: string): Promise<void> {
  const db = openSqlite(file);
  await db.run(sql);
  await db.close();
}

test("every finding about a used database is ok, and the doctor changes nothing in it or beside it", async () => {
  await used();
  const before = statSync(file).mtimeMs;
  const facts = await inspect();
  const all = await findings(facts);
  expect(all.filter(({ level }) => level !== "ok")).toEqual([]);
  const names = ["database", "database-writable", "schema", "file-permissions", "disk-space"];
  expect(all.map(({ check }) => check)).toEqual([...names, "clock", "audit-chain", "outbox"]);
  expect(statSync(file).mtimeMs).toBe(before);
  expect(existsSync(join(folder, "secret-key"))).toBe(false);
  const db = openSqlite(file);
  expect(await db.all("SELECT name FROM sqlite_schema WHERE name LIKE 'doctor%'")).toEqual([]);
  await db.close();
});

test("the doctor doesn't create a missing database", async () => {
  const facts = await inspect();
  expect(await found("database", facts)).toMatchObject([{ level: "note" }]);
  expect(existsSync(file)).toBe(false);
  expect(await found("database", await inspect({ DATABASE_URL: "sqlite::memory:" }))).toMatchObject([
    { level: "note" },
  ]);
});

test("in production a database in memory is serious", async () => {
  const facts = { ...(await inspect({ DATABASE_URL: "sqlite::memory:" })), production: true };
  expect(await found("database", facts)).toMatchObject([{ level: "serious" }]);
});

test("an old schema, a newer schema and a file that isn't a database are found", async () => {
  const db = openSqlite(file);
  await migrate(db, "latchkey", migrations.slice(0, 1), { now: () => 0 });
  await db.close();
  const [old] = await found("schema", await inspect());
  expect(old).toMatchObject({ level: "serious", fix: expect.stringContaining("latchkey migrate") });
  await change(
    "INSERT INTO migrations (scope, id, name, checksum, applied_at) VALUES ('latchkey', 99, 'later', 'x', 0)",
  );
  expect(await found("schema", await inspect())).toMatchObject([
    { level: "serious", finding: expect.stringContaining("newer version") },
  ]);
  rmSync(file);
  writeFileSync(file, "This is a text, and it is long enough to be taken for the head of something.");
  expect(await found("database", await inspect())).toMatchObject([{ level: "serious" }]);
});

test("a file that other users may read or replace is serious, and the fix names it", async () => {
  await used();
  writeFileSync(join(folder, "secret-key"), "x".repeat(43), { mode: 0o644 });
  chmodSync(join(folder, "secret-key"), 0o644);
  chmodSync(file, 0o644);
  chmodSync(folder, 0o777);
  const open = await found("file-permissions", await inspect());
  expect(open.map(({ level, fix }) => `${level} ${fix}`)).toEqual([
    `serious chmod 700 ${folder}.`,
    `serious chmod 600 ${file}.`,
    `serious chmod 600 ${join(folder, "secret-key")}.`,
  ]);
  // The same files in a closed folder are a note.
  chmodSync(folder, 0o700);
  const closed = await found("file-permissions", await inspect());
  expect(closed.map(({ level }) => level)).toEqual(["note", "note"]);
  chmodSync(file, 0o640);
  chmodSync(join(folder, "secret-key"), 0o600);
  expect(await found("file-permissions", await inspect())).toMatchObject([
    { level: "note", finding: expect.stringContaining("group") },
  ]);
});

describe("the doctor doesn't advise to close a shared folder", () => {
  const advice = async () => {
    const [folderFinding] = await found("file-permissions", await inspect());
    return `${folderFinding?.level} ${folderFinding?.finding} ${folderFinding?.fix}`;
  };
  const move = "Move the database to its own folder with mode 700, and set DATABASE_URL to it.";

  test("the doctor doesn't advise to close a sticky folder, such as /tmp", async () => {
    await used();
    chmodSync(folder, 0o1777);
    expect(await advice()).toBe(`note Other users can list the folder ${folder} (mode 1777). ${move}`);
  });

  test("the doctor doesn't advise to close a folder of another user", async () => {
    await used();
    chmodSync(folder, 0o777);
    const { uid } = statSync(folder);
    const asked = vi.spyOn(process as { getuid(): number }, "getuid").mockReturnValue(uid + 1);
    try {
      expect(await advice()).toBe(
        `serious Every user of this machine can replace files in ${folder} (mode 777). ${move}`,
      );
    } finally {
      asked.mockRestore();
    }
  });

  test("the doctor doesn't advise to close a folder with other files, such as a machine's root folder", async () => {
    await used();
    chmodSync(folder, 0o755);
    expect(await advice()).toContain(`chmod 700 ${folder}.`);
    writeFileSync(join(folder, "other"), "");
    expect(await advice()).toBe(`note Other users can list the folder ${folder} (mode 755). ${move}`);
  });
});

test("the doctor doesn't judge files that aren't the library's database", async () => {
  chmodSync(folder, 0o755);
  writeFileSync(join(folder, "secret-key"), "short", { mode: 0o644 });
  const silent = ["file-permissions", "kept-key"];
  const said = async () =>
    (await findings(await inspect())).filter(
      ({ check, fix }) => silent.includes(check) || /chmod/.test(fix ?? ""),
    );
  expect(await said()).toEqual([]);
  writeFileSync(file, "root:x:0:0:root:/root:/bin/bash\n".repeat(20), { mode: 0o644 });
  expect(await said()).toEqual([]);
  rmSync(file);
  const db = openSqlite(file);
  await db.run("CREATE TABLE recipes (name TEXT)");
  await db.close();
  chmodSync(file, 0o644);
  expect(await said()).toEqual([]);
});

test("[KY-01] a development key that was cut is serious, and no finding shows it", async () => {
  await used();
  writeFileSync(join(folder, "secret-key"), "canary\n", { mode: 0o600 });
  const [kept] = await found("kept-key", await inspect());
  expect(kept).toMatchObject({ level: "serious" });
  expect(JSON.stringify(kept)).not.toContain("canary");
});

test("a clock that went back is serious", async () => {
  await used();
  expect(await found("clock", await inspect({}, Date.now() - 3_600_000))).toMatchObject([
    { level: "serious" },
  ]);
});

test("[LG-06] a changed row of the audit is serious and named", async () => {
  await used();
  await change("UPDATE audit SET event = 'user_deleted'");
  expect(await found("audit-chain", await inspect())).toMatchObject([
    { level: "serious", finding: expect.stringMatching(/^Row [0-9a-f-]{36} /) },
  ]);
});

test("failed mail and long-waiting mail are warnings", async () => {
  await used();
  await change(
    "INSERT INTO outbox (id, kind, recipient, created_at, send_after, failed_at) VALUES ('a', 'reset', 'a@example.invalid', 0, 0, 1)",
  );
  await change(
    "INSERT INTO outbox (id, kind, recipient, created_at, send_after) VALUES ('b', 'reset', 'b@example.invalid', 0, 0)",
  );
  const all = await found("outbox", await inspect());
  expect(all.map(({ level }) => level)).toEqual(["warning", "warning"]);
  expect(all[0]?.finding).toBe("1 mail was given up.");
  expect(JSON.stringify(all)).not.toContain("example.invalid");
});

test("a database that can't be written and a disk that is nearly full are found", async () => {
  await used();
  const facts = await inspect();
  const inside = facts.state as Exclude<DatabaseFacts["state"], null | { refused: string }>;
  const readOnly = { ...facts, state: { ...inside, writeProblem: "attempt to write a readonly database" } };
  expect(await found("database-writable", readOnly)).toMatchObject([{ level: "serious" }]);
  const levels = [50, 500, 5000].map(async (megabytes) => {
    const [disk] = await found("disk-space", { ...facts, freeBytes: megabytes * 1024 * 1024 });
    return disk?.level;
  });
  expect(await Promise.all(levels)).toEqual(["serious", "warning", "ok"]);
});

test("an old Node, an odd one, a slow machine, a missing native module and a failing hash are found", async () => {
  const look = async (facts: Parameters<(typeof machineChecks)[0]["look"]>[0]) =>
    (await examine("machine", machineChecks, facts)).map(({ level }) => level);
  const native = { backend: "@node-rs/argon2", milliseconds: 20, parameters: defaultHashParameters } as const;
  expect(await look({ nodeVersion: "24.7.0", hashing: native })).toEqual(["ok", "ok"]);
  expect(await look({ nodeVersion: "24.6.9", hashing: native })).toEqual(["serious", "ok"]);
  expect(await look({ nodeVersion: "25.1.0", hashing: native })).toEqual(["note", "ok"]);
  const slow = { backend: "node:crypto", milliseconds: 900, parameters: defaultHashParameters } as const;
  expect(await look({ nodeVersion: "26.0.0", hashing: slow })).toEqual(["ok", "warning", "warning"]);
  expect(await look({ nodeVersion: "26.0.0", hashing: { failed: "ENOMEM" } })).toEqual(["ok", "serious"]);
});

test("a finding about hashing names the configured cost, not the default", async () => {
  const parameters = { ...defaultHashParameters, memoryKiB: 24_576, passes: 3 };
  const facts = await inspectMachine(parameters);
  const [, hashing] = await examine("machine", machineChecks, facts);
  expect(hashing?.finding).toContain("argon2id (24576 KiB, t=3, ");
});
