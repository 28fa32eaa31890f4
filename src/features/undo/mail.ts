import { absoluteUrl } from "../../core/absolute-url.ts";
import type { Core } from "../../core/core.ts";
import { formatTime } from "../../core/notices/index.ts";
import { durationInWords, type Mail, type MailEnvelope, mail } from "../../core/outbox/index.ts";

type Reader = Omit<MailEnvelope, "kind">;

/** The way to a new password, after an undo switched the old one off. */
export function choosePasswordMail(core: Core, reader: Reader, token: string): Promise<Mail> {
  const { settings } = core;
  return mail(core, { kind: "change_undone", ...reader }, (messages, siteName) => {
    const { common, undo } = messages;
    const { undone } = undo.mail;
    const lifetime = common.linkLifetime(durationInWords(messages, settings.lifetimes.resetMs));
    return {
      subject: undone.subject(siteName),
      paragraphs: [undone.text(siteName)],
      action: { label: undone.action, url: absoluteUrl(settings, "/reset-password", token) },
      afterAction: [`${lifetime} ${undone.tooOld}`],
    };
  });
}

/** The notice to the account's address before the undo. It names no author: the reader may be the intruder. */
export function addressTakenBackMail(core: Core, reader: Reader): Promise<Mail> {
  return mail(core, { kind: "address_taken_back", ...reader }, (messages, siteName) => {
    const { addressTakenBack } = messages.undo.mail;
    return {
      subject: addressTakenBack.subject(siteName),
      paragraphs: [addressTakenBack.text(siteName)],
      facts: [{ label: messages.common.labels.time, value: formatTime(messages, core.clock.now()) }],
      afterAction: [addressTakenBack.notMe],
    };
  });
}
