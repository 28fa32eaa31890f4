import { absoluteUrl } from "../../core/absolute-url.ts";
import type { Core } from "../../core/core.ts";
import { formatTime } from "../../core/notices/index.ts";
import { composeMail, durationInWords, type Mail } from "../../core/outbox/index.ts";

/** The way to a new password, after an undo switched the old one off. */
export function choosePasswordMail(
  { settings }: Core,
  { to, userId, token }: { to: string; userId: string; token: string },
): Promise<Mail> {
  const { messages, siteName, lifetimes } = settings;
  const { undone } = messages.mail;
  return composeMail(messages, siteName, {
    kind: "change_undone",
    to,
    userId,
    subject: undone.subject(siteName),
    paragraphs: [undone.text(siteName)],
    action: { label: undone.action, url: absoluteUrl(settings, "/reset-password", token) },
    afterAction: [undone.lifetime(durationInWords(messages, lifetimes.resetMs))],
  });
}

/** What the address hears that the account had until the undo. Nothing about who did it: an intruder may read this. */
export function addressTakenBackMail(
  core: Core,
  { to, userId }: { to: string; userId: string },
): Promise<Mail> {
  const { messages, siteName } = core.settings;
  const { addressTakenBack, labels } = messages.mail;
  return composeMail(messages, siteName, {
    kind: "email_change_undone",
    to,
    userId,
    subject: addressTakenBack.subject(siteName),
    paragraphs: [addressTakenBack.text(siteName)],
    facts: [{ label: labels.time, value: formatTime(core, core.clock.now()) }],
    afterAction: [addressTakenBack.notMe],
  });
}
