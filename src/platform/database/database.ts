/** What a statement takes and a row holds. Booleans are stored as 0 and 1, times as UTC milliseconds. */
export type Value = string | number | Uint8Array | null;

/**
 * Runs SQL written with `$1` placeholders. Each text is prepared once per connection and kept, so statements
 * are constants: never build SQL from input.
 */
export interface Queries {
  /** The first row, or undefined. */
  one<Row>(sql: string, ...parameters: Value[]): Promise<Row | undefined>;
  /** All rows. */
  all<Row>(sql: string, ...parameters: Value[]): Promise<Row[]>;
  /** Runs a statement and says how many rows it changed. Throws `UniqueViolation` where a unique index refuses. */
  run(sql: string, ...parameters: Value[]): Promise<number>;
}

export interface Transaction extends Queries {
  /** Called once the transaction is durable; never after a rollback. */
  afterCommit(action: () => void): void;
}

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
   * Runs `work` in one transaction: all of it happens, or nothing. What would wait for the database itself in there is
   * refused with a `TypeError`.
   */
  transaction<Result>(
    work: (tx: Transaction) => Promise<Result>,
    options?: DurabilityOptions,
  ): Promise<Result>;
  /**
   * The hot path's way in: reads one row without leaving this turn of the event loop. `undefined` is "no such
   * row"; `null` is "not possible right now, use `one`" (an in-memory database inside a transaction).
   */
  oneNow<Row>(sql: string, ...parameters: Value[]): Row | undefined | null;
  /** A number that changes whenever another process (or connection) has written to the database. */
  foreignWrites(): number;
  /** Registers a listener that hears the table of every own write, before its promise resolves. */
  onWrite(listener: (table: string) => void): void;
  close(): Promise<void>;
}

/** A unique index refused a row. `columns` are named as `table.column`. */
export class UniqueViolation extends Error {
  readonly columns: string[];
  constructor(columns: string[], options?: ErrorOptions) {
    super(`Already taken: ${columns.join(", ")}`, options);
    this.name = "UniqueViolation";
    this.columns = columns;
  }
}

/** The table a writing statement names, or null for a statement that only reads. */
export function writtenTable(sql: string): string | null {
  const match = /^\s*(?:INSERT\s+(?:OR\s+\w+\s+)?INTO|UPDATE|DELETE\s+FROM)\s+(\w+)/i.exec(sql);
  return match === null ? null : (match[1] as string).toLowerCase();
}
