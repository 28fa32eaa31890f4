/**
 * This many characters of a SHA-1 in hexadecimal name a range. The other 35 stay here and are looked for in the
 * answer.
 */
export const rangePrefixLength = 5;

const entry = /^([0-9A-F]{35}):(\d{1,15})$/i;

/**
 * How often a password appeared in breaches, from the answer of a range API. Its lines are `SUFFIX:COUNT`; a count of 0
 * marks padding. Returns 0 if the suffix isn't listed.
 *
 * Undefined for any other text. Every range has entries, so an empty answer is unusable too.
 */
export function timesBreached(answer: string, suffix: string): number | undefined {
  const wanted = suffix.toUpperCase();
  const lines = answer.split(/\r?\n/).filter((line) => line !== "");
  if (lines.length === 0) return undefined;
  let times = 0;
  for (const line of lines) {
    const found = entry.exec(line);
    if (found === null) return undefined;
    if (found[1]?.toUpperCase() === wanted) times = Math.max(times, Number(found[2]));
  }
  return times;
}
