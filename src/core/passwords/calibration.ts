import type { HashParameters } from "../settings.ts";
import { areParametersWithinLimits } from "./hash-text.ts";
import { defaultHashParameters, hashPassword } from "./password-hash.ts";

/** The time of hashing at these parameters on this machine, with as many hashes at once as logins may run. */
export interface HashCost {
  parameters: HashParameters;
  /** Milliseconds of one hash, the median. */
  milliseconds: number;
  /** All hashes together. */
  perSecond: number;
}

export interface CalibrationOptions {
  /** Milliseconds one hash may take. */
  targetMs: number;
  /**
   * KiB that one hash may fill. All hashes at once need this much each. Default 65,536, the second choice of RFC
   * 9106.
   */
  memoryMostKiB?: number;
  /** Measures one set of parameters. `measureHashing`, except in tests. */
  measure(parameters: HashParameters): Promise<HashCost>;
}

export interface Calibration {
  /** The lowest allowed cost: OWASP's first choice, and the library's default. */
  floor: HashCost;
  /** The highest cost that fits into the target; the floor if even that doesn't. */
  proposed: HashCost;
  /** Whether the proposal stays within the target. */
  fits: boolean;
}

const ATTEMPTS = 6;
const CLOSE_ENOUGH = 0.85;
const MEMORY_STEP_KIB = 1024;

/** The parameters that fill a budget of work (KiB times passes): memory first, as RFC 9106 advises, then passes. */
function spend(work: number, memoryMostKiB: number): HashParameters {
  const { memoryKiB: least, passes: fewest, parallelism } = defaultHashParameters;
  const steps = Math.floor(Math.min(memoryMostKiB, work / fewest) / MEMORY_STEP_KIB) * MEMORY_STEP_KIB;
  const memoryKiB = Math.max(least, steps);
  const passes = Math.min(64, Math.max(fewest, Math.floor(work / memoryKiB)));
  const wished = { memoryKiB, passes, parallelism };
  while (!areParametersWithinLimits(wished) && wished.passes > fewest) wished.passes -= 1;
  return wished;
}

const workOf = ({ memoryKiB, passes }: HashParameters): number => memoryKiB * passes;

/**
 * Looks for the costliest argon2id that stays within the target on this machine. It never goes below the floor of
 * OWASP's Password Storage Cheat Sheet (ASVS 11.4.2).
 *
 * The time grows about with memory times passes. So the search starts from the time of the floor and measures what
 * should fit. It repeats that until it is close below the target.
 *
 * @see Row PW-14
 */
export async function calibrate({
  targetMs,
  memoryMostKiB = 65_536,
  measure,
}: CalibrationOptions): Promise<Calibration> {
  const floor = await measure(defaultHashParameters);
  const least = workOf(defaultHashParameters);
  let proposed = floor;
  let work = (least * targetMs) / floor.milliseconds;
  const seen = new Set([least]);
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const parameters = spend(work, memoryMostKiB);
    if (seen.has(workOf(parameters))) break;
    seen.add(workOf(parameters));
    const cost = await measure(parameters);
    const fits = cost.milliseconds <= targetMs;
    if (fits && workOf(parameters) > workOf(proposed.parameters)) proposed = cost;
    if (fits && cost.milliseconds >= targetMs * CLOSE_ENOUGH) break;
    // A little less than the estimate, so that the next try fits.
    work = (workOf(parameters) * targetMs * 0.95) / cost.milliseconds;
  }
  return { floor, proposed, fits: proposed.milliseconds <= targetMs };
}

export interface MeasuringOptions {
  /** How many hashes run at once. */
  atOnce: number;
  /** Hashes each of them makes; the first only warms up. Default 6. */
  rounds?: number;
  /** Replaced in tests. */
  hash?: (password: string, parameters: HashParameters) => Promise<unknown>;
  /** Milliseconds. Replaced in tests. */
  now?: () => number;
}

/** Measures the time of hashing with `atOnce` hashes at the same time. */
export async function measureHashing(
  parameters: HashParameters,
  { atOnce, rounds = 6, hash = hashPassword, now = () => performance.now() }: MeasuringOptions,
): Promise<HashCost> {
  const each: number[] = [];
  let start = 0;
  for (let round = 0; round < rounds; round += 1) {
    if (round === 1) start = now();
    const one = async () => {
      const before = now();
      await hash("a password to measure with", parameters);
      return now() - before;
    };
    const took = await Promise.all(Array.from({ length: atOnce }, one));
    if (round > 0) each.push(...took);
  }
  const seconds = (now() - start) / 1000;
  const sorted = each.sort((a, b) => a - b);
  const milliseconds = sorted[Math.floor(sorted.length / 2)] as number;
  return { parameters, milliseconds, perSecond: each.length / seconds };
}
