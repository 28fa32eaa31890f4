import { BodyError, checkCharacters, DANGEROUS_KEYS, type Fields, malformed } from "./body-error.ts";
import { parseJson } from "./json-body.ts";

const MAXIMUM_PAIRS = 200;
const CHARSET = String.raw`(?:[ \t]*;[ \t]*charset=(?:utf-8|"utf-8"))?$`;
const JSON_TYPE = new RegExp(`^application/json${CHARSET}`, "i");
const FORM_TYPE = new RegExp(`^application/x-www-form-urlencoded${CHARSET}`, "i");

export interface BodyOptions {
  /** Names that a form may repeat; their values become a list. Default none. */
  lists?: readonly string[];
  /** Whether JSON may hold objects in objects. Default no. */
  nested?: boolean;
}

/**
 * Reads a body of at most `limitBytes` bytes. A larger Content-Length is refused before reading. The limit also holds
 * while reading, so a chunked body can't grow past it. The rest of a refused body is cancelled.
 *
 * Throws BodyError `body_too_large`. Throws `malformed_body` if the stream breaks off or Content-Length isn't a
 * number.
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
      // Not awaited: a source that never finishes cancelling must not delay the refusal.
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
 * The fields of a body by its media type: exactly `application/json` or `application/x-www-form-urlencoded`, with at
 * most a `charset=utf-8` parameter. Without type and bytes the body has no fields. Bytes must be valid UTF-8 without a
 * byte order mark. Throws BodyError `unsupported_media_type` for every other type, multipart included, and
 * `malformed_body`.
 *
 * @see Row CF-04
 */
export function parseBody(
  contentType: string | null,
  bytes: Uint8Array,
  { lists, nested }: BodyOptions = {},
): Fields {
  if (!contentType && bytes.byteLength === 0) return Object.create(null);
  const type = contentType ?? "";
  if (JSON_TYPE.test(type)) return parseJson(decodeUtf8(bytes), nested);
  if (FORM_TYPE.test(type)) return parseForm(decodeUtf8(bytes), lists);
  throw new BodyError(
    "unsupported_media_type",
    "Send the body as application/json or application/x-www-form-urlencoded, in UTF-8.",
  );
}

/**
 * Strict application/x-www-form-urlencoded. A name ending in `[]`, or one of `lists`, may repeat. Its values become an
 * array under the name without brackets. An empty value adds nothing to that array, so a form can send an empty list.
 * Other brackets are part of the name. Names that reach into prototypes are dropped.
 *
 * Throws BodyError `malformed_body` for invalid percent-encoding or UTF-8, NUL, a repeated name and more than 200 pairs.
 */
export function parseForm(text: string, lists: readonly string[] = []): Fields {
  checkCharacters(text);
  const fields: Fields = Object.create(null);
  const pairs = text.split("&", MAXIMUM_PAIRS + 1);
  if (pairs.length > MAXIMUM_PAIRS) throw malformed(`The form has more than ${MAXIMUM_PAIRS} fields.`);

  for (const pair of pairs) {
    if (pair === "") continue;
    const equals = pair.indexOf("=");
    const given = decodeComponent(equals === -1 ? pair : pair.slice(0, equals));
    const value = equals === -1 ? "" : decodeComponent(pair.slice(equals + 1));
    const name = given.endsWith("[]") ? given.slice(0, -2) : given;
    if (DANGEROUS_KEYS.has(name)) continue;

    const known = fields[name];
    if (name !== given || lists.includes(name)) {
      if (known !== undefined && !Array.isArray(known)) throw malformed("The form has a field twice.");
      fields[name] = [...(known ?? []), ...(value === "" ? [] : [value])];
    } else if (known !== undefined) {
      throw malformed("The form has a field twice.");
    } else {
      fields[name] = value;
    }
  }
  return fields;
}

function decodeUtf8(bytes: Uint8Array): string {
  try {
    // With ignoreBOM a byte order mark stays in the text, which is then refused.
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

function tooLarge(limitBytes: number): BodyError {
  return new BodyError("body_too_large", `The request body is larger than ${limitBytes} bytes.`);
}
