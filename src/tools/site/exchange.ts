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
  method?: string;
  /** Set what is set by itself, too, such as another `host`. */
  headers?: Record<string, string>;
  body?: string;
}

/** How a site is reached. */
export interface Way {
  /** Names the scheme, the host and the port. */
  url: URL;
  /** Connected to in place of what the host's name stands for. */
  address?: string;
  /** Of the URL's scheme. */
  agent: HttpAgent | HttpsAgent;
  /** Ends the wait for the answer. */
  signal: AbortSignal;
  /** Milliseconds. */
  now(): number;
}

/** An answer, read to its end. */
export interface Reply {
  status: number;
  headers: Headers;
  /** The first 256 KiB. */
  body: string;
  /** From the request to the last byte of the answer. */
  milliseconds: number;
}

/** An answer with this machine's own address on the connection it came over. */
export interface Exchanged extends Reply {
  ownAddress: string | null;
}

const MOST_BODY_BYTES = 256 * 1024;

function headersOf({ rawHeaders }: IncomingMessage): Headers {
  const headers = new Headers();
  for (let index = 0; index < rawHeaders.length; index += 2)
    headers.append(rawHeaders[index] as string, rawHeaders[index + 1] as string);
  return headers;
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

/** Sends one request and reads the answer. Follows no redirect. Rejects with the system's error where none comes. */
export async function exchange(
  { url, address, agent, signal, now }: Way,
  path: string,
  { method = "GET", headers = {}, body }: Outgoing = {},
): Promise<Exchanged> {
  const secure = url.protocol === "https:";
  const host = bareHost(url);
  const before = now();
  const request = (secure ? overTls : plain)({
    agent,
    host: address ?? host,
    // Else the Host header would decide which certificate is asked for. An address has no such name.
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
  // Before the body is read: a connection that isn't kept is forgotten with its end.
  const ownAddress = message.socket.localAddress ?? null;
  const text = await bodyOf(message);
  const milliseconds = now() - before;
  return {
    status: message.statusCode ?? 0,
    headers: headersOf(message),
    body: text,
    milliseconds,
    ownAddress,
  };
}

/** The code of the system for why there was no answer; `timeout` where nobody waited any longer. */
export function failureOf(error: unknown): string {
  const { code, name } = error as NodeJS.ErrnoException;
  return name === "AbortError" || name === "TimeoutError" ? "timeout" : (code ?? name);
}
