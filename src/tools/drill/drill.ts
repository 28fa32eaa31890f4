import type { Target } from "./target.ts";

/** What a drill found out in one check. */
export interface Check {
  name: string;
  /** `skipped`: the check wasn't possible here, and `seen` says why. */
  outcome: "pass" | "fail" | "skipped";
  /** The observation with numbers, in one sentence. */
  seen: string;
}

export interface DrillOptions {
  /** An existing account that may be attacked: an address or a username. */
  login: string | undefined;
  password: string | undefined;
  /** How long a flood lasts. */
  seconds: number;
  /** Pairs of requests whose times are compared. */
  samples: number;
}

/** A bounded attack on your own site. */
export interface Drill {
  /** Announces what the drill does, in sentences. */
  does(options: DrillOptions): string[];
  /** The bound on requests: one more ends the drill with an error. */
  mostRequests(options: DrillOptions): number;
  /** The drill needs an account and its password. */
  needsPassword?: true;
  run(target: Target, options: DrillOptions): Promise<Check[]>;
}

/** A check that passes if the condition holds. */
export function check(name: string, holds: boolean, seen: string): Check {
  return { name, outcome: holds ? "pass" : "fail", seen };
}

/** A check that wasn't possible, with the reason. */
export function skipped(name: string, why: string): Check {
  return { name, outcome: "skipped", seen: why };
}
