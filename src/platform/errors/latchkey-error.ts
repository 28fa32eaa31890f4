import type { Secret } from "../crypto/index.ts";

declare global {
  namespace Latchkey {
    /**
     * The codes that refusals carry, and their HTTP status. A feature adds its own in its declaration: `declare global
     * { namespace Latchkey { interface Refusals { other_browser: 403 } } }`
     */
    interface Refusals {
      invalid_input: 422;
      malformed_body: 400;
      login_required: 401;
      forbidden: 403;
      csrf_failed: 403;
      body_too_large: 413;
      unsupported_media_type: 415;
      method_not_allowed: 405;
      not_found: 404;
      overloaded: 503;
      unavailable: 503;
      internal_error: 500;
    }
  }
}

/** Every code a refusal can carry. Stable: programs branch on it. */
export type ErrorCode = keyof Latchkey.Refusals & string;

const statusByCode = new Map<string, number>(
  Object.entries({
    invalid_input: 422,
    malformed_body: 400,
    login_required: 401,
    forbidden: 403,
    csrf_failed: 403,
    body_too_large: 413,
    unsupported_media_type: 415,
    method_not_allowed: 405,
    not_found: 404,
    overloaded: 503,
    unavailable: 503,
    internal_error: 500,
  }),
);

/** Adds codes with their HTTP status. A code that has a status keeps it; two features that disagree don't start. */
export function declareRefusals(statuses: Readonly<Record<string, number>>): void {
  for (const [code, status] of Object.entries(statuses))
    if (!statusByCode.has(code)) statusByCode.set(code, status);
}

/** The step that a sign-in continues with. */
export interface Continuation {
  /** The step's name, such as `choose_password`. */
  stage: string;
  /** The path that answers the step. */
  path: string;
  /**
   * Identifies the pending sign-in. A browser has it in a cookie; a script passes `token.reveal()`. It is as good as the
   * proofs so far, so a logged refusal shows `[redacted]`.
   *
   * @see Row LG-03
   */
  token: Secret;
}

/** The problem of one field: a stable code, and the numbers its sentence needs. */
export interface FieldProblem {
  code: string;
  minimum?: number;
  maximum?: number;
}

/** Problems by field name. */
export type FieldProblems = Record<string, FieldProblem[]>;

/** The details of a refusal besides its code. */
export interface ErrorParticulars {
  /** For the log only; never shown. */
  detail?: string;
  /** Shown in place of the catalogue's sentence. */
  sentence?: string;
  /** Field problems of an `invalid_input`. */
  fields?: FieldProblems;
  /** Seconds after which trying again makes sense; becomes `Retry-After`. */
  retryAfterSeconds?: number;
  /** Methods of the path; becomes `Allow`. */
  allow?: string[];
  /** The site's own address, if the visitor opened another address of the same machine. */
  address?: string;
  /** The remaining step of the sign-in. */
  next?: Continuation;
  cause?: unknown;
}

/**
 * A refusal with a stable code and an HTTP status. Users see the catalogue's sentence for the code; `detail` goes only
 * to the log.
 *
 * @example
 * if (post === undefined) throw new LatchkeyError("not_found", { detail: "no such post" });
 */
export class LatchkeyError extends Error {
  readonly code: ErrorCode;
  readonly status: number;
  readonly fields: FieldProblems | undefined;
  readonly retryAfterSeconds: number | undefined;
  readonly allow: string[] | undefined;
  /** Shown in place of the catalogue's sentence. */
  readonly sentence: string | undefined;
  /** The site's own address, if the visitor opened another address of the same machine. */
  readonly address: string | undefined;
  /** The remaining step of the sign-in, if that is why no session exists yet. */
  readonly next: Continuation | undefined;

  constructor(code: ErrorCode, particulars: ErrorParticulars = {}) {
    super(particulars.detail ?? code, particulars.cause === undefined ? {} : { cause: particulars.cause });
    this.name = "LatchkeyError";
    this.code = code;
    this.status = statusByCode.get(code) ?? 500;
    this.fields = particulars.fields;
    this.retryAfterSeconds = particulars.retryAfterSeconds;
    this.allow = particulars.allow;
    this.sentence = particulars.sentence;
    this.address = particulars.address;
    this.next = particulars.next;
  }
}

/**
 * An `invalid_input` about a single field.
 *
 * @example
 * if (title.length > 200) throw fieldError("title", { code: "too_long", maximum: 200 });
 */
export function fieldError(field: string, problem: FieldProblem | string): LatchkeyError {
  return new LatchkeyError("invalid_input", {
    fields: { [field]: [typeof problem === "string" ? { code: problem } : problem] },
  });
}

/**
 * The installation can't start with this configuration: a wrong option, database or key. The message is one sentence
 * for the operator that says the fix.
 *
 * @example
 * await auth.ready().catch((error: unknown) => {
 *   if (error instanceof ConfigurationError) console.error(error.message);
 *   process.exit(1);
 * });
 */
export class ConfigurationError extends Error {
  constructor(sentence: string, options?: ErrorOptions) {
    super(sentence, options);
    this.name = "ConfigurationError";
  }
}
