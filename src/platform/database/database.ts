/** A value of a statement or a row. Booleans are stored as 0 and 1, times as UTC milliseconds. */
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
  /** Writes, and returns how many rows changed. Throws `UniqueViolation` if a unique index refuses a row. */
  run(sql: string, ...parameters: Value[]): Promise<number>;
  /** Writes, and returns the rows of the statement's `RETURNING`. Throws `UniqueViolation` as `run` does. */
  returning<Row>(sql: string, ...parameters: Value[]): Promise<Row[]>;
}

/** A transaction: its queries all happen, or none does. */
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

/** The port to the database. The rest of the library uses only this. */
export interface Database extends Queries {
  readonly engine: "sqlite";
  /** The place of the database for messages, without secrets. */
  readonly place: string;
  /**
   * Runs `work` in one transaction: all of it happens, or none.
   *
   * Transactions are serialisable: each sees the database as if no other ran at the same time. For that an engine may
   * roll an attempt back and run `work` again, so **`work` may run more than once**. It must change only the database:
   * return values, and leave other effects to `afterCommit`. The result is that of the last attempt. If `work` throws,
   * the transaction rolls back and ends.
   *
   * Using the database itself inside `work` throws a `TypeError`, because it would deadlock: use `tx`.
   */
  transaction<Result>(
    work: (tx: Transaction) => Promise<Result>,
    options?: DurabilityOptions,
  ): Promise<Result>;
  close(): Promise<void>;
}

/**
 * A unique index refused a row. `columns` are named `table.column`.
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
