import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import { type Answer, exchange, type Outgoing } from "./exchange.ts";

/** Counts requests. Several lines may share one. */
export interface Budget {
  /** Counts one request. Throws if it is one too many. */
  spend(): void;
  /** How many were counted, including refused ones. */
  spent(): number;
}

/** Kept connections to a site from one client address. */
export interface Line {
  /** Follows no redirect. Rejects with the system's error without an answer, and if the budget is spent. */
  send(method: string, path: string, outgoing?: Outgoing): Promise<Answer>;
  close(): void;
}

export interface LineOptions {
  url: URL;
  budget: Budget;
  /** Sent with every request that doesn't replace them. */
  headers: Readonly<Record<string, string>>;
  /** For each request. */
  timeoutMs: number;
  /** Ends all requests. */
  until?: AbortSignal;
  /** The address to connect to instead of the host's own. */
  address?: string;
  /** The address of this machine to connect from. */
  localAddress?: string | undefined;
  /** Authorities instead of Node's own. */
  ca?: string | undefined;
  maxSockets?: number;
  /** Milliseconds; tests replace it. */
  now?: () => number;
}

/** A budget of requests. `exceeded` makes the error for one too many. */
export function createBudget(most: number, exceeded: () => Error): Budget {
  let spent = 0;
  return {
    spend() {
      spent += 1;
      if (spent > most) throw exceeded();
    },
    spent: () => spent,
  };
}

/** Connects at the first request. */
export function openLine(options: LineOptions): Line {
  const { url, budget, headers, timeoutMs, until, address, now = () => performance.now() } = options;
  const { localAddress, ca, maxSockets } = options;
  const Agent = url.protocol === "https:" ? HttpsAgent : HttpAgent;
  const agent = new Agent({
    keepAlive: true,
    ...(localAddress === undefined ? {} : { localAddress }),
    ...(ca === undefined ? {} : { ca }),
    ...(maxSockets === undefined ? {} : { maxSockets }),
  });
  return {
    async send(method, path, outgoing = {}) {
      budget.spend();
      const limit = AbortSignal.timeout(timeoutMs);
      const signal = until === undefined ? limit : AbortSignal.any([until, limit]);
      const way = { url, address, agent, signal, now };
      return exchange(way, method, path, { ...outgoing, headers: { ...headers, ...outgoing.headers } });
    },
    close: () => agent.destroy(),
  };
}
