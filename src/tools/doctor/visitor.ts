import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import { exchange, failureOf, type Outgoing } from "../site/exchange.ts";

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

export interface VisitOptions extends Outgoing {
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

export function isAnswer(visited: Visited | null | undefined): visited is Answer {
  return visited !== null && visited !== undefined && !("failed" in visited);
}

/**
 * Asks one origin, and follows no redirect. At most 60 requests, each for at most ten seconds and all within two
 * minutes; what would go beyond fails with `budget` or `timeout`. `ca`: authorities in place of Node's own, for tests.
 */
export function createVisitor(base: URL, given: Partial<VisitorLimits> = {}, ca?: string): Visitor {
  const { requests, eachMs, allMs } = { ...limits, ...given };
  const tls = new HttpsAgent({ keepAlive: true, maxSockets: 1, ...(ca === undefined ? {} : { ca }) });
  const plain = new HttpAgent({ keepAlive: true, maxSockets: 1 });
  const plainBase = new URL(`http://${base.hostname}`);
  const end = AbortSignal.timeout(allMs);
  let count = 0;
  let own: string | null = null;

  async function ask(path: string, options: VisitOptions): Promise<Answer> {
    const url = options.plain ? plainBase : base;
    const agent = url.protocol === "https:" ? tls : plain;
    const signal = AbortSignal.any([end, AbortSignal.timeout(eachMs)]);
    const way = { url, agent, signal, now: () => performance.now() };
    const headers = { "user-agent": "latchkey-doctor", accept: "text/html", ...options.headers };
    const { ownAddress, ...reply } = await exchange(way, path, { ...options, headers });
    own = ownAddress ?? own;
    return {
      ...reply,
      headers: Object.fromEntries([...reply.headers].filter(([name]) => name !== "set-cookie")),
      setCookies: reply.headers.getSetCookie(),
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
        return { failed: failureOf(error) };
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
