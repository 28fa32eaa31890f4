import type { IncomingMessage } from "node:http";
import type { AdapterAuth } from "../adapter-auth.ts";
import {
  bodyRefusal,
  type IncomingRequest,
  isUnsafe,
  type RequestAuth,
  splitTarget,
} from "../core/requests/index.ts";
import { type Fields, readBytes } from "../platform/http/index.ts";
import {
  type BodyLimits,
  isEmptyBody,
  mayHoldToken,
  parseApplicationBody,
  readOwnBody,
  readParsedBody,
  tokenOf,
} from "./request-body.ts";

/** The object that holds the framework's parsed body, so that the application and later parsers find it. */
export interface BodyHolder {
  body?: unknown;
}

export function headerOf(message: IncomingMessage, name: string): string | null {
  const value = message.headers[name.toLowerCase()];
  return (Array.isArray(value) ? value.join(", ") : value) ?? null;
}

/**
 * A message of `node:http`, before or after body parsers. Reading a body is prepared only on demand: most requests have
 * none.
 */
export class NodeRequest implements IncomingRequest {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly #message: IncomingMessage;
  readonly #holder: BodyHolder;
  readonly #limits: BodyLimits;
  #fields: Promise<Fields> | undefined;
  #isOwn = true;

  /** `target` is from the request line; routers shorten `message.url`. */
  constructor(message: IncomingMessage, target: string, holder: BodyHolder, limits: BodyLimits) {
    const { path, query } = splitTarget(target);
    this.method = message.method ?? "GET";
    this.path = path;
    this.query = query;
    this.#message = message;
    this.#holder = holder;
    this.#limits = limits;
  }

  get socketAddress(): string | undefined {
    return this.#message.socket?.remoteAddress;
  }

  header(name: string): string | null {
    return headerOf(this.#message, name);
  }

  fields(): Promise<Fields> {
    this.#fields ??= this.#isOwn ? this.#readOwn() : this.#readToken();
    return this.#fields;
  }

  /** The request belongs to the application: from here on its body does too. */
  release(): void {
    this.#isOwn = false;
  }

  /** The form or JSON of the application; undefined for another type, whose bytes stay on the message. */
  async applicationBody(): Promise<unknown> {
    const type = this.header("content-type");
    if (isUnread(this.#message, this.#holder) && mayHoldToken(type)) {
      const bytes = await readMessage(this.#message, this.#limits.guardedBytes);
      this.#holder.body = parseApplicationBody(type, bytes);
    }
    return this.#holder.body;
  }

  async #readOwn(): Promise<Fields> {
    const type = this.header("content-type");
    const { ownBytes } = this.#limits;
    if (isUnread(this.#message, this.#holder)) {
      return readOwnBody(type, await readMessage(this.#message, ownBytes));
    }
    return readParsedBody(type, this.#holder.body, ownBytes);
  }

  async #readToken(): Promise<Fields> {
    return tokenOf(this.header("content-type"), await this.applicationBody());
  }
}

/**
 * The first part of every adapter on Node. Returns the library's answer or the request's auth, at once if the session
 * is known. A refused request throws or rejects.
 */
export function admit(
  auth: AdapterAuth,
  request: NodeRequest,
): RequestAuth | Promise<Response | RequestAuth> {
  return auth.owns(request) ? answerOwn(auth, request) : admitApplication(auth, request);
}

async function answerOwn(auth: AdapterAuth, request: NodeRequest): Promise<Response | RequestAuth> {
  return (await auth.handle(request)) ?? admitApplication(auth, request);
}

function admitApplication(auth: AdapterAuth, request: NodeRequest): RequestAuth | Promise<RequestAuth> {
  request.release();
  if (isUnsafe(request.method)) auth.checkOrigin(request);
  return auth.forNow(request);
}

/** Whether the bytes are still unread. */
function isUnread(message: IncomingMessage, { body }: BodyHolder): boolean {
  return !message.readableDidRead && !message.readableEnded && isEmptyBody(body);
}

/**
 * The message's bytes as a stream. Cancelling it discards the rest of the body. Destroying the message would cut the
 * connection that the refusal needs.
 */
function bytesOf(message: IncomingMessage): ReadableStream<Uint8Array> {
  let open = true;
  return new ReadableStream<Uint8Array>({
    start(controller) {
      const finish = (act: () => void) => () => {
        if (open) act();
        open = false;
      };
      const fail = finish(() => controller.error(new Error("The request broke off.")));
      if (message.destroyed && !message.readableEnded) return fail();
      message.on("data", (chunk: Buffer) => {
        if (open) controller.enqueue(chunk);
      });
      message.once(
        "end",
        finish(() => controller.close()),
      );
      message.once("error", fail);
      message.once("close", fail);
    },
    cancel() {
      open = false;
      message.resume();
    },
  });
}

async function readMessage(message: IncomingMessage, limitBytes: number): Promise<Uint8Array> {
  try {
    const length = headerOf(message, "content-length");
    // The declared length is too large: no byte is read, and Node drains the connection after the answer.
    if (Number(length ?? 0) > limitBytes) return await readBytes(null, limitBytes, length);
    return await readBytes(bytesOf(message), limitBytes, length);
  } catch (error) {
    throw bodyRefusal(error);
  }
}
