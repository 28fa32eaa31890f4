/** Where the time comes from. Everything that decides by time asks a clock, so that tests can move it. */
export interface Clock {
  /** UTC milliseconds since 1970-01-01. */
  now(): number;
}

export const systemClock: Clock = { now: () => Date.now() };

/**
 * What was made this long after now, was made before the clock was set back: nobody knows how old it is, so it counts as
 * over. Smaller steps are what keeping a clock right takes.
 */
export const CLOCK_STEP_MS = 5 * 60_000;
