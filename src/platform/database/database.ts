/** What a statement takes and a row holds. Booleans are stored as 0 and 1, times as UTC milliseconds. */
export type Value = string | number | Uint8Array | null;

/**
 * Runs SQL written with `$1` placeholders. Each text is prepared once per connection and kept, so statements
 * are constants: never build SQL from input.
 *
 * The method says whether a statement writes. `one` and `all` read, and refuse a statement that writes with a
 * `TypeError`; `run` and `returning` write.
 */
export interface Queries {
  /** Reads the first row, or undefined. */
  one<Row>(sql: string, ...parameters: Value[]): Promise<Row | undefined>;
  /** Reads all rows. */
  all<Row>(sql: string, ...parameters: Value[]): Promise<Row[]>;
  /** Writes, and returns how many rows changed. Throws `UniqueViolation` when a unique index refuses a row. */
  run(sql: string, ...parameters: Value[]): Promise<number>;
  /** Writes, and returns the rows of the statement's `RETURNING`. Throws `UniqueViolation` as `run` does. */
  returning<Row>(sql: string, ...parameters: Value[]): Promise<Row[]>;
}

/** A transaction: the queries in it happen together, or not at all. */
export interface Transaction extends Queries {
  /**
   * Calls `action` once the transaction is durable. Actions of an attempt that was rolled back are dropped.
   * The one place for effects outside the database.
   */
  afterCommit(action: () => void): void;
}

/** How durable a transaction is. */
export interface DurabilityOptions {
  /** `full` (default): on disk before the promise resolves. `relaxed`: may be lost in a power cut, never torn. */
  durability?: "full" | "relaxed";
}

/** The port to the database. Everything else in the library speaks to this. */
export interface Database extends Queries {
  readonly engine: "sqlite";
  /** Where the database is, without secrets, for messages. */
  readonly place: string;
  /**
   * Runs `work` in one transaction: all of it happens, or nothing.
   *
   * Transactions are serialisable: each sees the database as if no other ran at the same time. To keep that promise an
   * engine may roll an attempt back and run `work` again, so **`work` may run more than once**. Change nothing outside
   * the database in there: return values, and leave other effects to `afterCommit`. What the last attempt returns is
   * the result. An error that `work` throws rolls back and ends the transaction.
   *
   * A statement in `work` that would wait for the database itself is refused with a `TypeError`: use `tx`.
   */
  transaction<Result>(
    work: (tx: Transaction) => Promise<Result>,
    options?: DurabilityOptions,
  ): Promise<Result>;
  close(): Promise<void>;
}

/**
 * A unique index refused a row. `columns` are named as `table.column`.
 *
 * @example
 * try {
 *   await auth.database.run("INSERT INTO tags (name) VALUES ($1)", "news");
 * } catch (error) {
 *   if (!(error instanceof UniqueViolation)) throw error;
 * }
 */
export class UniqueViolation extends Error {
  readonly columns: string[];
  constructor(columns: string[], options?: ErrorOptions) {
    super(`Already taken: ${columns.join(", ")}`, options);
    this.name = "UniqueViolation";
    this.columns = columns;
  }
}
