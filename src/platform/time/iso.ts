/**
 * A time in the form of JSON answers and `datetime` attributes: ISO 8601 in UTC, such as "2026-11-21T14:05:00.000Z".
 *
 * @example
 * iso(0) // "1970-01-01T00:00:00.000Z"
 */
export function iso(time: number): string {
  return new Date(time).toISOString();
}

/** The same, and null for null. */
export const isoOrNull = (time: number | null): string | null => (time === null ? null : iso(time));
