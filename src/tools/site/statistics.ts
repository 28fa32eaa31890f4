/** The middle number; the mean of the middle two for an even count; not a number without any. */
export function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((one, other) => one - other);
  const half = sorted.length >> 1;
  const upper = sorted[half] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[half - 1] ?? Number.NaN) + upper) / 2;
}

/** The value that this share (0 to 1) of the numbers doesn't exceed; 0 without any. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

/** The tail of the normal distribution beyond `z`, both sides (Abramowitz and Stegun 26.2.17; error below 1e-7). */
function bothTails(z: number): number {
  const x = Math.abs(z);
  const t = 1 / (1 + 0.2316419 * x);
  const series =
    t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return Math.min(1, (2 * series * Math.exp((-x * x) / 2)) / Math.sqrt(2 * Math.PI));
}

/**
 * The Mann-Whitney test: the probability of ranks as uneven as these if both samples come from one distribution. It
 * assumes no particular distribution, so outliers of a busy machine don't matter. It uses the normal approximation with
 * a correction for ties. That is good from about twenty values on each side.
 */
export function mannWhitney(a: readonly number[], b: readonly number[]): number {
  const all = [...a.map((value) => ({ value, mine: true })), ...b.map((value) => ({ value, mine: false }))];
  all.sort((one, other) => one.value - other.value);
  let rankSum = 0;
  let ties = 0;
  for (let start = 0; start < all.length; ) {
    let end = start;
    while (end < all.length && all[end]?.value === all[start]?.value) end += 1;
    const rank = (start + 1 + end) / 2;
    for (let index = start; index < end; index += 1) if (all[index]?.mine) rankSum += rank;
    const tied = end - start;
    ties += tied ** 3 - tied;
    start = end;
  }
  const [n, m, total] = [a.length, b.length, all.length];
  const variance = ((n * m) / 12) * (total + 1 - ties / (total * (total - 1)));
  if (!(variance > 0)) return 1;
  const u = rankSum - (n * (n + 1)) / 2;
  const distance = Math.max(0, Math.abs(u - (n * m) / 2) - 0.5);
  return bothTails(distance / Math.sqrt(variance));
}
