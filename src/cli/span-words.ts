import { DAY, HOUR, MINUTE, SECOND } from "../platform/time/index.ts";
import { counted } from "./text.ts";

const units: readonly (readonly [number, string])[] = [
  [DAY, "day"],
  [HOUR, "hour"],
  [MINUTE, "minute"],
  [SECOND, "second"],
];

/** Milliseconds in the largest unit that divides them: `30 days`, `90 minutes`. */
export function spanWords(milliseconds: number): string {
  for (const [length, name] of units) {
    if (milliseconds > 0 && milliseconds % length === 0) return counted(milliseconds / length, name);
  }
  return `${milliseconds} ms`;
}
