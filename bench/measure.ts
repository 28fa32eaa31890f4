/** The median: half of the numbers are at most this. */
export function median(values: Iterable<number>): number {
  return percentile(values, 0.5);
}

/** The value that this share (0 to 1) of the numbers doesn't exceed. */
export function percentile(values: Iterable<number>, share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  if (sorted.length === 0) throw new RangeError("A percentile needs at least one number.");
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] as number;
}

/** Microseconds of CPU that the whole process spent on `work`, with its threads and the kernel's part. */
export async function cpuMicroseconds(work: () => Promise<void> | void): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return user + system;
}

/**
 * Runs each contender once per round, in turns. Each round begins with another one, so that other load on the machine
 * affects all alike. The first round only warms up. Returns the measurements by name.
 */
export async function inTurns<Name extends string>(
  rounds: number,
  contenders: Record<Name, () => Promise<number> | number>,
): Promise<Record<Name, number[]>> {
  const names = Object.keys(contenders) as Name[];
  const results = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>;
  for (let round = 0; round <= rounds; round++) {
    for (let index = 0; index < names.length; index++) {
      const name = names[(index + round) % names.length] as Name;
      const value = await contenders[name]();
      if (round > 0) results[name].push(value);
    }
  }
  return results;
}

/** The median over the rounds of A/B within the same round. */
export function medianRatio(a: readonly number[], b: readonly number[]): number {
  return median(a.map((value, round) => value / (b[round] as number)));
}

/** The next turn of the event loop. */
export const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
