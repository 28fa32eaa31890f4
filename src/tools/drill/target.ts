import { randomInt } from "node:crypto";
import * as http from "node:http";
import * as https from "node:https";
import { isIPv4 } from "node:net";
import { Refusal } from "../../cli/command.ts";
import { isLoopback } from "../site/address.ts";
import { exchange, failureOf, type Outgoing, type Reply } from "../site/exchange.ts";
import { member } from "./visitor.ts";

/** Kept connections from one client address. */
export interface Line {
  /** Rejects with the system's error where nobody answers within 30 seconds. Follows no redirects. */
  send(method: string, path: string, outgoing?: Omit<Outgoing, "method">): Promise<Reply>;
  /** Ends its connections, where many lines are used up before the drill ends. */
  close(): void;
}

/** The site that is attacked. */
export interface Target {
  /** Where the library is mounted: empty, or a path without a slash at its end. */
  readonly basePath: string;
  /** Whether every line comes from a client address of its own, so that each has an untouched budget. */
  readonly manyAddresses: boolean;
  /** Connections from a client address that wasn't used before, as far as there are several. */
  line(): Line;
  /** Milliseconds. */
  now(): number;
  /** How many requests were sent. */
  sent(): number;
  close(): void;
}

export interface TargetOptions {
  url: URL;
  /** Candidates; the first where the library answers is taken. */
  addresses: readonly string[];
  /** The bound: one more request is an error. */
  mostRequests: number;
  /** Replaced in tests. */
  now?: () => number;
}

const TIMEOUT_MS = 30_000;

/** Why an address isn't the library's, and whether anything answers there. */
interface Problem {
  reached: boolean;
  sentence: string;
}

/** Any address of 127.0.0.0/8 is this machine's on Linux. Random, so that a drill can be repeated at once. */
const anyLoopback = (): string => `127.${randomInt(1, 255)}.${randomInt(0, 256)}.${randomInt(1, 255)}`;

/** Finds the site. Throws a `Refusal` where nothing answers there, or something else than the library. */
export async function openTarget({
  url,
  addresses,
  mostRequests,
  now = () => performance.now(),
}: TargetOptions): Promise<Target> {
  const protocol = url.protocol === "https:" ? https : http;
  const basePath = url.pathname.replace(/\/+$/, "");
  const agents = new Set<http.Agent>();
  let sent = 0;

  function lineTo(address: string, localAddress?: string): Line {
    const agent = new protocol.Agent({
      keepAlive: true,
      ...(localAddress === undefined ? {} : { localAddress }),
    });
    agents.add(agent);
    return {
      async send(method, path, { headers = {}, body } = {}) {
        sent += 1;
        if (sent > mostRequests) {
          throw new Refusal(`The drill ended: it would have sent more than ${mostRequests} requests.`);
        }
        const way = { url, address, agent, signal: AbortSignal.timeout(TIMEOUT_MS), now };
        return exchange(way, path, {
          method,
          headers: { "user-agent": "latchkey-drill", ...headers },
          ...(body === undefined ? {} : { body }),
        });
      },
      close() {
        agents.delete(agent);
        agent.destroy();
      },
    };
  }

  /** Null where the library answers. Else nothing that the drills see would be about it. */
  async function problemAt(address: string, localAddress?: string): Promise<Problem | null> {
    const path = `${basePath}/csrf`;
    try {
      const headers = { accept: "application/json" };
      const reply = await lineTo(address, localAddress).send("GET", path, { headers });
      const token = member(reply, "csrf_token");
      if (reply.status === 200 && typeof token === "string" && token !== "") return null;
      const seen = reply.status === 200 ? "holds no csrf_token" : `is answered with ${reply.status}`;
      const sentence = `Nothing of the library answers at ${url.href} (${path} ${seen}): give the URL under which its pages are mounted.`;
      return { reached: true, sentence };
    } catch (error) {
      const sentence = `Nothing answers at ${url.origin} (${failureOf(error)}): start the application first.`;
      return { reached: false, sentence };
    }
  }

  let found: string | undefined;
  const problems: Problem[] = [];
  for (const address of addresses) {
    const problem = await problemAt(address);
    if (problem === null) {
      found = address;
      break;
    }
    problems.push(problem);
  }
  const close = () => {
    for (const agent of agents) agent.destroy();
  };
  if (found === undefined) {
    close();
    const told = problems.find(({ reached }) => reached) ?? problems[0];
    throw new Refusal(told?.sentence ?? `${url.host} has no address: check the URL.`);
  }
  const address = found;
  const manyAddresses =
    isIPv4(address) && isLoopback(address) && (await problemAt(address, anyLoopback())) === null;
  return {
    basePath,
    manyAddresses,
    line: () => (manyAddresses ? lineTo(address, anyLoopback()) : lineTo(address)),
    now,
    sent: () => sent,
    close,
  };
}
