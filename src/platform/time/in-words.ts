import { DAY, HOUR, MINUTE } from "./duration.ts";

/** Making one takes longer than using it a hundred times. */
const made = new Map<string, Intl.DateTimeFormat | Intl.RelativeTimeFormat>();

function remembered<Format extends Intl.DateTimeFormat | Intl.RelativeTimeFormat>(
  key: string,
  make: () => Format,
): Format {
  const known = made.get(key) ?? make();
  made.set(key, known);
  return known as Format;
}

/** A moment with its date and minute, in UTC, such as "November 21, 2026 at 2:05 PM UTC". */
export function exactTime(language: string, time: number): string {
  const format = remembered(
    `${language} exact`,
    () => new Intl.DateTimeFormat(language, { dateStyle: "long", timeStyle: "short", timeZone: "UTC" }),
  );
  return `${format.format(time)} UTC`;
}

/** A day in UTC, such as "Nov 21, 2026". */
export function dateInWords(language: string, time: number): string {
  const format = remembered(
    `${language} date`,
    () => new Intl.DateTimeFormat(language, { dateStyle: "medium", timeZone: "UTC" }),
  );
  return format.format(time);
}

/** How long ago a moment was, such as "2 hours ago" or "yesterday"; null if it is a week away or more. */
export function relativeTime(language: string, time: number, now: number): string | null {
  const format = remembered(
    `${language} relative`,
    () => new Intl.RelativeTimeFormat(language, { numeric: "auto" }),
  );
  const away = time - now;
  const distance = Math.abs(away);
  if (distance < MINUTE) return format.format(0, "second");
  if (distance < HOUR) return format.format(Math.trunc(away / MINUTE), "minute");
  if (distance < DAY) return format.format(Math.trunc(away / HOUR), "hour");
  if (distance < 7 * DAY) return format.format(Math.trunc(away / DAY), "day");
  return null;
}
