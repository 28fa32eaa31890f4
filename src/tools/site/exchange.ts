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
  /** They replace the headers that are set by default, such as `host`. */
  headers?: Readonly<Record<string, string>>;
  body?: string;
}

/** How a request reaches a site. */
export interface Way {
  /** Names the scheme, the host and the port. */
  url: URL;
  /** The address to connect to instead of the one that the host's name has. */
  address?: string | undefined;
  /** For the URL's scheme. */
  agent: HttpAgent | HttpsAgent;
  /** Ends the wait for the answer. */
  signal: AbortSignal;
  /** Milliseconds. */
  now(): number;
}

/** An answer that was read to its end. */
export interface Reply {
  status: number;
  /** By lower-case name; commas join several headers of one name. Set-Cookie isn't among them. */
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

/** A request without an answer, with the system's code for the reason. */
export interface NoAnswer {
  failed: string;
}

export type Visited = Reply | NoAnswer;

const MOST_BODY_BYTES = 256 * 1024;

function headersOf({ rawHeaders }: IncomingMessage): Pick<Reply, "headers" | "setCookies"> {
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

/** Sends one request and reads the answer. Follows no redirect. Rejects with the system's error without an answer. */
export async function exchange(
  { url, address, agent, signal, now }: Way,
  method: string,
  path: string,
  { headers = {}, body }: Outgoing = {},
): Promise<Reply> {
  const secure = url.protocol === "https:";
  const host = bareHost(url);
  const before = now();
  const request = (secure ? overTls : plain)({
    agent,
    host: address ?? host,
    // Without it the Host header would choose the certificate. An address has no such name.
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
  // Before the body is read: a connection that isn't kept loses its address at its end.
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

/** The system's code for a missing answer; `timeout` when the wait ended. */
export function failureOf(error: unknown): string {
  const { code, name } = error as NodeJS.ErrnoException;
  return name === "AbortError" || name === "TimeoutError" ? "timeout" : (code ?? name);
}

/** The answer, or the reason for its absence; never rejects. */
export async function attempt(asking: Promise<Reply>): Promise<Visited> {
  try {
    return await asking;
  } catch (error) {
    return { failed: failureOf(error) };
  }
}

export function isAnswer(visited: Visited | null | undefined): visited is Reply {
  return visited !== null && visited !== undefined && !("failed" in visited);
}

/** A member of a JSON answer; undefined when there is none. */
export function member(reply: Reply, name: string): unknown {
  try {
    return (JSON.parse(reply.body) as Record<string, unknown> | null)?.[name];
  } catch {
    return undefined;
  }
}
