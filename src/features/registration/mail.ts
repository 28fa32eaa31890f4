import { absoluteUrl } from "../../core/absolute-url.ts";
import type { Core } from "../../core/core.ts";
import { composeMail, durationInWords, type Mail } from "../../core/outbox/index.ts";

/** The link that proves an address. */
export function confirmationMail({ settings }: Core, to: string, token: string): Promise<Mail> {
  const { messages, siteName, lifetimes } = settings;
  const { confirm } = messages.mail;
  return composeMail(messages, siteName, {
    kind: "confirm_email",
    to,
    subject: confirm.subject(siteName),
    paragraphs: [confirm.text(siteName)],
    action: { label: confirm.action, url: absoluteUrl(settings, "/confirm-email", token) },
    afterAction: [confirm.lifetime(durationInWords(messages, lifetimes.confirmationMs)), confirm.notMe],
  });
}

/** What the owner of a taken address hears instead; whoever registered sees no difference (row SU-01). */
export function takenMail({ settings }: Core, to: string): Promise<Mail> {
  const { messages, siteName } = settings;
  const { taken } = messages.mail;
  return composeMail(messages, siteName, {
    kind: "already_registered",
    to,
    subject: taken.subject(siteName),
    paragraphs: [taken.text(siteName)],
    action: { label: taken.action, url: absoluteUrl(settings, "/login") },
    afterAction: [taken.notMe],
  });
}
