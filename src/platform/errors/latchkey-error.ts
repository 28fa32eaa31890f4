/** Every code a refusal can carry. Stable: programs branch on it (contract, "Negotiation"). */
export type ErrorCode =
  | "invalid_input"
  | "malformed_body"
  | "invalid_credentials"
  | "too_many_attempts"
  | "login_required"
  | "forbidden"
  | "reauthentication_required"
  | "csrf_failed"
  | "link_invalid"
  | "other_browser"
  | "password_required"
  | "password_change_required"
  | "email_taken"
  | "username_taken"
  | "registration_closed"
  | "body_too_large"
  | "unsupported_media_type"
  | "method_not_allowed"
  | "not_found"
  | "overloaded"
  | "unavailable"
  | "internal_error";

const statusByCode: Record<ErrorCode, number> = {
  invalid_input: 422,
  malformed_body: 400,
  invalid_credentials: 401,
  too_many_attempts: 429,
  login_required: 401,
  forbidden: 403,
  reauthentication_required: 403,
  csrf_failed: 403,
  link_invalid: 410,
  other_browser: 403,
  password_required: 422,
  password_change_required: 403,
  email_taken: 422,
  username_taken: 422,
  registration_closed: 403,
  body_too_large: 413,
  unsupported_media_type: 415,
  method_not_allowed: 405,
  not_found: 404,
  overloaded: 503,
  unavailable: 503,
  internal_error: 500,
};

/** The problem of one field: a stable code, and the numbers its sentence needs. */
export interface FieldProblem {
  code: string;
  minimum?: number;
  maximum?: number;
}

/** Problems by field name. */
export type FieldProblems = Record<string, FieldProblem[]>;

export interface ErrorParticulars {
  /** For the log only; never shown. */
  detail?: string;
  /** Field problems of an `invalid_input`. */
  fields?: FieldProblems;
  /** Seconds after which trying again makes sense; becomes `Retry-After`. */
  retryAfterSeconds?: number;
  /** Methods the path knows; becomes `Allow`. */
  allow?: string[];
  cause?: unknown;
}

/**
 * A refusal with a stable code and an HTTP status. Users see the sentence that the message catalogue has for the
 * code; `detail` goes to the log only.
 */
export class LatchkeyError extends Error {
  readonly code: ErrorCode;
  readonly status: number;
  readonly fields: FieldProblems | undefined;
  readonly retryAfterSeconds: number | undefined;
  readonly allow: string[] | undefined;

  constructor(code: ErrorCode, particulars: ErrorParticulars = {}) {
    super(particulars.detail ?? code, particulars.cause === undefined ? {} : { cause: particulars.cause });
    this.name = "LatchkeyError";
    this.code = code;
    this.status = statusByCode[code];
    this.fields = particulars.fields;
    this.retryAfterSeconds = particulars.retryAfterSeconds;
    this.allow = particulars.allow;
  }
}

/** An `invalid_input` about a single field. */
export function fieldError(field: string, problem: FieldProblem | string): LatchkeyError {
  return new LatchkeyError("invalid_input", {
    fields: { [field]: [typeof problem === "string" ? { code: problem } : problem] },
  });
}

/**
 * The installation can't start as it is configured: wrong option, unusable database, unusable key. The message is one
 * sentence for the operator that says the fix.
 */
export class ConfigurationError extends Error {
  constructor(sentence: string, options?: ErrorOptions) {
    super(sentence, options);
    this.name = "ConfigurationError";
  }
}
