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
 * Undefined if the text is anything else, an empty one included: every range has entries, so such an answer says
 * nothing about the password.
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
