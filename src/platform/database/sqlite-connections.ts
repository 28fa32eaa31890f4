import { closeSync, existsSync, mkdirSync, openSync } from "node:fs";
import { dirname } from "node:path";
import { constants, DatabaseSync, type StatementSync } from "node:sqlite";
import { ConfigurationError } from "../errors/index.ts";
import { openingProblem, type SqliteError } from "./sqlite-errors.ts";

/** How long SQLite itself may block the event loop while waiting; longer waits leave it. */
const BUSY_BLOCKING_MS = 10;

/** What the engine says about a statement when it compiles it. */
export interface Prepared {
  readonly statement: StatementSync;
  readonly report: Report;
}

/** What a statement may change. */
export interface Report {
  /** Tables that it writes, by lower-case name; those that triggers write are among them. */
  readonly writes: Set<string>;
  /** Triggers write as well, in whatever rows. */
  triggers: boolean;
}

export interface Connection {
  readonly handle: DatabaseSync;
  prepare(sql: string): Prepared;
  /**
   * Runs a statement that may write. SQLite compiles a statement again when the schema changed, and what it reports
   * then has to reach the same statement.
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

/** One folder after the other: Node's own `recursive` never ends where a file system (such as /proc) makes none. */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  makeFolder(dirname(folder));
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    // Another process that starts at the same time was first.
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
}

/** Makes the file where there is none, for its owner only: it holds hashes and addresses. SQLite's files follow its mode. */
function makeFile(path: string): void {
  makeFolder(dirname(path));
  if (!existsSync(path)) closeSync(openSync(path, "a", 0o600));
}

export interface Connections {
  writer: Connection;
  /** The same as the writer for a database in memory. */
  reader: Connection;
  /** Commits go to a log beside the database, which is brought to the disk afterwards, outside SQLite. */
  logged: boolean;
}

/** Opens the two connections. Throws a `ConfigurationError` with one sentence when the file can't be used. */
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
    // A commit then waits for no disk: `durable` does, without holding up everybody else.
    if (logged) writer.handle.exec("PRAGMA synchronous = NORMAL");
    const reader = connect(path);
    reader.handle.exec("PRAGMA query_only = ON");
    reader.handle.exec("PRAGMA cache_size = -8000");
    return { writer, reader, logged };
  } catch (error) {
    throw new ConfigurationError(openingProblem(path, error as SqliteError), { cause: error });
  }
}
