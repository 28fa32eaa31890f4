import { LatchkeyError } from "../../platform/errors/index.ts";
import { BodyError, type Fields, parseBody, readBytes } from "../../platform/http/index.ts";

/** A request as the library sees it, from every framework. */
export interface IncomingRequest {
  readonly method: string;
  /** The raw path without the query. Never decoded, so that a path has one spelling. */
  readonly path: string;
  /** The query with its `?`, or the empty text. */
  readonly query: string;
  /** The address at the other end of the socket. */
  readonly socketAddress: string | undefined;
  header(name: string): string | null;
  /**
   * The body's fields. Reads the body once and remembers it. A body that the framework parsed is used. Throws a
   * `LatchkeyError`: `malformed_body`, `body_too_large`, `unsupported_media_type`.
   */
  fields(): Promise<Record<string, unknown>>;
}

/** The library's refusal for a refused body. */
export function bodyRefusal(error: unknown): unknown {
  if (error instanceof BodyError)
    return new LatchkeyError(error.code, { detail: error.message, cause: error });
  return error;
}

/** Splits a request target from the request line; an absolute-form target keeps only its path. */
export function splitTarget(target: string): { path: string; query: string } {
  const start = target.startsWith("/")
    ? 0
    : (/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i.exec(target)?.[0].length ?? 0);
  const question = target.indexOf("?", start);
  const path = question === -1 ? target.slice(start) : target.slice(start, question);
  return { path: path === "" ? "/" : path, query: question === -1 ? "" : target.slice(question) };
}

export interface WebRequestOptions {
  socketAddress?: string | undefined;
  bodyLimitBytes: number;
}

/** Wraps a Web-standard `Request`. */
export function fromWebRequest(
  request: Request,
  { socketAddress, bodyLimitBytes }: WebRequestOptions,
): IncomingRequest {
  const { path, query } = splitTarget(request.url);
  let fields: Promise<Fields> | null = null;

  async function read(): Promise<Fields> {
    try {
      const length = request.headers.get("content-length");
      const bytes = await readBytes(
        request.body as ReadableStream<Uint8Array> | null,
        bodyLimitBytes,
        length,
      );
      return parseBody(request.headers.get("content-type"), bytes);
    } catch (error) {
      throw bodyRefusal(error);
    }
  }

  return {
    method: request.method,
    path,
    query,
    socketAddress,
    header: (name) => request.headers.get(name),
    fields: () => {
      fields ??= read();
      return fields;
    },
  };
}
