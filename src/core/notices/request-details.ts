import { timeElement as element, type Html } from "../../platform/html/index.ts";
import { exactTime } from "../../platform/time/index.ts";
import type { Core, RequestFacts } from "../core.ts";
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

/**
 * A moment in the reader's language, in UTC, such as "November 21, 2026 at 2:05 PM UTC".
 *
 * @example
 * formatTime(messages, core.clock.now())
 */
export function formatTime(messages: Messages, time: number): string {
  return exactTime(messages.language, time);
}

/**
 * The same for pages: "5 minutes ago", "yesterday", or the date. `asDate`: always the date. Its title says it to the
 * minute.
 *
 * @example
 * timeElement(context, row.accepted_at)
 */
export function timeElement(
  { core, messages }: { core: Pick<Core, "clock">; messages: Messages },
  time: number,
  { asDate = false }: { asDate?: boolean } = {},
): Html {
  return element({ time, now: core.clock.now(), language: messages.language, asDate });
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
