/** The fields of a request body by name; no prototype, so that no name is special. */
export type Fields = Record<string, unknown>;

export type BodyErrorCode = "malformed_body" | "body_too_large" | "unsupported_media_type";

const STATUS = { malformed_body: 400, body_too_large: 413, unsupported_media_type: 415 } as const;

/** A body that can't be accepted; `message` is safe to show and holds nothing of the body. */
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

const MAXIMUM_PAIRS = 200;
const MAXIMUM_DEPTH = 32;
const DANGEROUS_KEYS = new Set(["__proto__", "constructor", "prototype"]);
/** The only names a form may repeat, with the name their values are collected under. */
const LISTS = new Map([
  ["scopes", "scopes"],
  ["scopes[]", "scopes"],
  ["roles", "roles"],
  ["roles[]", "roles"],
]);
const CHARSET = String.raw`(?:[ \t]*;[ \t]*charset=(?:utf-8|"utf-8"))?$`;
const JSON_TYPE = new RegExp(`^application/json${CHARSET}`, "i");
const FORM_TYPE = new RegExp(`^application/x-www-form-urlencoded${CHARSET}`, "i");

/**
 * Reads a body of at most `limitBytes` bytes. A larger Content-Length is refused before anything is read; the
 * limit also holds while reading, so a chunked body can't grow past it. The rest of a refused body is cancelled.
 *
 * Throws BodyError `body_too_large`, or `malformed_body` when the stream breaks off or Content-Length is no number.
 */
export async function readBytes(
  stream: ReadableStream<Uint8Array> | null,
  limitBytes: number,
  contentLength?: string | null,
): Promise<Uint8Array> {
  if (contentLength !== undefined && contentLength !== null) {
    if (!/^\d+$/.test(contentLength)) throw malformed("The Content-Length header is not a number.");
    if (Number(contentLength) > limitBytes) {
      stream?.cancel().catch(() => {});
      throw tooLarge(limitBytes);
    }
  }
  if (stream === null) return new Uint8Array(0);

  const reader = stream.getReader();
  const chunks: Uint8Array[] = [];
  let size = 0;
  while (true) {
    const { done, value } = await reader.read().catch((cause: unknown) => {
      throw new BodyError("malformed_body", "The request body broke off.", { cause });
    });
    if (done) break;
    if (!ArrayBuffer.isView(value)) throw malformed("The request body is not made of bytes.");
    size += value.byteLength;
    if (size > limitBytes) {
      // Not awaited: a source that never finishes cancelling must not hold the refusal back.
      reader.cancel().catch(() => {});
      throw tooLarge(limitBytes);
    }
    chunks.push(value);
  }
  if (chunks.length === 1) return chunks[0]!;

  const bytes = new Uint8Array(size);
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return bytes;
}

/**
 * The fields of a body by its media type: exactly `application/json` or `application/x-www-form-urlencoded`, with
 * at most a `charset=utf-8` parameter. No type and no bytes are no fields. Bytes must be valid UTF-8 without a
 * byte order mark. Throws BodyError `unsupported_media_type` for every other type, multipart included (CF-04),
 * and `malformed_body`.
 */
export function parseBody(contentType: string | null, bytes: Uint8Array): Fields {
  if (!contentType && bytes.byteLength === 0) return Object.create(null);
  const type = contentType ?? "";
  if (JSON_TYPE.test(type)) return parseJson(decodeUtf8(bytes));
  if (FORM_TYPE.test(type)) return parseForm(decodeUtf8(bytes));
  throw new BodyError(
    "unsupported_media_type",
    "Send the body as application/json or application/x-www-form-urlencoded, in UTF-8.",
  );
}

/**
 * Strict application/x-www-form-urlencoded. Throws BodyError `malformed_body` for invalid percent-encoding or
 * UTF-8, NUL, a name given twice and more than 200 pairs. Only `scopes`, `scopes[]`, `roles` and `roles[]` may
 * repeat; they become an array under the name without brackets, and an empty value adds nothing to it (the way
 * for a form to send an empty list). Other brackets are part of the name. Names that reach into prototypes are
 * dropped.
 */
export function parseForm(text: string): Fields {
  checkCharacters(text);
  const fields: Fields = Object.create(null);
  const pairs = text.split("&", MAXIMUM_PAIRS + 1);
  if (pairs.length > MAXIMUM_PAIRS) throw malformed(`The form has more than ${MAXIMUM_PAIRS} fields.`);

  for (const pair of pairs) {
    if (pair === "") continue;
    const equals = pair.indexOf("=");
    const name = decodeComponent(equals === -1 ? pair : pair.slice(0, equals));
    const value = equals === -1 ? "" : decodeComponent(pair.slice(equals + 1));
    if (DANGEROUS_KEYS.has(name)) continue;

    const listName = LISTS.get(name);
    if (listName !== undefined) {
      fields[listName] ??= [];
      if (value !== "") (fields[listName] as string[]).push(value);
    } else if (name in fields) {
      throw malformed("The form has a field twice.");
    } else {
      fields[name] = value;
    }
  }
  return fields;
}

/**
 * A JSON object. Throws BodyError `malformed_body` for anything else at the top, invalid JSON, a byte order mark,
 * a key given twice in one object at any depth (two readers could each see another value), NUL or lone surrogates
 * in a string, and nesting deeper than 32. Keys that reach into prototypes are dropped at every depth.
 */
export function parseJson(text: string): Fields {
  checkCharacters(text);
  const { dangerous } = scanJson(text);
  let parsed: unknown;
  try {
    parsed = dangerous
      ? JSON.parse(text, (key, value: unknown) => (DANGEROUS_KEYS.has(key) ? undefined : value))
      : JSON.parse(text);
  } catch {
    // The parser's own message quotes the body, which may hold a password.
    throw malformed("The body is not valid JSON.");
  }
  if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) {
    throw malformed("The body must be a JSON object.");
  }
  return Object.assign(Object.create(null), parsed);
}

/**
 * One pass over JSON text for what JSON.parse lets pass. It may misread invalid JSON, which JSON.parse then
 * refuses. An open object is the set of its keys so far, an open array is null; no recursion, so depth costs
 * nothing.
 */
function scanJson(text: string): { dangerous: boolean } {
  const open: (Set<string> | null)[] = [];
  let dangerous = false;
  let keyNext = false;
  for (let index = 0; index < text.length; index++) {
    const character = text[index];
    if (character === "{" || character === "[") {
      if (open.length === MAXIMUM_DEPTH) throw malformed(`The JSON is nested deeper than ${MAXIMUM_DEPTH}.`);
      open.push(character === "{" ? new Set() : null);
      keyNext = character === "{";
    } else if (character === "}" || character === "]") {
      open.pop();
      keyNext = false;
    } else if (character === ",") {
      keyNext = open.at(-1) instanceof Set;
    } else if (character === '"') {
      const end = endOfString(text, index);
      const string = stringAt(text, index, end);
      const keys = open.at(-1);
      if (keyNext && keys) {
        if (keys.has(string)) throw malformed("The JSON has a key twice.");
        keys.add(string);
        if (DANGEROUS_KEYS.has(string)) dangerous = true;
      }
      keyNext = false;
      index = end;
    }
  }
  return { dangerous };
}

/** The index of the quote that closes the string opened at `start`. */
function endOfString(text: string, start: number): number {
  for (let index = start + 1; index < text.length; index++) {
    const character = text[index];
    if (character === '"') return index;
    if (character === "\\") index++;
  }
  throw malformed("The body is not valid JSON.");
}

function stringAt(text: string, start: number, end: number): string {
  const raw = text.slice(start + 1, end);
  if (!raw.includes("\\")) return raw;
  let decoded: string;
  try {
    decoded = JSON.parse(text.slice(start, end + 1)) as string;
  } catch {
    throw malformed("The body is not valid JSON.");
  }
  checkCharacters(decoded, false);
  return decoded;
}

function decodeUtf8(bytes: Uint8Array): string {
  try {
    // ignoreBOM keeps a byte order mark in the text, where it is refused.
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw malformed("The body is not valid UTF-8.");
  }
}

function decodeComponent(text: string): string {
  let decoded: string;
  try {
    decoded = decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    throw malformed("The form has invalid percent-encoding.");
  }
  if (decoded.includes("\0")) throw malformed("The body has a NUL character.");
  return decoded;
}

function checkCharacters(text: string, wholeBody = true): void {
  if (text.includes("\0")) throw malformed("The body has a NUL character.");
  if (!text.isWellFormed()) throw malformed("The body has half a surrogate pair.");
  if (wholeBody && text.startsWith("\ufeff")) throw malformed("The body begins with a byte order mark.");
}

function malformed(message: string): BodyError {
  return new BodyError("malformed_body", message);
}

function tooLarge(limitBytes: number): BodyError {
  return new BodyError("body_too_large", `The request body is larger than ${limitBytes} bytes.`);
}
