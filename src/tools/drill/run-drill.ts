import { siteUrl } from "../site/address.ts";
import { ToolError } from "../tool-error.ts";
import type { Check, Drill, DrillOptions } from "./drill.ts";
import { enumeration } from "./enumeration.ts";
import { flood } from "./flood.ts";
import { guessing } from "./guessing.ts";
import { ownAddresses } from "./host-ownership.ts";
import { replay } from "./replay.ts";
import { openTarget } from "./target.ts";

/** The drills: guessing of passwords, enumeration of accounts, replay of old cookies and tokens, and a flood of logins. */
export type DrillName = "guessing" | "enumeration" | "replay" | "flood";

const drills: Readonly<Record<DrillName, Drill>> = { guessing, enumeration, replay, flood };

/** The options of a drill. */
export interface RunDrillOptions {
  /** The address or the username of an existing account that may be attacked. `replay` needs one. */
  login?: string | undefined;
  /** Its password. `replay` needs it; it lets the other drills prove that the account exists. */
  password?: string | undefined;
  /** How long a flood lasts, 1 to 60. Default 10. */
  seconds?: number | undefined;
  /** How many pairs of times enumeration compares, 1 to 1000. Default 200. */
  samples?: number | undefined;
  /** The host is yours although it isn't this machine. Default false. */
  ownsHost?: boolean | undefined;
  /** Gets a text about what the drill will do, before it starts. */
  announce?: ((text: string) => void) | undefined;
}

/** What a drill found. An attack succeeded if a check has the outcome `fail`. */
export interface DrillReport {
  drill: DrillName;
  url: string;
  /** How many requests were sent. */
  requests: number;
  checks: Check[];
}

function wholeNumber(value: number, name: string, most: number): number {
  if (Number.isInteger(value) && value >= 1 && value <= most) return value;
  throw new ToolError("invalid_argument", `${name} must be a whole number from 1 to ${most}.`);
}

function drillOf(name: string): { name: DrillName; drill: Drill } {
  if (Object.hasOwn(drills, name)) return { name: name as DrillName, drill: drills[name as DrillName] };
  throw new ToolError("invalid_argument", `NAME is one of ${Object.keys(drills).join(", ")}.`);
}

function announcement(name: string, url: URL, mostRequests: number, sentences: readonly string[]): string {
  const head = `${name} on ${url.href}, at most ${mostRequests} requests:`;
  return [head, ...sentences].join("\n  ");
}

/**
 * Attacks your own site within bounds, and reports what got through. It refuses hosts that aren't this machine, unless
 * `ownsHost` is true.
 * @param name the drill
 * @param address the URL under which the library's pages are mounted
 * @throws ToolError if an argument is wrong, or if the site may not be attacked or doesn't answer
 *
 * @example
 * const { checks } = await runDrill("guessing", "http://localhost:3000", { login: "anna@example.org" });
 * console.log(checks);
 */
export async function runDrill(
  name: DrillName,
  address: string | URL,
  { login, password, ownsHost = false, announce, ...given }: RunDrillOptions = {},
): Promise<DrillReport> {
  const { name: known, drill } = drillOf(name);
  const url = siteUrl(String(address));
  const options: DrillOptions = {
    login,
    password,
    seconds: wholeNumber(given.seconds ?? 10, "seconds", 60),
    samples: wholeNumber(given.samples ?? 200, "samples", 1000),
  };
  if (drill.needsPassword && (login === undefined || password === undefined)) {
    throw new ToolError(
      "invalid_argument",
      `${known} needs an account: give --login WHO and pipe its password to --password-stdin (in a program: login and password).`,
    );
  }
  const addresses = await ownAddresses(url, ownsHost);
  const mostRequests = Math.ceil(drill.mostRequests(options));
  announce?.(announcement(known, url, mostRequests, drill.does(options)));
  const target = await openTarget({ url, addresses, mostRequests });
  try {
    if (!target.manyAddresses) {
      announce?.("  All requests come from one client address here, so its limits end some checks early.");
    }
    const checks = await drill.run(target, options);
    return { drill: known, url: url.href, requests: target.sent(), checks };
  } finally {
    target.close();
  }
}
