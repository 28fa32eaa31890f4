import { expect, test } from "vitest";
import { median } from "./median.ts";

test("the median of an odd and of an even count", () => {
  expect(median([9, 1, 5])).toBe(5);
  expect(median([9, 1, 5, 7])).toBe(6);
  expect(median([])).toBeNaN();
});
