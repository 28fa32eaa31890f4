import type { Target } from "./target.ts";

/** What a drill finds out about one thing. */
export interface Check {
  name: string;
  /** `skipped`: it could not be found out here; the numbers say why. Neither good nor bad. */
  outcome: "pass" | "fail" | "skipped";
  /** What was seen, with numbers, in one sentence. */
  seen: string;
}

export interface DrillOptions {
  /** An existing account that may be tried: an address or a username. */
  login: string | undefined;
  password: string | undefined;
  /** How long a flood lasts. */
  seconds: number;
  /** Pairs of requests whose times are compared. */
  samples: number;
}

/** A bounded attack on one's own site. */
export interface Drill {
  /** What it does, in sentences, before it does it. */
  does(options: DrillOptions): string[];
  /** No more requests than this are sent: one more ends the drill with an error. */
  mostRequests(options: DrillOptions): number;
  /** Whether nothing can be found out without an account and its password. */
  needsPassword?: true;
  run(target: Target, options: DrillOptions): Promise<Check[]>;
}

/** A check that passes where the condition holds. */
export function check(name: string, holds: boolean, seen: string): Check {
  return { name, outcome: holds ? "pass" : "fail", seen };
}

/** A check that could not be made, and why. */
export function skipped(name: string, why: string): Check {
  return { name, outcome: "skipped", seen: why };
}
