import { type Html, html } from "../../platform/html/index.ts";
import { iso } from "../../platform/time/index.ts";
import type { RequestFacts } from "../core.ts";
import { deviceOf } from "../devices/index.ts";
import type { Messages } from "../words/index.ts";

/** A device in the reader's language, such as "Firefox on Linux"; null for an unknown one. */
export function describeKnownDevice({ common }: Messages, userAgent: string | null): string | null {
  const { browser, system } = deviceOf(userAgent);
  if (browser !== null && system !== null) return common.devices.both(browser, system);
  return browser ?? system;
}

/** A device in the reader's language, such as "Firefox on Linux". Repeats no text of the client. */
export function describeDevice(messages: Messages, userAgent: string | null): string {
  return describeKnownDevice(messages, userAgent) ?? messages.common.devices.unknown;
}

type DateStyle = "long" | "medium";

/** Making one takes longer than the rest of a mail. */
const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(language: string, dateStyle: DateStyle): Intl.DateTimeFormat {
  const key = `${language} ${dateStyle}`;
  const known = formats.get(key);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat(language, { dateStyle, timeStyle: "short", timeZone: "UTC" });
  formats.set(key, made);
  return made;
}

function formatted({ language }: Messages, time: number, dateStyle: DateStyle): string {
  return `${formatOf(language, dateStyle).format(time)} UTC`;
}

/**
 * A moment in the reader's language, in UTC, such as "November 21, 2026 at 2:05 PM UTC".
 *
 * @example
 * formatTime(messages, core.clock.now())
 */
export function formatTime(messages: Messages, time: number): string {
  return formatted(messages, time, "long");
}

/**
 * The same in short, for the lists of pages, such as "Nov 21, 2026, 2:05 PM UTC".
 *
 * @example
 * timeElement(messages, row.accepted_at)
 */
export function timeElement(messages: Messages, time: number): Html {
  return html`<time datetime="${iso(time)}">${formatted(messages, time, "medium")}</time>`;
}

/**
 * The details of a request for a mail: time, device and address.
 *
 * @example
 * facts: requestDetails(messages, call.facts, core.clock.now())
 * @see row TH-10
 */
export function requestDetails(
  messages: Messages,
  { userAgent, address }: Pick<RequestFacts, "userAgent" | "address">,
  time: number,
): { label: string; value: string }[] {
  const { labels } = messages.common;
  return [
    { label: labels.time, value: formatTime(messages, time) },
    { label: labels.device, value: describeDevice(messages, userAgent) },
    { label: labels.address, value: address },
  ];
}
