import { describe, expect, test } from "vitest";
import { compareTimes, judge, mostPairs, type Timed, verdictWords } from "./timing.ts";

/** A machine's noise. Always the same sequence: mostly small, sometimes an outlier. */
function noise(seed: number) {
  let state = seed;
  return () => {
    state = (state * 1103515245 + 12345) % 2147483648;
    const part = state / 2147483648;
    return part > 0.97 ? 40 * part : part * 2;
  };
}

function times(count: number, base: number, seed: number): number[] {
  const next = noise(seed);
  return Array.from({ length: count }, () => base + next());
}

describe("the timing test of the requirements", () => {
  test("[TH-02] the timing test accepts equal work under noise with outliers", () => {
    for (let seed = 1; seed <= 50; seed += 1) {
      const { difference } = judge({ first: times(200, 12, seed), second: times(200, 12, seed + 1000) });
      expect(difference).toBeLessThan(0.05);
    }
  });

  test("[TH-02] the timing test rejects work that takes five percent more, and work that never hashes", () => {
    expect(judge({ first: times(200, 12, 1), second: times(200, 13, 2) }).alike).toBe(false);
    expect(judge({ first: times(200, 1, 1), second: times(200, 12, 2) })).toMatchObject({ alike: false });
  });

  test("[TH-02] the timing test rejects a small constant difference", () => {
    const verdict = judge({ first: times(200, 100, 1), second: times(200, 102, 2) });
    expect(verdict.difference).toBeLessThan(0.05);
    expect(verdict).toMatchObject({ alike: false });
  });
});

describe("the comparison of times", () => {
  test("the comparison alternates as first, second, second, first, and drops the warm-up", async () => {
    const order: string[] = [];
    const act =
      (name: string): Timed =>
      async (index) => {
        order.push(name);
        return index < 20 ? 1e6 : 5;
      };
    const verdict = await compareTimes({ samples: 30, first: act("a"), second: act("b") });
    expect(order.slice(0, 8).join("")).toBe("abbaabba");
    expect(order).toHaveLength(100);
    expect(verdict).toMatchObject({ alike: true, medians: [5, 5], runs: 1 });
  });

  test("[TH-02] the comparison counts a difference in three runs, but not passing noise", async () => {
    const slow = await compareTimes({ samples: 40, first: async () => 10, second: async () => 20 });
    expect(slow).toMatchObject({ alike: false, runs: 3 });
    expect([mostPairs(40), mostPairs(5)]).toEqual([180, 30]);
    const once: Timed = async (index) => (index < 60 ? 20 : 10);
    const passing = await compareTimes({ samples: 40, first: async () => 10, second: once });
    expect(passing).toMatchObject({ alike: true, runs: 2 });
    expect(verdictWords(passing as NonNullable<typeof passing>, 40)).toContain("run 2 of at most 3");
  });

  test("the comparison ends at a request that doesn't count", async () => {
    const stopped: Timed = async (index) => (index === 25 ? null : 10);
    expect(await compareTimes({ samples: 40, first: async () => 10, second: stopped })).toBeNull();
  });
});
