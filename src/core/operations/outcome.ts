import {
  type Continuation,
  type ErrorCode,
  type FieldProblems,
  LatchkeyError,
} from "../../platform/errors/index.ts";

/** A refusal as a value: branch on `code`. */
export interface Refusal {
  ok: false;
  code: ErrorCode;
  /** Field → problems, for `invalid_input`. */
  fields?: FieldProblems;
  /** The time after which another try makes sense. */
  /** In seconds. */
  retryAfterSeconds?: number;
  /** The remaining step of the sign-in, which has no session yet. */
  next?: Continuation;
  /** The application's own sentence, from a `before` hook. */
  sentence?: string;
}

/** The answer of a function: its result, or a refusal as a value. */
export type Outcome<Result> = ({ ok: true } & Result) | Refusal;

/** Runs an operation and turns its refusals into values. Unexpected errors still throw. */
export async function attempt<Result extends object>(work: () => Promise<Result>): Promise<Outcome<Result>> {
  try {
    return { ok: true, ...(await work()) };
  } catch (error) {
    if (!(error instanceof LatchkeyError) || error.code === "internal_error") throw error;
    const { code, fields, retryAfterSeconds, next, sentence } = error;
    return {
      ok: false,
      code,
      ...(fields === undefined ? {} : { fields }),
      ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
      ...(next === undefined ? {} : { next }),
      ...(sentence === undefined ? {} : { sentence }),
    };
  }
}

/**
 * The result of a function, or its refusal thrown as a `LatchkeyError`. For scripts and tests, in which a refusal is a
 * mistake.
 *
 * @example
 * const { user } = await unwrap(auth.users.create({ email: "anna@example.org" }));
 */
export async function unwrap<Result extends object>(
  outcome: Outcome<Result> | Promise<Outcome<Result>>,
): Promise<{ ok: true } & Result> {
  const settled = await outcome;
  if (settled.ok) return settled;
  const { code, ok: _, ...particulars } = settled;
  throw new LatchkeyError(code, particulars);
}
