import { realpathSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import type { StatementSync } from "node:sqlite";
import type { Database, DurabilityOptions, Transaction, Value } from "./database.ts";
import { createDiskSync } from "./disk-sync.ts";
import { type Connection, openConnections } from "./sqlite-connections.ts";
import { isRefusedWrite, translated, unavailable } from "./sqlite-errors.ts";
import { createLine, untilNotBusy } from "./sqlite-line.ts";

const readsOnly = "one() and all() read: a statement that writes goes through run() or returning().";

/** A statement that wrote, as reported by the engine and the caller. */
export interface Write {
  /** Tables that it may write, by lower-case name, including those of its triggers. */
  readonly tables: ReadonlySet<string>;
  /** Triggers write too, in unknown rows. */
  readonly triggers: boolean;
  readonly sql: string;
  readonly parameters: readonly Value[];
  /** Rows of its own table that it changed, without those of triggers. Null if it failed half-way. */
  readonly changes: number | null;
}

/** Gets this process's writes: each statement, and the end of its transaction, committed or not. */
export interface WriteListener {
  wrote(write: Write): void;
  ended(): void;
}

/** What SQLite can do beyond the port. Only its session store uses this. */
export interface SqliteDatabase extends Database {
  /**
   * Reads one row within this turn of the event loop. `undefined`: no such row. `null`: impossible right now, use `one`
   * (an in-memory database inside a transaction).
   */
  oneNow<Row>(sql: string, ...parameters: Value[]): Row | undefined | null;
  /** A number that changes whenever another process (or connection) wrote to the database. */
  foreignWrites(): number;
  /** Registers a listener. It gets the end of a transaction in the turn of the commit, before any promise. */
  onWrite(listener: WriteListener): void;
}

/**
 * Opens a SQLite database: WAL, foreign keys on; one connection writes, another reads. It commits with
 * `synchronous=NORMAL`, and resolves once the log is on the disk. That is as durable as `FULL`, but doesn't block, and
 * parallel commits share one wait. Without WAL on the file system it uses `synchronous=FULL`. Throws a
 * `ConfigurationError` with one sentence if the file can't be used.
 */
export function openSqlite(path: string): SqliteDatabase {
  const { writer, reader, logged } = openConnections(path);
  const inMemory = reader === writer;
  // As an array: every turn of the event loop that checks sessions reads this, and objects cost more.
  const dataVersion = writer.handle.prepare("PRAGMA data_version");
  dataVersion.setReturnArrays(true);
  const listeners: WriteListener[] = [];
  const line = createLine();
  let transactionOpen = false;
  let closed = false;

  const ended = () => {
    for (const listener of listeners) listener.ended();
  };

  let log: FileHandle | undefined;
  const disk = createDiskSync({
    async sync() {
      // It exists from the first commit until the connections close. Windows syncs only files that it may write.
      log ??= await open(`${realpathSync(path)}-wal`, "r+");
      await log.datasync();
    },
    /** Moves the log into the database and starts a new one. */
    repair: () =>
      line.wait(async () => {
        const { statement } = translated(() => writer.prepare("PRAGMA wal_checkpoint(TRUNCATE)"));
        const checkpoint = translated(() => statement.get());
        if ((checkpoint as { busy: number }).busy !== 0) throw unavailable(new Error("the disk failed"));
      }),
  });

  /** On the disk before the commit's promise resolves. */
  async function durable<Result>(committing: Promise<Result>): Promise<Result> {
    const result = await committing;
    if (logged) await disk.settle();
    return result;
  }

  /** Runs a statement that writes, and calls the listeners. */
  function write<Result>(
    sql: string,
    parameters: readonly Value[],
    operation: (statement: StatementSync) => { result: Result; changes: number },
  ): Result {
    const prepared = writer.prepare(sql);
    let changed: number | null = null;
    try {
      const { result, changes } = writer.execute(prepared, operation);
      changed = changes;
      return result;
    } finally {
      const { writes: tables, triggers } = prepared.report;
      const report = { tables, triggers, sql, parameters, changes: changed };
      if (tables.size > 0) for (const listener of listeners) listener.wrote(report);
    }
  }

  const run = (sql: string, parameters: readonly Value[]): number =>
    write(sql, parameters, (statement) => {
      const changes = Number(statement.run(...parameters).changes);
      return { result: changes, changes };
    });

  const returning = <Row>(sql: string, parameters: readonly Value[]): Row[] =>
    write(sql, parameters, (statement) => {
      const result = statement.all(...parameters) as Row[];
      return { result, changes: result.length };
    });

  /**
   * Runs a statement that must not write. A reported write may only explain one (`EXPLAIN`). So the engine decides: the
   * statement runs on a connection that refuses to write.
   */
  function reading<Result>(
    connection: Connection,
    sql: string,
    operation: (statement: StatementSync) => Result,
  ): Result {
    const { statement, report } = connection.prepare(sql);
    if (connection === writer && report.writes.size === 0) return operation(statement);
    try {
      if (connection === writer) writer.handle.exec("PRAGMA query_only = ON");
      return operation(statement);
    } catch (error) {
      throw isRefusedWrite(error) ? new TypeError(readsOnly, { cause: error }) : error;
    } finally {
      if (connection === writer) writer.handle.exec("PRAGMA query_only = OFF");
    }
  }

  /** The queries of the open transaction. */
  const onWriter = {
    one: async <Row>(sql: string, ...parameters: Value[]) =>
      translated(() => reading(writer, sql, (statement) => statement.get(...parameters) as Row | undefined)),
    all: async <Row>(sql: string, ...parameters: Value[]) =>
      translated(() => reading(writer, sql, (statement) => statement.all(...parameters) as Row[])),
    run: async (sql: string, ...parameters: Value[]) => translated(() => run(sql, parameters)),
    returning: async <Row>(sql: string, ...parameters: Value[]) =>
      translated(() => returning<Row>(sql, parameters)),
  };

  /** One attempt: a single writer needs no more. */
  async function attempt<Result>(
    work: (tx: Transaction) => Promise<Result>,
    giveUpAt: number,
  ): Promise<{ result: Result; actions: (() => void)[] }> {
    const actions: (() => void)[] = [];
    const tx: Transaction = { ...onWriter, afterCommit: (action) => void actions.push(action) };
    await untilNotBusy(() => writer.handle.exec("BEGIN IMMEDIATE"), giveUpAt);
    transactionOpen = true;
    try {
      const result = await line.inside(() => work(tx));
      await untilNotBusy(() => {
        writer.handle.exec("COMMIT");
        // In the same turn: a session that ended with it is dead from here on.
        ended();
      });
      return { result, actions };
    } catch (error) {
      if (writer.handle.isOpen && writer.handle.isTransaction)
        translated(() => writer.handle.exec("ROLLBACK"));
      throw error;
    } finally {
      transactionOpen = false;
      // Also after a failure: a failed commit may still have happened.
      ended();
    }
  }

  async function transaction<Result>(
    work: (tx: Transaction) => Promise<Result>,
    { durability = "full" }: DurabilityOptions = {},
  ): Promise<Result> {
    const committing = line.wait((giveUpAt) => attempt(work, giveUpAt));
    const { result, actions } = await (durability === "full" ? durable(committing) : committing);
    for (const action of actions) action();
    return result;
  }

  /** Reads go to the reading connection at once. In memory the only connection makes them wait their turn. */
  async function read<Result>(sql: string, operation: (statement: StatementSync) => Result): Promise<Result> {
    const attemptToRead = () => reading(reader, sql, operation);
    if (inMemory && (transactionOpen || !line.isEmpty)) return line.wait(() => untilNotBusy(attemptToRead));
    return untilNotBusy(attemptToRead);
  }

  /** A single writing statement is a separate transaction. */
  function alone<Result>(operation: () => Result): Promise<Result> {
    const attemptAlone = () => {
      try {
        return operation();
      } finally {
        ended();
      }
    };
    return durable(line.wait((giveUpAt) => untilNotBusy(attemptAlone, giveUpAt)));
  }

  return {
    engine: "sqlite",
    place: path,
    one: <Row>(sql: string, ...parameters: Value[]) =>
      read(sql, (statement) => statement.get(...parameters) as Row | undefined),
    all: <Row>(sql: string, ...parameters: Value[]) =>
      read(sql, (statement) => statement.all(...parameters) as Row[]),
    run: (sql, ...parameters) => alone(() => run(sql, parameters)),
    returning: <Row>(sql: string, ...parameters: Value[]) => alone(() => returning<Row>(sql, parameters)),
    transaction,
    oneNow: <Row>(sql: string, ...parameters: Value[]) => {
      if (inMemory && transactionOpen) return null;
      return translated(() => reader.prepare(sql).statement.get(...parameters) as Row | undefined);
    },
    foreignWrites: () => translated(() => (dataVersion.get() as unknown as [number])[0]),
    onWrite: (listener) => void listeners.push(listener),
    close: async () => {
      if (closed) return;
      closed = true;
      await line.drained();
      await disk.rest();
      await log?.close();
      if (!inMemory) reader.handle.close();
      writer.handle.close();
    },
  };
}
