import { AsyncLocalStorage } from "node:async_hooks";
import { closeSync, existsSync, mkdirSync, openSync, realpathSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { dirname } from "node:path";
import { DatabaseSync, type StatementSync } from "node:sqlite";
import { setTimeout as delay } from "node:timers/promises";
import { ConfigurationError, LatchkeyError } from "../errors/index.ts";
import {
  type Database,
  type DurabilityOptions,
  type Transaction,
  UniqueViolation,
  type Value,
  writtenTable,
} from "./database.ts";
import { createDiskSync } from "./disk-sync.ts";

/** How long a write waits for another process's write, its time in line included, before it is refused as `unavailable`. */
const BUSY_LIMIT_MS = 5000;
/** How long SQLite itself may block the event loop while waiting; longer waits leave it. */
const BUSY_BLOCKING_MS = 10;

const notInside =
  "Inside a transaction use what was handed over (tx), not the database or functions that use it themselves.";

/** Writers in a line leave the event loop to others after this long. */
const TURN_MS = 2;

const SQLITE_BUSY = 5;
const SQLITE_CONSTRAINT_UNIQUE = 2067;
const SQLITE_CONSTRAINT_PRIMARYKEY = 1555;
const SQLITE_CONSTRAINT_ROWID = 2579;

interface Connection {
  handle: DatabaseSync;
  prepare(sql: string): StatementSync;
}

function connect(path: string): Connection {
  const handle = new DatabaseSync(path, { timeout: BUSY_BLOCKING_MS });
  const prepared = new Map<string, StatementSync>();
  return {
    handle,
    prepare(sql) {
      let statement = prepared.get(sql);
      if (statement === undefined) {
        // `node:sqlite` binds `?1` by position and `$1` only by name.
        statement = handle.prepare(sql.replace(/\$(\d+)/g, "?$1"));
        prepared.set(sql, statement);
      }
      return statement;
    },
  };
}

interface SqliteError extends Error {
  errcode?: number;
  code?: string;
}

function isBusy(error: unknown): boolean {
  return ((error as SqliteError).errcode ?? 0) % 256 === SQLITE_BUSY;
}

/** SQLite's errors in the library's words: a taken unique value, or a store that can't serve now (503). */
function translate(error: unknown): unknown {
  const { errcode, code, message } = error as SqliteError;
  // What node:sqlite says of a connection that was closed.
  if (code === "ERR_INVALID_STATE") return unavailable(error as SqliteError);
  if (code !== "ERR_SQLITE_ERROR" || errcode === undefined) return error;
  if (
    errcode === SQLITE_CONSTRAINT_UNIQUE ||
    errcode === SQLITE_CONSTRAINT_PRIMARYKEY ||
    errcode === SQLITE_CONSTRAINT_ROWID
  ) {
    const columns = message.replace(/^.*failed: /, "").split(", ");
    return new UniqueViolation(columns, { cause: error });
  }
  // busy, locked, nomem, readonly, ioerr, corrupt, full, cantopen, notadb
  if ([5, 6, 7, 8, 10, 11, 13, 14, 26].includes(errcode % 256)) return unavailable(error as SqliteError);
  return error;
}

function unavailable(cause: SqliteError): LatchkeyError {
  return new LatchkeyError("unavailable", {
    detail: `database: ${cause.message}`,
    retryAfterSeconds: 5,
    cause,
  });
}

/** Runs something of `node:sqlite`; its errors come in the library's words. */
function translated<Result>(operation: () => Result): Result {
  try {
    return operation();
  } catch (error) {
    throw translate(error);
  }
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

interface Connections {
  writer: Connection;
  reader: Connection;
  /** Commits go to a log beside the database, which is brought to the disk afterwards, outside SQLite. */
  logged: boolean;
}

function openConnections(path: string): Connections {
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

function openingProblem(path: string, error: SqliteError): string {
  switch ((error.errcode ?? 0) % 256) {
    case 26:
      return `${path} is not a SQLite database: choose another file or restore it from a backup.`;
    case 11:
      return `The database ${path} is damaged: restore it from a backup.`;
    case 8:
      return `The database ${path} can't be written: give this user the right to write the file and its folder.`;
    case 14:
      return `The database ${path} can't be opened: check that its folder exists and that this user may write there.`;
    case SQLITE_BUSY:
      return `The database ${path} is locked by another program: stop it, or wait until it has finished.`;
  }
  if (["EACCES", "EPERM", "EROFS", "ENOENT"].includes(error.code ?? "")) {
    return `The folder of the database ${path} can't be created: give this user the right to write there.`;
  }
  if (error.code === "EEXIST" || error.code === "ENOTDIR") {
    return `The folder of the database ${path} can't be created: a file of that name is in the way.`;
  }
  return `The database ${path} can't be opened: ${error.message}.`;
}

/**
 * Opens a SQLite database: WAL, foreign keys on; one connection writes, another reads. Commits with
 * `synchronous=NORMAL` and brings the log to the disk itself before it says that they are done, which is as durable as
 * `FULL`, but blocks nobody, and those who commit at the same time share one wait. Where the file system allows no WAL,
 * `synchronous=FULL`.
 * Throws a `ConfigurationError` with one sentence when the file can't be used.
 */
export function openSqlite(path: string): Database {
  const { writer, reader, logged } = openConnections(path);
  const inMemory = reader === writer;
  // As an array: this is asked in every turn of the event loop that checks sessions, and objects cost more to make.
  const dataVersion = writer.handle.prepare("PRAGMA data_version");
  dataVersion.setReturnArrays(true);
  const listeners: ((table: string) => void)[] = [];
  let transactionOpen = false;
  let lastInLine: Promise<unknown> = Promise.resolve();
  let waiting = 0;
  let turnBegan = 0;
  let closed = false;
  /** The transaction that the caller runs in, if any. */
  const inside = new AsyncLocalStorage<{ open: boolean }>();

  function announce(sql: string): void {
    const table = writtenTable(sql);
    if (table !== null) for (const listener of listeners) listener(table);
  }

  /** Writers go one after another: a transaction spans turns of the event loop on the one writing connection. */
  function inLine<Result>(work: (giveUpAt: number) => Promise<Result>): Promise<Result> {
    // It would wait for the transaction that waits for it, and everybody else behind the two, for ever.
    if (inside.getStore()?.open) return Promise.reject(new TypeError(notInside));
    waiting += 1;
    // From here on, or a line of many would be refused one after the other, each after the whole limit.
    const giveUpAt = performance.now() + BUSY_LIMIT_MS;
    const begin = async () => {
      if (waiting > 1 && performance.now() - turnBegan > TURN_MS) {
        await new Promise<void>((resolve) => setImmediate(resolve));
        turnBegan = performance.now();
      }
      return work(giveUpAt);
    };
    const result = lastInLine.then(begin, begin).finally(() => {
      waiting -= 1;
    });
    lastInLine = result.catch(() => undefined);
    return result;
  }

  /** Waits outside SQLite, so that the event loop goes on serving. */
  async function untilNotBusy<Result>(
    attempt: () => Result,
    giveUpAt = performance.now() + BUSY_LIMIT_MS,
  ): Promise<Result> {
    for (let pause = 2; ; pause = Math.min(pause * 2, 50)) {
      try {
        return attempt();
      } catch (error) {
        if (!isBusy(error) || performance.now() > giveUpAt) throw translate(error);
        await delay(pause);
      }
    }
  }

  const exec = (sql: string) => translated(() => writer.handle.exec(sql));

  let log: FileHandle | undefined;
  const disk = createDiskSync({
    async sync() {
      // There once something was committed, and as long as the connections are. Windows syncs only what it may write.
      log ??= await open(`${realpathSync(path)}-wal`, "r+");
      await log.datasync();
    },
    /** Everything moves into the database itself, and the log begins anew. */
    repair: () =>
      inLine(async () => {
        const checkpoint = translated(() => writer.prepare("PRAGMA wal_checkpoint(TRUNCATE)").get());
        if ((checkpoint as { busy: number }).busy !== 0) throw unavailable(new Error("the disk failed"));
      }),
  });

  /** What a commit promised: on the disk before its promise resolves. */
  async function durable<Result>(committing: Promise<Result>): Promise<Result> {
    const result = await committing;
    if (logged) await disk.settle();
    return result;
  }

  /** One statement of the transaction that is open. */
  async function statement<Result>(sql: string, operation: () => Result): Promise<Result> {
    const result = translated(operation);
    announce(sql);
    return result;
  }

  const onWriter = {
    one: <Row>(sql: string, ...parameters: Value[]) =>
      statement(sql, () => writer.prepare(sql).get(...parameters) as Row | undefined),
    all: <Row>(sql: string, ...parameters: Value[]) =>
      statement(sql, () => writer.prepare(sql).all(...parameters) as Row[]),
    run: (sql: string, ...parameters: Value[]) =>
      statement(sql, () => Number(writer.prepare(sql).run(...parameters).changes)),
  };

  async function transact<Result>(
    work: (tx: Transaction) => Promise<Result>,
    committed: (() => void)[],
    giveUpAt: number,
  ): Promise<Result> {
    const written = new Set<string>();
    const tx: Transaction = { ...onWriter, afterCommit: (action) => void committed.push(action) };
    const remember = (table: string) => void written.add(table);
    await untilNotBusy(() => writer.handle.exec("BEGIN IMMEDIATE"), giveUpAt);
    transactionOpen = true;
    listeners.push(remember);
    const here = { open: true };
    try {
      const result = await inside.run(here, work, tx);
      await untilNotBusy(() => writer.handle.exec("COMMIT"));
      return result;
    } catch (error) {
      if (writer.handle.isOpen && writer.handle.isTransaction) exec("ROLLBACK");
      throw error;
    } finally {
      here.open = false;
      transactionOpen = false;
      listeners.splice(listeners.indexOf(remember), 1);
      // Once more after the commit: a read between a write and its commit saw the old state.
      for (const table of written) for (const listener of listeners) listener(table);
    }
  }

  async function transaction<Result>(
    work: (tx: Transaction) => Promise<Result>,
    { durability = "full" }: DurabilityOptions = {},
  ): Promise<Result> {
    const afterCommit: (() => void)[] = [];
    const committing = inLine((giveUpAt) => transact(work, afterCommit, giveUpAt));
    const result = await (durability === "full" ? durable(committing) : committing);
    for (const action of afterCommit) action();
    return result;
  }

  /** Reads go to the reading connection at once; in memory there is one connection, and they wait their turn. */
  async function read<Result>(operation: () => Result): Promise<Result> {
    if (inMemory && (transactionOpen || waiting > 0)) return inLine(() => untilNotBusy(operation));
    return untilNotBusy(operation);
  }

  /** A single writing statement is a transaction of its own. */
  function write<Result>(sql: string, operation: () => Result): Promise<Result> {
    return durable(
      inLine((giveUpAt) =>
        untilNotBusy(() => {
          const result = operation();
          announce(sql);
          return result;
        }, giveUpAt),
      ),
    );
  }

  return {
    engine: "sqlite",
    place: path,
    one: <Row>(sql: string, ...parameters: Value[]) =>
      writtenTable(sql) === null
        ? read(() => reader.prepare(sql).get(...parameters) as Row | undefined)
        : write(sql, () => writer.prepare(sql).get(...parameters) as Row | undefined),
    all: <Row>(sql: string, ...parameters: Value[]) =>
      writtenTable(sql) === null
        ? read(() => reader.prepare(sql).all(...parameters) as Row[])
        : write(sql, () => writer.prepare(sql).all(...parameters) as Row[]),
    run: (sql, ...parameters) => write(sql, () => Number(writer.prepare(sql).run(...parameters).changes)),
    transaction,
    oneNow: <Row>(sql: string, ...parameters: Value[]) => {
      if (inMemory && transactionOpen) return null;
      return translated(() => reader.prepare(sql).get(...parameters) as Row | undefined);
    },
    foreignWrites: () => translated(() => (dataVersion.get() as unknown as [number])[0]),
    onWrite: (listener) => void listeners.push(listener),
    close: async () => {
      if (closed) return;
      closed = true;
      await lastInLine;
      await disk.rest();
      await log?.close();
      if (!inMemory) reader.handle.close();
      writer.handle.close();
    },
  };
}
