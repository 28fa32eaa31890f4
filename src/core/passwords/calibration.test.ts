import { describe, expect, test } from "vitest";
import type { HashParameters } from "../settings.ts";
import { calibrate, type HashCost, measureHashing } from "./calibration.ts";
import { areParametersWithinLimits } from "./hash-text.ts";
import { defaultHashParameters } from "./password-hash.ts";

/** A machine that fills this many KiB in a millisecond. A function gives the number for each set of parameters. */
function machine(speed: number | ((parameters: HashParameters) => number)) {
  const measured: HashParameters[] = [];
  const measure = async (parameters: HashParameters): Promise<HashCost> => {
    measured.push(parameters);
    const kibPerMs = typeof speed === "number" ? speed : speed(parameters);
    const milliseconds = (parameters.memoryKiB * parameters.passes) / kibPerMs;
    return { parameters, milliseconds, perSecond: 1000 / milliseconds };
  };
  return { measure, measured };
}

const work = ({ memoryKiB, passes }: HashParameters) => memoryKiB * passes;

describe("calibration", () => {
  test("[PW-14] calibration raises memory first, then passes, and stays within the target", async () => {
    const { floor, proposed, fits } = await calibrate({ targetMs: 250, measure: machine(2000).measure });
    expect(floor.parameters).toEqual(defaultHashParameters);
    expect(proposed.parameters).toEqual({ memoryKiB: 65_536, passes: 7, parallelism: 1 });
    expect(proposed.milliseconds).toBeLessThanOrEqual(250);
    expect(fits).toBe(true);
    const small = await calibrate({ targetMs: 250, measure: machine(300).measure });
    expect(small.proposed.parameters).toEqual({ memoryKiB: 36_864, passes: 2, parallelism: 1 });
  });

  test("[PW-14] calibration is never below the floor, and reports when even that doesn't fit", async () => {
    const { measure, measured } = machine(10);
    expect(await calibrate({ targetMs: 250, measure })).toMatchObject({
      proposed: { parameters: defaultHashParameters },
      fits: false,
    });
    expect(measured).toEqual([defaultHashParameters]);
    for (const speed of [1, 100, 155, 156, 157, 200, 1000, 10_000, 1e9]) {
      for (const targetMs of [1, 250, 1000]) {
        const { proposed } = await calibrate({ targetMs, measure: machine(speed).measure });
        expect(proposed.parameters.memoryKiB).toBeGreaterThanOrEqual(defaultHashParameters.memoryKiB);
        expect(work(proposed.parameters)).toBeGreaterThanOrEqual(work(defaultHashParameters));
        expect(areParametersWithinLimits(proposed.parameters)).toBe(true);
      }
    }
  });

  test("calibration goes lower when more memory is slower than expected, and stops at the floor", async () => {
    const slower = machine(({ memoryKiB }) => (memoryKiB > 20_000 ? 1000 : 2000));
    const { proposed, fits } = await calibrate({ targetMs: 250, measure: slower.measure });
    expect(proposed.milliseconds).toBeLessThanOrEqual(250);
    expect(fits).toBe(true);
    expect(slower.measured.length).toBeGreaterThan(2);
    const hopeless = machine(({ memoryKiB }) => (memoryKiB > 20_000 ? 1 : 2000));
    expect((await calibrate({ targetMs: 250, measure: hopeless.measure })).proposed.parameters).toEqual(
      defaultHashParameters,
    );
  });
});

test("measuring counts every hash but the first of each worker, and takes the median", async () => {
  let now = 0;
  let running = 0;
  let most = 0;
  const { milliseconds, perSecond } = await measureHashing(defaultHashParameters, {
    atOnce: 2,
    rounds: 4,
    now: () => now,
    hash: async () => {
      running += 1;
      most = Math.max(most, running);
      await Promise.resolve();
      running -= 1;
      now += 10;
    },
  });
  expect(most).toBe(2);
  expect(milliseconds).toBe(20);
  expect(perSecond).toBe(100);
});
