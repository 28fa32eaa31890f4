import { mannWhitney, median } from "../site/statistics.ts";

/** The first pairs only warm up. At most this many, and no more than the pairs that count. */
const MOST_WARM_UPS = 20;
const warmUps = (samples: number): number => Math.min(MOST_WARM_UPS, samples);
/** The pairs of one run. */
const pairsOf = (samples: number): number => samples + warmUps(samples);

/** A leak shows every time; noise doesn't. So only a difference in this many runs counts. */
const RUNS = 3;
const MEDIANS_DIFFER = 0.05;
const CHANCE = 0.01;

/** The times of two kinds of requests. */
export interface Times {
  first: number[];
  second: number[];
}

export interface Verdict {
  alike: boolean;
  /** Milliseconds. */
  medians: [number, number];
  /** Of the medians, against the smaller one. */
  difference: number;
  /** The probability of these ranks if both kinds take the same time. */
  p: number;
}

/**
 * The requirements' timing test: the medians differ by less than 5 %, and Mann-Whitney gives p > 0.01.
 * @see TH-02
 */
export function judge({ first, second }: Times): Verdict {
  const medians: [number, number] = [median(first), median(second)];
  const smaller = Math.max(Math.min(...medians), Number.MIN_VALUE);
  const difference = Math.abs(medians[0] - medians[1]) / smaller;
  const p = mannWhitney(first, second);
  return { alike: difference < MEDIANS_DIFFER && p > CHANCE, medians, difference, p };
}

/** The milliseconds of one request, or null if it doesn't count, for example because it was throttled. */
export type Timed = (index: number) => Promise<number | null>;

export interface Comparison {
  /** The pairs that count. The pairs that warm up are extra. */
  samples: number;
  first: Timed;
  second: Timed;
  /** Before each pair; not timed. */
  before?: (index: number) => Promise<void>;
}

/** One run. The kinds alternate as first, second, second, first, so that each follows the other equally often. */
async function measure({ samples, first, second, before }: Comparison, from: number): Promise<Times | null> {
  const times: Times = { first: [], second: [] };
  const discarded = warmUps(samples);
  for (let index = 0; index < samples + discarded; index += 1) {
    await before?.(from + index);
    const turns = [
      ["first", first],
      ["second", second],
    ] as const;
    for (const [name, act] of index % 2 === 0 ? turns : turns.toReversed()) {
      const milliseconds = await act(from + index);
      if (milliseconds === null) return null;
      if (index >= discarded) times[name].push(milliseconds);
    }
  }
  return times;
}

/**
 * Whether both kinds take the same time. A difference is measured again, and judged alone and together with the earlier
 * runs. More pairs make noise smaller and a leak clearer. Null if a request didn't count.
 */
export async function compareTimes(comparison: Comparison): Promise<(Verdict & { runs: number }) | null> {
  const all: Times = { first: [], second: [] };
  for (let run = 1; ; run += 1) {
    const times = await measure(comparison, (run - 1) * pairsOf(comparison.samples));
    if (times === null) return null;
    all.first.push(...times.first);
    all.second.push(...times.second);
    const [alone, together] = [judge(times), judge(all)];
    if (alone.alike) return { ...alone, runs: run };
    if (together.alike || run === RUNS) return { ...together, runs: run };
  }
}

/** The most pairs a comparison of this many samples makes. */
export const mostPairs = (samples: number): number => RUNS * pairsOf(samples);

/** A verdict in words. */
export function verdictWords(
  { medians, difference, p, runs }: Verdict & { runs: number },
  samples: number,
): string {
  const [first, second] = medians.map((value) => `${value.toFixed(2)} ms`);
  const repeated = runs > 1 ? `, run ${runs} of at most ${RUNS}` : "";
  const chance = p < 0.001 ? "p < 0.001" : `p = ${p.toFixed(3)}`;
  return `medians ${first} and ${second}, ${(difference * 100).toFixed(1)} % apart, ${chance}, ${samples} pairs${repeated}`;
}
