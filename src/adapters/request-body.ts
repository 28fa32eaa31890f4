import { parse } from "node:querystring";
import { bodyRefusal } from "../core/requests/index.ts";
import { LatchkeyError } from "../platform/errors/index.ts";
import { type BodyOptions, type Fields, parseBody } from "../platform/http/index.ts";

/*
 * Bodies that adapters share with their frameworks. The library's own routes read strictly, whichever code parsed the
 * body before. Of the application's bodies only the CSRF token matters. The rest stays as its parsers make it.
 */

export interface BodyLimits {
  /** For the library's own routes. */
  ownBytes: number;
  /** For the application's guarded routes, which may have the CSRF token in the body. */
  guardedBytes: number;
}

/** The limit for a guarded route's body that is read for its CSRF token. Larger bodies use the header. */
export const GUARDED_BODY_BYTES = 1024 * 1024;

const isJson = (type: string | null) => /^application\/json\b/i.test(type ?? "");
const isForm = (type: string | null) => /^application\/x-www-form-urlencoded\b/i.test(type ?? "");

/** Whether a body of this type is read for the token. Other bodies stay unread for the application. */
export function mayHoldToken(contentType: string | null): boolean {
  return isJson(contentType) || isForm(contentType);
}

/** An object of a parser, with any prototype. */
function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** Whether a parser found no body: some return undefined, some null, some an empty object. */
export function isEmptyBody(body: unknown): boolean {
  return body === undefined || body === null || (isPlainObject(body) && Object.keys(body).length === 0);
}

function encodeForm(body: unknown, lists: readonly string[]): string {
  if (!isPlainObject(body)) throw new LatchkeyError("malformed_body");
  const pairs = new URLSearchParams();
  for (const [name, value] of Object.entries(body)) {
    if (Array.isArray(value) && !name.endsWith("[]") && !lists.includes(name))
      throw new LatchkeyError("malformed_body");
    for (const single of Array.isArray(value) ? value : [value]) {
      if (typeof single !== "string") throw new LatchkeyError("malformed_body");
      pairs.append(name, single);
    }
  }
  return pairs.toString();
}

function encodeAgain(contentType: string | null, body: unknown, lists: readonly string[]): Uint8Array {
  if (body instanceof Uint8Array) return body;
  if (typeof body === "string") return Buffer.from(body);
  if (isEmptyBody(body)) return Buffer.from(isJson(contentType) && isPlainObject(body) ? "{}" : "");
  if (isForm(contentType)) return Buffer.from(encodeForm(body, lists));
  if (!isJson(contentType)) throw new LatchkeyError("unsupported_media_type");
  try {
    return Buffer.from(JSON.stringify(body));
  } catch (cause) {
    throw new LatchkeyError("malformed_body", { cause });
  }
}

/**
 * The fields of a body that a parser has read. They are turned back into text and read by the library's rules. So a
 * parser's leniency (nested names, lists, `__proto__`) has no effect. Throws a `LatchkeyError`: `malformed_body`,
 * `body_too_large`, `unsupported_media_type`.
 */
// Rows IN-02, IN-03.
export function readParsedBody(
  contentType: string | null,
  body: unknown,
  limitBytes: number,
  options: BodyOptions = {},
): Fields {
  const bytes = encodeAgain(contentType, body, options.lists ?? []);
  if (bytes.byteLength > limitBytes) throw new LatchkeyError("body_too_large");
  return readOwnBody(contentType, bytes, options);
}

/** The fields of a body's bytes, by the library's own rules. */
export function readOwnBody(contentType: string | null, bytes: Uint8Array, options?: BodyOptions): Fields {
  try {
    return parseBody(contentType, bytes, options);
  } catch (error) {
    throw bodyRefusal(error);
  }
}

/**
 * A body of the application, as its parsers would make it: names of a form may repeat. Undefined for other types.
 * Throws a `LatchkeyError`: `malformed_body`, `unsupported_media_type`.
 */
export function parseApplicationBody(contentType: string | null, body: Uint8Array | string): unknown {
  const bytes = typeof body === "string" ? Buffer.from(body) : body;
  if (isForm(contentType)) return parse(new TextDecoder().decode(bytes));
  return isJson(contentType) ? readOwnBody(contentType, bytes, { nested: true }) : undefined;
}

/** Only the CSRF token of the application's own body; a repeated token counts as absent. */
export function tokenOf(contentType: string | null, body: unknown): Fields {
  const fields: Fields = Object.create(null);
  const isText = typeof body === "string" || body instanceof Uint8Array;
  const parsed = isText ? parseApplicationBody(contentType, body) : body;
  if (!isPlainObject(parsed) || !Object.hasOwn(parsed, "csrf_token")) return fields;
  if (typeof parsed.csrf_token === "string") fields.csrf_token = parsed.csrf_token;
  return fields;
}
