import { absoluteUrl } from "../../core/absolute-url.ts";
import type { Core, RequestFacts } from "../../core/core.ts";
import type { AskedMail } from "../../core/mail-requests/index.ts";
import { describeDevice, formatTime, type Notice, requestDetails } from "../../core/notices/index.ts";
import { durationInWords, type Mail, type MailEnvelope, mail } from "../../core/outbox/index.ts";
import type { Messages } from "../../core/words/index.ts";

/** The time and place of the request. */
type Asked = Pick<AskedMail, "facts" | "time">;

type Reader = Omit<MailEnvelope, "kind">;

/** The time and device of the request. Without its address: the reader may be a stranger. */
function askedFacts(messages: Messages, { facts, time }: Asked): { label: string; value: string }[] {
  const { labels } = messages.common;
  return [
    { label: labels.time, value: formatTime(messages, time) },
    { label: labels.device, value: describeDevice(messages, facts.userAgent) },
  ];
}

/** The link that proves the new address. */
export function confirmChangeMail(core: Core, reader: Reader, token: string, asked: Asked): Promise<Mail> {
  const { settings } = core;
  return mail(core, { kind: "change_email", ...reader }, (messages, siteName) => {
    const { common, emailChange } = messages;
    const { confirm } = emailChange.mail;
    const lifetime = durationInWords(messages, settings.lifetimes.emailChangeMs);
    return {
      subject: confirm.subject(siteName),
      paragraphs: [confirm.text(siteName)],
      facts: askedFacts(messages, asked),
      action: { label: confirm.action, url: absoluteUrl(settings, "/confirm-email-change", token) },
      afterAction: [common.linkLifetime(lifetime), confirm.notMe],
    };
  });
}

/** The mail to the owner of a taken address; the requester sees no difference. */
// Row CE-04.
export function takenAddressMail(core: Core, reader: Reader, asked: Asked): Promise<Mail> {
  return mail(core, { kind: "change_to_taken_email", ...reader }, (messages, siteName) => {
    const { taken } = messages.emailChange.mail;
    return {
      subject: taken.subject(siteName),
      paragraphs: [taken.text(siteName)],
      facts: askedFacts(messages, asked),
      action: { label: messages.common.login, url: absoluteUrl(core.settings, "/login") },
      afterAction: [taken.notMe],
    };
  });
}

/** The notice of a request to the current address. */
export const requestedNotice: Notice = {
  kind: "email_change_requested",
  write({ emailChange }, siteName) {
    const { requested } = emailChange.mail;
    return { subject: requested.subject(siteName), paragraphs: [requested.text(siteName)] };
  },
};

/** The notice of the change to the former address. */
export const changedNotice: Notice = {
  kind: "email_changed",
  write({ emailChange }, siteName) {
    const { changed } = emailChange.mail;
    return { subject: changed.subject(siteName), paragraphs: [changed.text(siteName)] };
  },
};

/** The notice of the change to the new address. It can't undo the change: only the former address can. */
export function newAddressMail(core: Core, reader: Reader, facts: RequestFacts): Promise<Mail> {
  return mail(core, { kind: "email_changed", ...reader }, (messages, siteName) => {
    const { newAddress } = messages.emailChange.mail;
    return {
      subject: newAddress.subject(siteName),
      paragraphs: [newAddress.text(siteName)],
      facts: requestDetails(messages, facts, core.clock.now()),
      action: { label: newAddress.action, url: absoluteUrl(core.settings, "/account") },
      afterAction: [newAddress.notMe],
    };
  });
}
