import { closeSync, existsSync, mkdirSync, openSync } from "node:fs";
import { dirname } from "node:path";
import { constants, DatabaseSync, type StatementSync } from "node:sqlite";
import { ConfigurationError } from "../errors/index.ts";
import { openingProblem, type SqliteError } from "./sqlite-errors.ts";

/** How long SQLite may block the event loop while it waits. Longer waits don't block it. */
const BUSY_BLOCKING_MS = 10;

/** What the engine reports about a statement at its compilation. */
export interface Prepared {
  readonly statement: StatementSync;
  readonly report: Report;
}

/** What a statement may change. */
export interface Report {
  /** Tables that it writes, by lower-case name, including those that triggers write. */
  readonly writes: Set<string>;
  /** Triggers write too, in unknown rows. */
  triggers: boolean;
}

export interface Connection {
  readonly handle: DatabaseSync;
  prepare(sql: string): Prepared;
  /**
   * Runs a statement that may write. After a change of the schema SQLite compiles it again. Its report must reach the
   * same statement.
   */
  execute<Result>(prepared: Prepared, operation: (statement: StatementSync) => Result): Result;
}

const { SQLITE_INSERT, SQLITE_UPDATE, SQLITE_DELETE, SQLITE_ALTER_TABLE, SQLITE_OK } = constants;
const writing = new Set<number>([SQLITE_INSERT, SQLITE_UPDATE, SQLITE_DELETE]);

function connect(path: string): Connection {
  const handle = new DatabaseSync(path, { timeout: BUSY_BLOCKING_MS });
  const prepared = new Map<string, Prepared>();
  let report: Report = { writes: new Set(), triggers: false };
  handle.setAuthorizer((action, first, _second, _schema, trigger) => {
    if (writing.has(action)) {
      report.writes.add(String(first).toLowerCase());
      if (trigger !== null) report.triggers = true;
    } else if (action === SQLITE_ALTER_TABLE) report.writes.add("sqlite_master");
    return SQLITE_OK;
  });
  return {
    handle,
    prepare(sql) {
      let entry = prepared.get(sql);
      if (entry === undefined) {
        report = { writes: new Set(), triggers: false };
        // `node:sqlite` binds `?1` by position and `$1` only by name.
        entry = { statement: handle.prepare(sql.replace(/\$(\d+)/g, "?$1")), report };
        prepared.set(sql, entry);
      }
      return entry;
    },
    execute(entry, operation) {
      ({ report } = entry);
      return operation(entry.statement);
    },
  };
}

/** Makes one folder after the other. Node's `recursive` never ends if a file system (such as /proc) makes none. */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  makeFolder(dirname(folder));
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    // Another process that started at the same time was first.
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
}

/** Makes a missing file, for its owner only: it holds hashes and addresses. SQLite's other files get its mode. */
function makeFile(path: string): void {
  makeFolder(dirname(path));
  if (!existsSync(path)) closeSync(openSync(path, "a", 0o600));
}

export interface Connections {
  writer: Connection;
  /** The same as the writer if the database is in memory. */
  reader: Connection;
  /** Commits go to a log beside the database. It is written to the disk afterwards, outside SQLite. */
  logged: boolean;
}

/** Opens the two connections. Throws a `ConfigurationError` with one sentence if the file can't be used. */
export function openConnections(path: string): Connections {
  const inMemory = path === ":memory:";
  try {
    if (!inMemory) makeFile(path);
    const writer = connect(path);
    writer.handle.exec("PRAGMA foreign_keys = ON");
    writer.handle.exec("PRAGMA synchronous = FULL");
    if (inMemory) return { writer, reader: writer, logged: false };
    const mode = writer.handle.prepare("PRAGMA journal_mode = WAL").get() as { journal_mode: string };
    const logged = mode.journal_mode === "wal";
    // A commit then doesn't wait for the disk. `durable` does, without blocking other calls.
    if (logged) writer.handle.exec("PRAGMA synchronous = NORMAL");
    const reader = connect(path);
    reader.handle.exec("PRAGMA query_only = ON");
    reader.handle.exec("PRAGMA cache_size = -8000");
    return { writer, reader, logged };
  } catch (error) {
    throw new ConfigurationError(openingProblem(path, error as SqliteError), { cause: error });
  }
}
