import type { Transaction } from "../../platform/database/index.ts";
import type { Core, RequestFacts } from "../core.ts";
import { deviceOf } from "../devices/index.ts";
import { type NoticeRecipient, undoLink } from "../one-time-tokens/index.ts";
import { composeMail, durationInWords } from "../outbox/index.ts";

/** A device in the catalogue's words, such as "Firefox on Linux". Nothing the client chose is repeated. */
export function deviceInWords({ settings }: Core, userAgent: string | null): string {
  const { devices } = settings.messages.mail;
  const { browser, system } = deviceOf(userAgent);
  if (browser !== null && system !== null) return devices.both(browser, system);
  return browser ?? system ?? devices.unknown;
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

/** What a mail says about the request behind it: when, on which device, from where (row TH-10). */
export function circumstances(core: Core, facts: RequestFacts): { label: string; value: string }[] {
  const { labels } = core.settings.messages.mail;
  return [
    { label: labels.time, value: momentInWords(core, core.clock.now()) },
    { label: labels.device, value: deviceInWords(core, facts.userAgent) },
    { label: labels.address, value: facts.address },
  ];
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
 * notice back: whoever floods a mailbox first must not act unseen (case A-EM-05).
 */
export async function sendNotice(
  core: Core,
  tx: Transaction,
  recipient: NoticeRecipient,
  { kind, subject, paragraphs }: Notice,
  facts: RequestFacts,
): Promise<void> {
  const { messages, siteName, lifetimes } = core.settings;
  const { objection } = messages.mail;
  const url = await undoLink(core, tx, recipient);
  const mail = await composeMail(messages, siteName, {
    kind,
    to: recipient.email,
    userId: recipient.userId,
    subject,
    paragraphs,
    facts: circumstances(core, facts),
    beforeAction: [objection.text],
    action: { label: objection.action, url },
    afterAction: [objection.lifetime(durationInWords(messages, lifetimes.undoMs))],
  });
  await core.outbox.enqueue(tx, mail);
}
