export { type Clock, systemClock } from "./clock.ts";
export { DAY, type Duration, HOUR, MINUTE, milliseconds, SECOND } from "./duration.ts";
