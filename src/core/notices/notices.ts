import type { Transaction } from "../../platform/database/index.ts";
import type { Core, RequestFacts } from "../core.ts";
import { deviceOf } from "../devices/index.ts";
import { undoLink } from "../one-time-tokens/index.ts";
import { composeMail, durationInWords } from "../outbox/index.ts";

/** A device in the catalogue's words, such as "Firefox on Linux"; null for one that nothing is known of. */
export function knownDeviceInWords({ settings }: Core, userAgent: string | null): string | null {
  const { browser, system } = deviceOf(userAgent);
  if (browser !== null && system !== null) return settings.messages.mail.devices.both(browser, system);
  return browser ?? system;
}

/** A device in the catalogue's words, such as "Firefox on Linux". Nothing the client chose is repeated. */
export function deviceInWords(core: Core, userAgent: string | null): string {
  return knownDeviceInWords(core, userAgent) ?? core.settings.messages.mail.devices.unknown;
}

/** A moment in the catalogue's language, in UTC, such as "November 21, 2026 at 2:05 PM UTC". */
export function momentInWords({ settings }: Core, time: number): string {
  const format = new Intl.DateTimeFormat(settings.messages.common.language, {
    dateStyle: "long",
    timeStyle: "short",
    timeZone: "UTC",
  });
  return `${format.format(time)} UTC`;
}

/** The same in short, for lists, such as "Nov 21, 2026, 2:05 PM UTC". */
export function shortMomentInWords({ settings }: Core, time: number): string {
  const format = new Intl.DateTimeFormat(settings.messages.common.language, {
    dateStyle: "medium",
    timeStyle: "short",
    timeZone: "UTC",
  });
  return `${format.format(time)} UTC`;
}

/** What a mail says about the request behind it: when, on which device, from where (row TH-10). */
export function circumstances(
  core: Core,
  facts: RequestFacts,
  time = core.clock.now(),
): { label: string; value: string }[] {
  const { labels } = core.settings.messages.mail;
  return [
    { label: labels.time, value: momentInWords(core, time) },
    { label: labels.device, value: deviceInWords(core, facts.userAgent) },
    { label: labels.address, value: facts.address },
  ];
}

/** Whose account it is, and where its owner is told. */
export interface NoticeRecipient {
  userId: string;
  /** As its owner writes it. */
  email: string;
  /** Whether the address was ever proven to be theirs. */
  proven: boolean;
}

export interface Notice {
  /** What it is about, for example `password_changed`. */
  kind: string;
  subject: string;
  /** Plain sentences, one for each paragraph. Never hold what a stranger typed. */
  paragraphs: string[];
}

/**
 * Tells an account's owner what happened to it, with a way to say "this wasn't me" (rows EM-03, RS-11). No cap holds a
 * notice back: whoever floods a mailbox first must not act unseen (case A-EM-05). An address that nobody proved gets none:
 * behind a mistyped one sits a stranger, whom the link would make the owner.
 */
export async function sendNotice(
  core: Core,
  tx: Transaction,
  { userId, email, proven }: NoticeRecipient,
  { kind, subject, paragraphs }: Notice,
  facts: RequestFacts,
): Promise<void> {
  if (!proven) return;
  const { messages, siteName, lifetimes } = core.settings;
  const { objection } = messages.mail;
  const url = await undoLink(core, tx, { userId, email });
  const mail = await composeMail(messages, siteName, {
    kind,
    to: email,
    userId,
    subject,
    paragraphs,
    facts: circumstances(core, facts),
    beforeAction: [objection.text],
    action: { label: objection.action, url },
    afterAction: [objection.lifetime(durationInWords(messages, lifetimes.undoMs))],
  });
  await core.outbox.enqueue(tx, mail);
}
