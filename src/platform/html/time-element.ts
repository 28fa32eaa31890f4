import { dateInWords, exactTime, iso, relativeTime } from "../time/index.ts";
import { type Html, html } from "./html.ts";

/**
 * A moment for people: "5 minutes ago", "yesterday", or the date if it is a week away or more. `asDate` always shows the
 * date. The title says it to the minute, in UTC, and the pages' script makes that the reader's own time zone.
 *
 * @example
 * const started = ui.timeElement({ time: session.createdAt, now: auth.clock.now(), language: "en" });
 */
export function timeElement(moment: { time: number; now: number; language: string; asDate?: boolean }): Html {
  const { time, now, language, asDate = false } = moment;
  const relative = asDate ? null : relativeTime(language, time, now);
  const isDate = relative === null ? html` data-date` : "";
  return html`<time datetime="${iso(time)}" title="${exactTime(language, time)}"${isDate}>${relative ?? dateInWords(language, time)}</time>`;
}
