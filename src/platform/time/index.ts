export { CLOCK_STEP_MS, type Clock, systemClock } from "./clock.ts";
export { DAY, type Duration, HOUR, MINUTE, milliseconds, SECOND } from "./duration.ts";
export { dateInWords, exactTime, relativeTime } from "./in-words.ts";
export { iso, isoOrNull } from "./iso.ts";
export { within } from "./within.ts";
