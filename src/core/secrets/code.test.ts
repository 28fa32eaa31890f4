import { expect, test } from "vitest";
import { newCode, readCode, shownCode } from "./code.ts";

test("[VE-05] codes are 8 of 20 equally likely letters", () => {
  const counts = new Map<string, number>();
  for (let index = 0; index < 2000; index += 1) {
    const code = newCode();
    expect(code).toMatch(/^[A-Z]{8}$/);
    for (const letter of code) counts.set(letter, (counts.get(letter) ?? 0) + 1);
  }
  expect([...counts.keys()].sort().join("")).toBe("BCDFGHJKLMNPQRSTVWXZ");
  // 800 of each on average, within seven standard deviations.
  for (const count of counts.values()) expect(Math.abs(count - 800)).toBeLessThan(200);
});

test("a code reads the same in every usual spelling", () => {
  const code = newCode();
  for (const typed of [code, shownCode(code), code.toLowerCase(), `  ${shownCode(code).toLowerCase()}\t`]) {
    expect(readCode(typed)).toBe(code);
  }
});

test.each(["", "BCDF", "BCDF-GHJKL", "BCDF-GHJ1", "BCDFGHJ\u017f", "BCDFGH\u00df", "BCDF_GHJK", "BCDF.GHJK"])(
  "%j isn't a code",
  (typed) => {
    expect(readCode(typed)).toBeNull();
  },
);
