import { mkdtempSync, rmSync, statSync, symlinkSync } from "node:fs";
import type * as FileSystem from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Database } from "./database.ts";
import { openSqlite } from "./sqlite.ts";

/*
 * These tests can't cut the power. They check that the log reaches the disk before a commit's promise resolves, and
 * what happens if that fails.
 */

const disk = vi.hoisted(() => ({ syncs: 0, files: [] as string[], held: Promise.resolve(), fails: false }));

vi.mock("node:fs/promises", async (original) => {
  const real = await original<typeof FileSystem>();
  const open: typeof real.open = async (path, ...rest) => {
    disk.files.push(String(path));
    const handle = await real.open(path, ...rest);
    const datasync = handle.datasync.bind(handle);
    handle.datasync = async () => {
      disk.syncs += 1;
      await disk.held;
      if (disk.fails) throw Object.assign(new Error("EIO: i/o error, fdatasync"), { code: "EIO" });
      await datasync();
    };
    return handle;
  };
  return { ...real, open };
});

let folder: string;
let db: Database;
const path = () => join(folder, "app.db");
const insert = "INSERT INTO numbers (n) VALUES ($1)";

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "latchkey-durability-"));
  db = openSqlite(path());
  await db.run("CREATE TABLE numbers (n INTEGER PRIMARY KEY)");
  Object.assign(disk, { syncs: 0, held: Promise.resolve(), fails: false });
});
afterEach(async () => {
  disk.fails = false;
  await db.close();
  rmSync(folder, { recursive: true, force: true });
});

/** The numbers that another program reads. */
function seen(): unknown[] {
  const other = new DatabaseSync(path());
  const rows = other.prepare("SELECT n FROM numbers ORDER BY n").all();
  other.close();
  return rows.map((row) => row.n);
}

test("a commit resolves once the log is on the disk; a relaxed one doesn't wait for it", async () => {
  await db.transaction((tx) => tx.run(insert, 1), { durability: "relaxed" });
  expect(disk.syncs).toBe(0);
  const { promise, resolve } = Promise.withResolvers<void>();
  disk.held = promise;
  const done: string[] = [];
  const transaction = db.transaction(async (tx) => {
    await tx.run(insert, 2);
    tx.afterCommit(() => void done.push("after the commit"));
  });
  void transaction.then(() => done.push("transaction"));
  await vi.waitFor(() => expect(disk.syncs).toBe(1));
  // Only a durable commit waits for the disk. Other calls continue.
  const statements = [3, 4, 5].map((n) => db.run(insert, n).then(() => done.push(`statement ${n}`)));
  await db.transaction((tx) => tx.run(insert, 6), { durability: "relaxed" });
  expect(seen()).toEqual([1, 2, 3, 4, 5, 6]);
  expect([done, disk.syncs]).toEqual([[], 1]);
  resolve();
  await Promise.all([transaction, ...statements]);
  expect(done).toEqual(["after the commit", "transaction", "statement 3", "statement 4", "statement 5"]);
  expect(disk.syncs).toBe(2);
});

test("after a failed sync the log moves into the database", async () => {
  await db.run(insert, 1);
  expect(statSync(`${path()}-wal`).size).toBeGreaterThan(0);
  disk.fails = true;
  await db.run(insert, 2);
  expect(statSync(`${path()}-wal`).size).toBe(0);
  expect(seen()).toEqual([1, 2]);
  disk.fails = false;
  await db.run(insert, 3);
  expect(seen()).toEqual([1, 2, 3]);
});

test("[TH-12] if moving fails too, the store refuses until it works again", async () => {
  await db.run(insert, 1);
  const reading = new DatabaseSync(path());
  reading.exec("BEGIN");
  reading.prepare("SELECT n FROM numbers").all();
  disk.fails = true;
  const acted = vi.fn();
  const writing = db.transaction(async (tx) => {
    await tx.run(insert, 2);
    tx.afterCommit(acted);
  });
  await expect(writing).rejects.toMatchObject({ code: "unavailable", retryAfterSeconds: 5 });
  await expect(db.run(insert, 3)).rejects.toMatchObject({ code: "unavailable" });
  expect(acted).not.toHaveBeenCalled();
  reading.close();
  disk.fails = false;
  await db.run(insert, 4);
  expect(statSync(`${path()}-wal`).size).toBe(0);
});

test("behind a symbolic link the log of the target file counts", async () => {
  const link = join(folder, "link.db");
  symlinkSync(path(), link);
  const linked = openSqlite(link);
  await linked.run(insert, 1);
  await linked.close();
  expect(disk.files.at(-1)).toBe(`${path()}-wal`);
  expect(seen()).toEqual([1]);
});
