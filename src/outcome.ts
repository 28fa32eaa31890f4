import { type ErrorCode, type FieldProblems, LatchkeyError } from "./platform/errors/index.ts";

/** A refusal as a value: branch on `code`. */
export interface Refusal {
  ok: false;
  code: ErrorCode;
  /** Field → problems, for `invalid_input`. */
  fields?: FieldProblems;
  /** When trying again makes sense. */
  retryAfterSeconds?: number;
}

export type Outcome<Result> = ({ ok: true } & Result) | Refusal;

/** Runs an operation and turns its refusals into values. Anything unexpected still throws. */
export async function attempt<Result extends object>(work: () => Promise<Result>): Promise<Outcome<Result>> {
  try {
    return { ok: true, ...(await work()) };
  } catch (error) {
    if (!(error instanceof LatchkeyError) || error.code === "internal_error") throw error;
    const { code, fields, retryAfterSeconds } = error;
    return {
      ok: false,
      code,
      ...(fields === undefined ? {} : { fields }),
      ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
    };
  }
}
