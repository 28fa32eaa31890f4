/** A span of time: milliseconds as a number, or a whole number with a unit: `"90s"`, `"10m"`, `"24h"`, `"30d"`. */
export type Duration = number | `${number}${"ms" | "s" | "m" | "h" | "d"}`;

export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

const unitInMilliseconds: Record<string, number> = { ms: 1, s: SECOND, m: MINUTE, h: HOUR, d: DAY };

/**
 * Reads a duration as milliseconds. Throws a `TypeError` that names the option if the text has no unit or isn't a
 * positive number.
 */
export function milliseconds(duration: Duration, optionName = "duration"): number {
  if (typeof duration === "number" && Number.isFinite(duration) && duration >= 0) return duration;
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(String(duration));
  if (match === null) {
    throw new TypeError(`${optionName} must be milliseconds or a text such as "10m", "24h" or "30d".`);
  }
  return Number(match[1]) * (unitInMilliseconds[match[2] as string] as number);
}
