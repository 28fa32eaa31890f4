import { randomInt } from "node:crypto";
import { isIPv4 } from "node:net";
import { isLoopback } from "../../platform/http/index.ts";
import { failureOf, member } from "../site/exchange.ts";
import { createBudget, type Line, openLine } from "../site/line.ts";
import type { Site } from "../site/visitor.ts";
import { ToolError } from "../tool-error.ts";

/** The site under attack. Each line uses a new client address, if several exist. */
export interface Target extends Site {
  /** Whether every line has a separate client address, and so an unused budget. */
  readonly manyAddresses: boolean;
  /** Milliseconds. */
  now(): number;
  /** How many requests were sent. */
  sent(): number;
  close(): void;
}

export interface TargetOptions {
  url: URL;
  /** Candidates; the first that serves the library counts. */
  addresses: readonly string[];
  /** The bound: one more request is an error. */
  mostRequests: number;
  /** Tests replace it. */
  now?: () => number;
}

const TIMEOUT_MS = 30_000;

/** Why the library isn't at an address, and whether anything answers there. */
interface Problem {
  reached: boolean;
  sentence: string;
}

/** On Linux any address of 127.0.0.0/8 is this machine. Random, so that a drill can be repeated at once. */
const anyLoopback = (): string => `127.${randomInt(1, 255)}.${randomInt(0, 256)}.${randomInt(1, 255)}`;

/** Null if the library answers. The drills can't judge anything else. */
async function problemAt(url: URL, path: string, line: Line): Promise<Problem | null> {
  try {
    const reply = await line.send("GET", path, { headers: { accept: "application/json" } });
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

/**
 * Finds the site.
 * @throws ToolError if nothing answers there, or something other than the library
 */
export async function openTarget({ url, addresses, mostRequests, now }: TargetOptions): Promise<Target> {
  const basePath = url.pathname.replace(/\/+$/, "");
  const exceeded = () =>
    new ToolError("refused", `The drill ended: it would have sent more than ${mostRequests} requests.`);
  const budget = createBudget(mostRequests, exceeded);
  const lines = new Set<Line>();

  function lineTo(address: string, localAddress?: string): Line {
    const opened = openLine({
      url,
      budget,
      address,
      localAddress,
      headers: { "user-agent": "latchkey-drill" },
      timeoutMs: TIMEOUT_MS,
      ...(now && { now }),
    });
    const line: Line = {
      send: opened.send,
      close() {
        lines.delete(line);
        opened.close();
      },
    };
    lines.add(line);
    return line;
  }

  const look = (...way: Parameters<typeof lineTo>) => problemAt(url, `${basePath}/csrf`, lineTo(...way));
  const close = () => {
    for (const line of lines) line.close();
  };

  let found: string | undefined;
  const problems: Problem[] = [];
  for (const address of addresses) {
    const problem = await look(address);
    if (problem === null) {
      found = address;
      break;
    }
    problems.push(problem);
  }
  if (found === undefined) {
    close();
    const told = problems.find(({ reached }) => reached) ?? problems[0];
    throw new ToolError("refused", told?.sentence ?? `${url.host} has no address: check the URL.`);
  }
  const address = found;
  const manyAddresses =
    isIPv4(address) && isLoopback(address) && (await look(address, anyLoopback())) === null;
  return {
    basePath,
    manyAddresses,
    line: () => (manyAddresses ? lineTo(address, anyLoopback()) : lineTo(address)),
    now: now ?? (() => performance.now()),
    sent: budget.spent,
    close,
  };
}
