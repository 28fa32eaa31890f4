import {
  type ClientRequest,
  type Agent as HttpAgent,
  type IncomingMessage,
  request as plain,
} from "node:http";
import { type Agent as HttpsAgent, request as overTls } from "node:https";
import { isIP } from "node:net";
import { bareHost } from "./address.ts";

/** A request to a site. */
export interface Outgoing {
  /** They replace default headers, such as `host`. */
  headers?: Readonly<Record<string, string>>;
  body?: string;
}

/** How a request reaches a site. */
export interface Way {
  /** Names the scheme, the host and the port. */
  url: URL;
  /** The address to connect to instead of the host's own. */
  address?: string | undefined;
  /** For the URL's scheme. */
  agent: HttpAgent | HttpsAgent;
  /** Ends the wait for the answer. */
  signal: AbortSignal;
  /** Milliseconds. */
  now(): number;
}

/** A complete answer. */
export interface Answer {
  status: number;
  /** By lower-case name; commas join several headers of one name. Without Set-Cookie. */
  headers: Readonly<Record<string, string>>;
  setCookies: readonly string[];
  /** The first 256 KiB. */
  body: string;
  /** From the request to the last byte of the answer. */
  milliseconds: number;
  /** UTC milliseconds. */
  receivedAt: number;
  /** The address of this machine on the connection. */
  ownAddress: string | null;
}

/** A request without an answer. The system's code is the reason. */
export interface NoAnswer {
  failed: string;
}

export type Visited = Answer | NoAnswer;

const MOST_BODY_BYTES = 256 * 1024;

function headersOf({ rawHeaders }: IncomingMessage): Pick<Answer, "headers" | "setCookies"> {
  const headers = new Headers();
  for (let index = 0; index < rawHeaders.length; index += 2)
    headers.append(rawHeaders[index] as string, rawHeaders[index + 1] as string);
  const others = [...headers].filter(([name]) => name !== "set-cookie");
  return { headers: Object.fromEntries(others), setCookies: headers.getSetCookie() };
}

async function bodyOf(message: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of message as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > MOST_BODY_BYTES) break;
  }
  return Buffer.concat(chunks).toString("utf8", 0, MOST_BODY_BYTES);
}

function answered(request: ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    request.once("response", resolve);
    request.once("error", reject);
  });
}

/**
 * Sends one request and reads the answer. Follows no redirect. Without an answer it rejects with the system's error.
 */
export async function exchange(
  { url, address, agent, signal, now }: Way,
  method: string,
  path: string,
  { headers = {}, body }: Outgoing = {},
): Promise<Answer> {
  const secure = url.protocol === "https:";
  const host = bareHost(url);
  const before = now();
  const request = (secure ? overTls : plain)({
    agent,
    host: address ?? host,
    // Otherwise the Host header would choose the certificate. An address has no such name.
    ...(secure ? { servername: isIP(host) === 0 ? host : "" } : {}),
    port: url.port || (secure ? 443 : 80),
    method,
    path,
    signal,
    headers: {
      host: url.host,
      ...(body === undefined ? {} : { "content-length": Buffer.byteLength(body) }),
      ...headers,
    },
  });
  request.end(body);
  const message = await answered(request);
  // Before the body is read: a closed connection has no address.
  const ownAddress = message.socket.localAddress ?? null;
  const text = await bodyOf(message);
  const milliseconds = now() - before;
  return {
    status: message.statusCode ?? 0,
    ...headersOf(message),
    body: text,
    milliseconds,
    receivedAt: Date.now(),
    ownAddress,
  };
}

/** The system's code for a missing answer; `timeout` if the wait ended. */
export function failureOf(error: unknown): string {
  const { code, name } = error as NodeJS.ErrnoException;
  return name === "AbortError" || name === "TimeoutError" ? "timeout" : (code ?? name);
}

/** The answer, or why it is missing. Never rejects. */
export async function attempt(asking: Promise<Answer>): Promise<Visited> {
  try {
    return await asking;
  } catch (error) {
    return { failed: failureOf(error) };
  }
}

export function isAnswer(visited: Visited | null | undefined): visited is Answer {
  return visited !== null && visited !== undefined && !("failed" in visited);
}

/** A member of a JSON answer; undefined if missing. */
export function member(reply: Answer, name: string): unknown {
  try {
    return (JSON.parse(reply.body) as Record<string, unknown> | null)?.[name];
  } catch {
    return undefined;
  }
}
