import type { IncomingMessage, ServerResponse } from "node:http";
import type { Context } from "hono";
import { bodyRefusal, type IncomingRequest, splitTarget } from "../core/requests/index.ts";
import { LatchkeyError } from "../platform/errors/index.ts";
import { type BodyOptions, type Fields, parseBody, parseForm, readBytes } from "../platform/http/index.ts";
import { headerOf } from "./node-request.ts";
import type { BodyLimits } from "./request-body.ts";

/** Node's request and response, as `@hono/node-server` passes them. */
export interface NodeBindings {
  incoming: IncomingMessage;
  outgoing: ServerResponse;
}

export function nodeOf(c: Context): NodeBindings | undefined {
  const bindings = c.env as Partial<NodeBindings> | undefined;
  return bindings?.incoming?.socket === undefined || bindings.outgoing?.setHeader === undefined
    ? undefined
    : (bindings as NodeBindings);
}

/** A request of Hono, on Node and elsewhere. */
export class HonoRequest implements IncomingRequest {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly #c: Context;
  readonly #message: IncomingMessage | undefined;
  readonly #limits: BodyLimits;
  #fields: Promise<Fields> | undefined;
  #isOwn = true;

  constructor(c: Context, message: IncomingMessage | undefined, limits: BodyLimits) {
    const { raw } = c.req;
    const { path, query } = splitTarget(message?.url ?? raw.url);
    this.method = raw.method;
    this.path = path;
    this.query = query;
    this.#c = c;
    this.#message = message;
    this.#limits = limits;
  }

  /** Trusts another server's socket address if it passes the socket, as Node's does. */
  get socketAddress(): string | undefined {
    const bindings = this.#c.env as { incoming?: { socket?: { remoteAddress?: string } } } | undefined;
    return bindings?.incoming?.socket?.remoteAddress;
  }

  /** Node has parsed the headers already; a `Headers` object would be created from them for every request. */
  header(name: string): string | null {
    if (this.#message === undefined) return this.#c.req.raw.headers.get(name);
    return headerOf(this.#message, name);
  }

  fields(): Promise<Fields> {
    const { ownBytes, guardedBytes } = this.#limits;
    this.#fields ??= this.#isOwn
      ? readOwnFields(this.#c, ownBytes)
      : readFields(this.#c, guardedBytes, { nested: true });
    return this.#fields;
  }

  /** The request belongs to the application: from here on its body does too. */
  release(): void {
    this.#isOwn = false;
  }
}

/** Fields of a form that an earlier parser read; files count as absent. */
function formFields(form: FormData): Fields {
  const pairs = [...form].filter((pair): pair is [string, string] => typeof pair[1] === "string");
  return parseForm(new URLSearchParams(pairs).toString());
}

/** Reads the body's fields through Hono's cache, so that the order of readers doesn't matter. */
async function readFields(c: Context, limitBytes: number, options: BodyOptions): Promise<Fields> {
  const { req } = c;
  const type = req.header("content-type") ?? null;
  try {
    if (Object.keys(req.bodyCache).length === 0) {
      const body = req.raw.body as ReadableStream<Uint8Array> | null;
      const bytes = await readBytes(body, limitBytes, req.header("content-length") ?? null);
      // Hono keeps promises here, although its type says otherwise.
      (req.bodyCache as Record<string, unknown>).arrayBuffer = Promise.resolve(bytes.slice().buffer);
    }
    const multipart = /^multipart\/form-data\b/i.test(type ?? "");
    if (req.bodyCache.formData !== undefined || multipart) return formFields(await req.formData());
    const bytes = new Uint8Array(await req.arrayBuffer());
    if (bytes.byteLength > limitBytes) throw new LatchkeyError("body_too_large");
    return parseBody(type, bytes, options);
  } catch (error) {
    const refusal = bodyRefusal(error);
    if (refusal instanceof LatchkeyError) throw refusal;
    throw new LatchkeyError("malformed_body", { cause: error });
  }
}

/** For the library's own routes. Their limit and types apply to the body, whichever code read it before. */
async function readOwnFields(c: Context, limitBytes: number): Promise<Fields> {
  const { req } = c;
  if (/^multipart\//i.test(req.header("content-type") ?? ""))
    throw new LatchkeyError("unsupported_media_type");
  const length = Number(req.header("content-length") ?? 0);
  if (length > limitBytes) throw new LatchkeyError("body_too_large");
  return readFields(c, limitBytes, {});
}
