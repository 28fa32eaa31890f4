/** Where the time comes from. Everything that decides by time asks a clock, so that tests can move it. */
export interface Clock {
  /** UTC milliseconds since 1970-01-01. */
  now(): number;
}

export const systemClock: Clock = { now: () => Date.now() };
