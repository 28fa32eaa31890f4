import fc from "fast-check";
import { expect, test } from "vitest";
import { missingWork } from "./equal-work.ts";
import { areParametersWithinLimits } from "./hash-text.ts";
import { defaultHashParameters } from "./password-hash.ts";

const hashOf = (memoryKiB: number, passes: number): string =>
  `$argon2id$v=19$m=${memoryKiB},t=${passes},p=1$${"A".repeat(22)}$${"A".repeat(43)}`;
const work = ({ memoryKiB, passes }: { memoryKiB: number; passes: number }) => memoryKiB * passes;

test("[TH-02] a check and its missing work cost as much as a hash of today, within a hundredth", () => {
  const today = fc.record({
    memoryKiB: fc.integer({ min: 19_456, max: 131_072 }),
    passes: fc.integer({ min: 2, max: 8 }),
    parallelism: fc.constant(1),
  });
  const old = fc.record({
    memoryKiB: fc.integer({ min: 8, max: 131_072 }),
    passes: fc.integer({ min: 1, max: 4 }),
  });
  fc.assert(
    fc.property(today, old, (parameters, stored) => {
      const missing = missingWork(hashOf(stored.memoryKiB, stored.passes), parameters);
      const whole = work(parameters);
      if (missing === null) return work(stored) > whole - 8;
      const together = work(stored) + work(missing);
      return areParametersWithinLimits(missing) && Math.abs(together - whole) <= whole / 100;
    }),
  );
});

test("a hash of today and a costlier one lack no work", () => {
  const pbkdf2 = (digest: string, iterations: number, bytes: number) =>
    `pbkdf2:${digest}:${iterations}$salt$${"0".repeat(2 * bytes)}`;
  const scrypt = (cost: number) => `scrypt:${cost}:8:1$salt$${"0".repeat(128)}`;
  const costly = [pbkdf2("sha256", 310_000, 32), pbkdf2("sha512", 100_000, 64), scrypt(32_768)];
  for (const hash of [hashOf(19_456, 2), hashOf(65_536, 3), ...costly]) {
    expect(missingWork(hash, defaultHashParameters)).toBeNull();
  }
  expect(missingWork(hashOf(19_456, 1), defaultHashParameters)).toEqual({
    memoryKiB: 19_456,
    passes: 1,
    parallelism: 1,
  });
  expect(missingWork(hashOf(4096, 3), defaultHashParameters)).toEqual({
    memoryKiB: 13_312,
    passes: 2,
    parallelism: 1,
  });
  // The difference from another system's hash, and all of the work if no verifier knows the text.
  for (const [hash, units] of [
    [pbkdf2("sha256", 1000, 32), 650],
    [pbkdf2("sha1", 20_000, 20), 25_000],
    [scrypt(1024), 9216],
    ["pbkdf2:sha256:1000$salt$00", 0],
    ["bcrypt", 0],
  ] as const) {
    const missing = missingWork(hash, defaultHashParameters);
    expect([hash, missing === null ? null : work(missing)]).toEqual([hash, 38_912 - units]);
  }
});
