/** The source of time. Every decision by time asks a clock, so that tests can move it. */
export interface Clock {
  /** UTC milliseconds since 1970-01-01. */
  now(): number;
}

export const systemClock: Clock = { now: () => Date.now() };

/**
 * A record further in the future than this was made before the clock was set back. Its age is unknown, so it counts as
 * expired. Smaller steps are ordinary corrections of a clock.
 */
export const CLOCK_STEP_MS = 5 * 60_000;
