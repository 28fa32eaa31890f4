import { closeSync, fstatSync, openSync, writeSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { vi } from "vitest";
import { coreOf } from "../../src/assemble.ts";
import { emitAlone } from "../../src/core/events/index.ts";
import type { Site } from "./site.ts";

/* Real failures of a store: by the database's own means if possible, never by a mock. */

/** Makes the store of a site fail, with the database file at `path`. Resolves with the function that ends the fault. */
export type StoreFault = (site: Site, path: string) => Promise<() => Promise<void>>;

/** Another process writes and doesn't finish. The library's wait for it passes at once. */
export const locked: StoreFault = async (_site, path) => {
  const other = new DatabaseSync(path);
  other.exec("BEGIN IMMEDIATE");
  let now = 0;
  const time = vi.spyOn(performance, "now").mockImplementation(() => {
    now += 3000;
    return now;
  });
  return async () => {
    time.mockRestore();
    other.exec("ROLLBACK");
    other.close();
  };
};

/** The file can be read and not written. */
export const readOnly: StoreFault = async ({ auth: { database } }) => {
  await database.run("PRAGMA query_only = ON");
  return async () => void (await database.run("PRAGMA query_only = OFF"));
};

/** Runs an insertion until the database refuses it. */
async function fill(insert: (number: number) => Promise<unknown>): Promise<void> {
  try {
    for (let number = 0; ; number += 1) await insert(number);
  } catch (error) {
    if (!String(error).includes("full")) throw error;
  }
}

/** The file can't grow, and its pages have no room for another row. */
export const full: StoreFault = async ({ auth }) => {
  const { database } = auth;
  const core = coreOf(auth);
  await database.run("PRAGMA max_page_count = 1");
  await fill(() => emitAlone(core, { event: "sensitive_read", detail: { object: "filler" } }));
  await fill((number) =>
    database.run(
      "INSERT INTO outbox (id, kind, recipient, created_at, send_after, sent_at) VALUES ($1, '', '', 0, 0, 0)",
      `ffffffff-${number}`,
    ),
  );
  return async () => void (await database.run("PRAGMA max_page_count = 1000000"));
};

/** Pages of the file are overwritten while it is in use. Only a backup repairs that. */
export const damaged: StoreFault = async (_site, path) => {
  const other = new DatabaseSync(path);
  // After this all pages in memory are outdated.
  other.exec("PRAGMA user_version = 7");
  other.exec("PRAGMA wal_checkpoint(TRUNCATE)");
  other.close();
  const file = openSync(path, "r+");
  const firstPage = 4096;
  writeSync(file, Buffer.alloc(fstatSync(file).size - firstPage, 0x5a), 0, undefined, firstPage);
  closeSync(file);
  return async () => undefined;
};

/** The connections are closed. Only a restart repairs that. */
export const closed: StoreFault = async ({ auth: { database } }) => {
  await database.close();
  return async () => undefined;
};
