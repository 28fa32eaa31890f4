import { LatchkeyError } from "../errors/index.ts";
import { UniqueViolation } from "./database.ts";

const SQLITE_BUSY = 5;
const SQLITE_READONLY = 8;
const SQLITE_CONSTRAINT_UNIQUE = 2067;
const SQLITE_CONSTRAINT_PRIMARYKEY = 1555;
const SQLITE_CONSTRAINT_ROWID = 2579;

export interface SqliteError extends Error {
  errcode?: number;
  code?: string;
}

export function isBusy(error: unknown): boolean {
  return ((error as SqliteError).errcode ?? 0) % 256 === SQLITE_BUSY;
}

/** The error of a connection with `query_only` for a statement that writes. Extended codes concern the file instead. */
export function isRefusedWrite(error: unknown): boolean {
  return (error as SqliteError).errcode === SQLITE_READONLY;
}

/** Turns SQLite's errors into the library's: a taken unique value, or a store that can't serve now (503). */
export function translate(error: unknown): unknown {
  const { errcode, code, message } = error as SqliteError;
  // The error of node:sqlite for a closed connection.
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

export function unavailable(cause: SqliteError): LatchkeyError {
  return new LatchkeyError("unavailable", {
    detail: `database: ${cause.message}`,
    retryAfterSeconds: 5,
    cause,
  });
}

/** Runs a call of `node:sqlite` and translates its errors. */
export function translated<Result>(operation: () => Result): Result {
  try {
    return operation();
  } catch (error) {
    throw translate(error);
  }
}

/** One sentence for a file that can't be opened, with the fix. */
export function openingProblem(path: string, error: SqliteError): string {
  switch ((error.errcode ?? 0) % 256) {
    case 26:
      return `${path} is not a SQLite database: choose another file or restore it from a backup.`;
    case 11:
      return `The database ${path} is damaged: restore it from a backup.`;
    case SQLITE_READONLY:
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
