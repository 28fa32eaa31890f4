import { expect, test } from "vitest";
import { mannWhitney, median, quantile } from "./statistics.ts";

test("Mann-Whitney gives the same probabilities as another implementation, with ties and without", () => {
  const range = (from: number, count: number) => Array.from({ length: count }, (_, index) => from + index);
  // Expected: scipy.stats.mannwhitneyu(…, method="asymptotic").
  expect(mannWhitney(range(1, 20), range(11, 20))).toBeCloseTo(5.21255e-5, 6);
  const x = [0.8, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46];
  const y = [1.15, 0.88, 0.9, 0.74, 1.21];
  expect(mannWhitney(x, y)).toBeCloseTo(0.244624, 5);
});

test("Mann-Whitney doesn't depend on the order, and finds no difference between equal values", () => {
  expect(mannWhitney([1, 2, 3, 9], [4, 5, 6])).toBeCloseTo(mannWhitney([4, 5, 6], [9, 3, 2, 1]), 10);
  expect(mannWhitney([1, 1, 1], [1, 1, 1])).toBe(1);
  expect(mannWhitney([], [])).toBe(1);
});

test("the median is right for an odd count, an even count and no numbers", () => {
  expect(median([9, 1, 5])).toBe(5);
  expect(median([9, 1, 5, 7])).toBe(6);
  expect(median([])).toBeNaN();
});

test("a quantile is right for some numbers, and for none", () => {
  expect(quantile([5, 1, 4, 2, 3], 0.95)).toBe(5);
  expect(quantile([], 0.5)).toBe(0);
});
