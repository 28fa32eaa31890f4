import { attempt, type Outgoing, type Visited } from "../site/exchange.ts";
import { createBudget, type Line, openLine } from "../site/line.ts";

/** The limits on requests to a site. */
export interface SiteLimits {
  requests: number;
  /** For each request. */
  eachMs: number;
  /** For all requests together. */
  allMs: number;
}

const defaultLimits: SiteLimits = { requests: 60, eachMs: 10_000, allMs: 120_000 };

/** Requests any path of an origin. */
export type Ask = (path: string, options?: Outgoing & { method?: string }) => Promise<Visited>;

const asking =
  (line: Line): Ask =>
  (path, { method = "GET", ...outgoing } = {}) =>
    attempt(line.send(method, path, outgoing));

/**
 * Lines to a site and to plain http on the same host, with one budget. A request beyond the limits fails with `budget`
 * or `timeout`.
 * @param ca authorities instead of Node's own
 */
export function openLines(base: URL, given: Partial<SiteLimits> = {}, ca?: string) {
  const { requests, eachMs, allMs } = { ...defaultLimits, ...given };
  const shared = {
    budget: createBudget(requests, () => Object.assign(new Error("Too many requests."), { code: "budget" })),
    headers: { "user-agent": "latchkey-doctor", accept: "text/html" },
    timeoutMs: eachMs,
    until: AbortSignal.timeout(allMs),
    maxSockets: 1,
  };
  const line = openLine({ ...shared, url: base, ca });
  const plain = openLine({ ...shared, url: new URL(`http://${base.hostname}`) });
  return {
    line,
    ask: asking(line),
    askPlain: asking(plain),
    close() {
      line.close();
      plain.close();
    },
  };
}
