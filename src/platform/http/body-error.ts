/** The fields of a request body by name; no prototype, so that no name is special. */
export type Fields = Record<string, unknown>;

export type BodyErrorCode = "malformed_body" | "body_too_large" | "unsupported_media_type";

const STATUS = { malformed_body: 400, body_too_large: 413, unsupported_media_type: 415 } as const;

/** An unacceptable body. `message` is safe to show: it holds no part of the body. */
export class BodyError extends Error {
  readonly code: BodyErrorCode;
  readonly status: 400 | 413 | 415;

  constructor(code: BodyErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "BodyError";
    this.code = code;
    this.status = STATUS[code];
  }
}

/** Names that reach into prototypes; fields of these names are dropped. */
export const DANGEROUS_KEYS = new Set(["__proto__", "constructor", "prototype"]);

/** Refuses characters that no field may hold. */
export function checkCharacters(text: string, wholeBody = true): void {
  if (text.includes("\0")) throw malformed("The body has a NUL character.");
  if (!text.isWellFormed()) throw malformed("The body has half a surrogate pair.");
  if (wholeBody && text.startsWith("\ufeff")) throw malformed("The body begins with a byte order mark.");
}

export function malformed(message: string): BodyError {
  return new BodyError("malformed_body", message);
}
