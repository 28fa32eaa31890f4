import { type Html, html } from "../../platform/html/index.ts";
import { iso } from "../../platform/time/index.ts";
import type { Base } from "../base.ts";
import { deviceOf } from "../devices/index.ts";
import type { RequestFacts } from "../request-facts.ts";

/** A device in the catalogue's words, such as "Firefox on Linux". Null if nothing is known about it. */
export function describeKnownDevice({ settings }: Base, userAgent: string | null): string | null {
  const { browser, system } = deviceOf(userAgent);
  if (browser !== null && system !== null) return settings.messages.mail.devices.both(browser, system);
  return browser ?? system;
}

/** A device in the catalogue's words, such as "Firefox on Linux". No text of the client is repeated. */
export function describeDevice(core: Base, userAgent: string | null): string {
  return describeKnownDevice(core, userAgent) ?? core.settings.messages.mail.devices.unknown;
}

type DateStyle = "long" | "medium";

/** Kept, because making one takes longer than the rest of a mail. */
const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(language: string, dateStyle: DateStyle): Intl.DateTimeFormat {
  const key = `${language} ${dateStyle}`;
  const known = formats.get(key);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat(language, { dateStyle, timeStyle: "short", timeZone: "UTC" });
  formats.set(key, made);
  return made;
}

function formatted({ settings }: Base, time: number, dateStyle: DateStyle): string {
  return `${formatOf(settings.messages.common.language, dateStyle).format(time)} UTC`;
}

/** A moment in the catalogue's language, in UTC, such as "November 21, 2026 at 2:05 PM UTC". */
export function formatTime(core: Base, time: number): string {
  return formatted(core, time, "long");
}

/** The same in short, for lists in pages, such as "Nov 21, 2026, 2:05 PM UTC". */
export function timeElement(core: Base, time: number): Html {
  return html`<time datetime="${iso(time)}">${formatted(core, time, "medium")}</time>`;
}

/**
 * The lines of a mail about the request behind it: when, on which device, from where.
 *
 * @see Row TH-10
 */
export function requestDetails(
  core: Base,
  facts: RequestFacts,
  time = core.clock.now(),
): { label: string; value: string }[] {
  const { labels } = core.settings.messages.mail;
  return [
    { label: labels.time, value: formatTime(core, time) },
    { label: labels.device, value: describeDevice(core, facts.userAgent) },
    { label: labels.address, value: facts.address },
  ];
}
