import type { IncomingMessage } from "node:http";
import type { Auth } from "../auth.ts";
import {
  bodyRefusal,
  type IncomingRequest,
  isUnsafe,
  type RequestAuth,
  splitTarget,
} from "../core/requests/index.ts";
import { type Fields, readBytes } from "../platform/http/index.ts";
import {
  isEmptyBody,
  mayHoldToken,
  parseApplicationBody,
  readOwnBody,
  readParsedBody,
  tokenOf,
} from "./request-body.ts";

/** The body as the framework has it on its request. */
export interface ParsedBody {
  get(): unknown;
  /** Keeps what was read here, so that the application and later parsers find it. */
  set(body: unknown): void;
}

export interface NodeRequestOptions {
  /** The target as it stood in the request line; routers shorten `message.url`. */
  target: string;
  body: ParsedBody;
  /** For the library's own routes. */
  bodyLimitBytes: number;
  /** For the application's guarded routes, where the CSRF token is looked for in the body. */
  guardedBodyBytes: number;
}

/**
 * The first part of every adapter on Node: the library's own answer, or who asks. Throws what refuses the request.
 */
export async function admit<Own extends object, Values extends object>(
  auth: Auth<Own, Values>,
  { incoming, release }: NodeRequest,
): Promise<Response | RequestAuth<Own, Values>> {
  const answer = await auth.handle(incoming);
  if (answer !== null) return answer;
  release();
  if (isUnsafe(incoming.method)) auth.checkOrigin(incoming);
  return auth.for(incoming);
}

/** A request on its way through an adapter. */
export interface NodeRequest {
  incoming: IncomingRequest;
  /** It is none of the library's own: from here on its body belongs to the application. */
  release(): void;
}

function headerOf(message: IncomingMessage, name: string): string | null {
  const value = message.headers[name.toLowerCase()];
  return (Array.isArray(value) ? value.join(", ") : value) ?? null;
}

/**
 * The message's bytes as a stream. Cancelling it lets the rest of the body run into the void: destroying the message
 * would cut the connection that the refusal has to travel on.
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
    // Too large by its own word: not a byte is read, and Node clears the wire after the answer.
    if (Number(length ?? 0) > limitBytes) return await readBytes(null, limitBytes, length);
    return await readBytes(bytesOf(message), limitBytes, length);
  } catch (error) {
    throw bodyRefusal(error);
  }
}

/** Wraps a message of `node:http`, before or behind body parsers. */
export function fromNodeRequest(
  message: IncomingMessage,
  { target, body, bodyLimitBytes, guardedBodyBytes }: NodeRequestOptions,
): NodeRequest {
  const { path, query } = splitTarget(target);
  const contentType = headerOf(message, "content-type");
  let fields: Promise<Fields> | undefined;
  let own = true;

  /** Whether the bytes are still to be had. */
  const isUnread = () => !message.readableDidRead && !message.readableEnded && isEmptyBody(body.get());

  async function readOwn(): Promise<Fields> {
    if (isUnread()) return readOwnBody(contentType, await readMessage(message, bodyLimitBytes));
    return readParsedBody(contentType, body.get(), bodyLimitBytes);
  }

  async function readToken(): Promise<Fields> {
    await readApplicationBody(message, body, guardedBodyBytes);
    return tokenOf(contentType, body.get());
  }

  const incoming: IncomingRequest = {
    method: message.method ?? "GET",
    path,
    query,
    socketAddress: message.socket?.remoteAddress,
    header: (name) => headerOf(message, name),
    fields: () => {
      fields ??= own ? readOwn() : readToken();
      return fields;
    },
  };
  return {
    incoming,
    release() {
      own = false;
    },
  };
}

/** Reads a form or JSON that nobody read yet into `body`; everything else stays on the wire for the application. */
export async function readApplicationBody(
  message: IncomingMessage,
  body: ParsedBody,
  limitBytes: number,
): Promise<void> {
  const contentType = headerOf(message, "content-type");
  const isUnread = !message.readableDidRead && !message.readableEnded && isEmptyBody(body.get());
  if (!isUnread || !mayHoldToken(contentType)) return;
  const bytes = await readMessage(message, limitBytes);
  body.set(parseApplicationBody(contentType, bytes));
}
