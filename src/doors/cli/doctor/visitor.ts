import {
  type ClientRequest,
  Agent as HttpAgent,
  type IncomingMessage,
  request as requestPlain,
} from "node:http";
import { Agent as HttpsAgent, request as requestTls } from "node:https";
import { type AddressInfo, isIP } from "node:net";

export interface Answer {
  status: number;
  /** By lower-case name; several of one name are joined by commas. Without Set-Cookie. */
  headers: Readonly<Record<string, string>>;
  setCookies: readonly string[];
  /** The first 256 KiB. */
  body: string;
  milliseconds: number;
  /** UTC milliseconds. */
  receivedAt: number;
}

/** A request that got no answer, with the system's code for why. */
export interface NoAnswer {
  failed: string;
}

export type Visited = Answer | NoAnswer;

export interface VisitOptions {
  method?: string;
  headers?: Record<string, string>;
  body?: string;
  /** Over plain http on port 80 of the same host. */
  plain?: true;
}

export interface Visitor {
  visit(path: string, options?: VisitOptions): Promise<Visited>;
  /** How many requests were made. */
  count(): number;
  /** The own address of the last connection. */
  ownAddress(): string | null;
  close(): void;
}

export interface VisitorLimits {
  requests: number;
  eachMs: number;
  allMs: number;
}

const limits: VisitorLimits = { requests: 60, eachMs: 10_000, allMs: 120_000 };
const MOST_BODY_BYTES = 256 * 1024;

export function isAnswer(visited: Visited | null | undefined): visited is Answer {
  return visited !== null && visited !== undefined && !("failed" in visited);
}

function headersOf(message: IncomingMessage): Record<string, string> {
  const headers: Record<string, string> = Object.create(null);
  for (const [name, values] of Object.entries(message.headersDistinct)) {
    if (name !== "set-cookie") headers[name] = (values ?? []).join(", ");
  }
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

/**
 * Asks one origin, and follows no redirect. At most 60 requests, each for at most ten seconds and all within two
 * minutes; what would go beyond fails with `budget` or `timeout`. `ca`: authorities in place of Node's own, for tests.
 */
export function createVisitor(base: URL, given: Partial<VisitorLimits> = {}, ca?: string): Visitor {
  const { requests, eachMs, allMs } = { ...limits, ...given };
  const tls = new HttpsAgent({ keepAlive: true, maxSockets: 1, ...(ca === undefined ? {} : { ca }) });
  const plain = new HttpAgent({ keepAlive: true, maxSockets: 1 });
  const end = AbortSignal.timeout(allMs);
  const host = base.hostname.replace(/^\[(.*)\]$/, "$1");
  let count = 0;
  let own: string | null = null;

  async function ask(path: string, options: VisitOptions): Promise<Answer> {
    const { method = "GET", headers = {}, body } = options;
    const secure = base.protocol === "https:" && !options.plain;
    const sent: Record<string, string> = {
      "user-agent": "latchkey-doctor",
      accept: "text/html",
      ...headers,
      ...(body === undefined ? {} : { "content-length": String(Buffer.byteLength(body)) }),
    };
    const began = performance.now();
    const signal = AbortSignal.any([end, AbortSignal.timeout(eachMs)]);
    const request = (secure ? requestTls : requestPlain)({
      agent: secure ? tls : plain,
      host,
      // Else a forged Host would decide which certificate is asked for.
      ...(secure ? { servername: isIP(host) === 0 ? host : "" } : {}),
      port: options.plain ? 80 : base.port || (secure ? 443 : 80),
      path,
      method,
      headers: sent,
      signal,
    });
    request.once("socket", (socket) => {
      const note = () => {
        own = (socket.address() as AddressInfo).address ?? own;
      };
      if (socket.connecting) socket.once("connect", note);
      else note();
    });
    request.end(body);
    const message = await answered(request);
    const text = await bodyOf(message);
    return {
      status: message.statusCode ?? 0,
      headers: headersOf(message),
      setCookies: message.headers["set-cookie"] ?? [],
      body: text,
      milliseconds: performance.now() - began,
      receivedAt: Date.now(),
    };
  }

  return {
    async visit(path, options = {}) {
      if (count >= requests) return { failed: "budget" };
      count += 1;
      try {
        return await ask(path, options);
      } catch (error) {
        const { code, name } = error as NodeJS.ErrnoException;
        return { failed: name === "AbortError" || name === "TimeoutError" ? "timeout" : (code ?? name) };
      }
    },
    count: () => count,
    ownAddress: () => own,
    close() {
      tls.destroy();
      plain.destroy();
    },
  };
}
