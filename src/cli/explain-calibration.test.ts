import { expect, test } from "vitest";
import { type CommandContext, UsageError } from "./command.ts";
import { explain } from "./explain.ts";
import { explainCalibration, type Measure } from "./explain-calibration.ts";

/** A machine that fills this many KiB in a millisecond. */
const machine =
  (kibPerMs: number): Measure =>
  async (parameters) => {
    const milliseconds = (parameters.memoryKiB * parameters.passes) / kibPerMs;
    return { parameters, milliseconds, perSecond: 1000 / milliseconds };
  };

function context(values: Record<string, string | true> = {}): CommandContext {
  return {
    parameters: [],
    flag: (name) => values[name] === true,
    value: (name) => (typeof values[name] === "string" ? values[name] : undefined),
    values: () => [],
    variables: {},
    auth: () => Promise.reject(new Error("needs no database")),
    readInput: () => Promise.reject(new Error("needs no input")),
    say: () => undefined,
  };
}

test("[PW-14] --calibrate prints the option to paste, its cost, and the origin of the target", async () => {
  const { text, json } = await explainCalibration(context(), machine(2000));
  expect(text).toContain(
    "\n  password: { hash: { memoryKiB: 65536, passes: 7, parallelism: 1 } }\n".trimEnd(),
  );
  expect(text).toContain("\n  PASSWORD_HASH=m=65536,t=7,p=1\n");
  expect(text).toContain("4.4 people a second. With the default it can sign in 51.4 (11.8 times as many).");
  expect(text).toMatch(/proposed +65536 KiB, 7 passes, 1 lane: 229\.4 ms a hash, 4\.4 hashes a second/);
  expect(text).toMatch(/default +19456 KiB, 2 passes, 1 lane: 19\.5 ms a hash, 51\.4 hashes a second/);
  expect(text).toContain("RFC 9106");
  expect(json).toMatchObject({
    target_ms: 250,
    fits: true,
    default: { memory_kib: 19_456, passes: 2, parallelism: 1 },
    proposed: { memory_kib: 65_536, passes: 7, parallelism: 1 },
    variable: "PASSWORD_HASH=m=65536,t=7,p=1",
  });
});

test("[PW-14] --calibrate proposes nothing below the default, whatever the target", async () => {
  const { text, json } = await explainCalibration(context({ "target-ms": "1" }), machine(2000));
  expect(text).toContain("Not even the default fits");
  expect(json).toMatchObject({
    target_ms: 1,
    fits: false,
    proposed: { memory_kib: 19_456, passes: 2 },
  });
  const { text: enough } = await explainCalibration(context({ "target-ms": "20" }), machine(2000));
  expect(enough).toContain("needs no change");
});

test("a target is a whole number of milliseconds, and belongs to --calibrate", async () => {
  const absurd = explainCalibration(context({ "target-ms": "5000" }), machine(2000));
  await expect(absurd).rejects.toThrow(UsageError);
  await expect(explain(context({ "target-ms": "100" }))).rejects.toThrow("belongs to --calibrate");
});
