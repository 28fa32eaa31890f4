import type { Secret } from "../crypto/index.ts";

declare global {
  namespace Latchkey {
    /**
     * The codes that refusals carry, and their HTTP status. A feature adds its own where it declares itself:
     * `declare global { namespace Latchkey { interface Refusals { other_browser: 403 } } }`
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

/** Where a sign-in goes on that has a step left. */
export interface Continuation {
  /** The step's name, such as `choose_password`. */
  stage: string;
  /** The path where the step is answered. */
  path: string;
  /**
   * What names the pending sign-in: a browser has it in a cookie, a script hands over `token.reveal()`. It is as good
   * as what was proven so far, so a logged refusal shows `[redacted]`.
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

/** What a refusal carries besides its code. */
export interface ErrorParticulars {
  /** For the log only; never shown. */
  detail?: string;
  /** Shown in place of the catalogue's sentence. */
  sentence?: string;
  /** Field problems of an `invalid_input`. */
  fields?: FieldProblems;
  /** Seconds after which trying again makes sense; becomes `Retry-After`. */
  retryAfterSeconds?: number;
  /** Methods the path knows; becomes `Allow`. */
  allow?: string[];
  /** The step of the sign-in that is left. */
  next?: Continuation;
  cause?: unknown;
}

/**
 * A refusal with a stable code and an HTTP status. Users see the sentence that the message catalogue has for the
 * code; `detail` goes to the log only.
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
  /** The step of the sign-in that is left, if this is why there is no session yet. */
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
 * The installation can't start as it is configured: wrong option, unusable database, unusable key. The message is one
 * sentence for the operator that says the fix.
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
