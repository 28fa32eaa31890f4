import { absoluteUrl } from "../../core/absolute-url.ts";
import type { Core, RequestFacts } from "../../core/core.ts";
import type { AskedMail } from "../../core/mail-requests/index.ts";
import { describeDevice, formatTime, type Notice, requestDetails } from "../../core/notices/index.ts";
import { composeMail, durationInWords, type Mail } from "../../core/outbox/index.ts";

/** Where and when it was asked. */
type Asked = Pick<AskedMail, "facts" | "time">;

/** When and on which device it was asked. Not from where: the reader may be a stranger. */
function askedFacts(core: Core, { facts, time }: Asked): { label: string; value: string }[] {
  const { labels } = core.settings.messages.mail;
  return [
    { label: labels.time, value: formatTime(core, time) },
    { label: labels.device, value: describeDevice(core, facts.userAgent) },
  ];
}

/** The link that proves the new address. */
export function confirmChangeMail(
  core: Core,
  { to, userId, token }: { to: string; userId: string; token: string },
  asked: Asked,
): Promise<Mail> {
  const { messages, siteName, lifetimes } = core.settings;
  const { changeEmail } = messages.mail;
  return composeMail(messages, siteName, {
    kind: "change_email",
    to,
    userId,
    subject: changeEmail.subject(siteName),
    paragraphs: [changeEmail.text(siteName)],
    facts: askedFacts(core, asked),
    action: {
      label: changeEmail.action,
      url: absoluteUrl(core.settings, "/confirm-email-change", token),
    },
    afterAction: [
      changeEmail.lifetime(durationInWords(messages, lifetimes.emailChangeMs)),
      changeEmail.notMe,
    ],
  });
}

/** What the owner of a taken address hears instead; whoever asked sees no difference (row CE-04). */
export function takenAddressMail(
  core: Core,
  { to, userId }: { to: string; userId: string },
  asked: Asked,
): Promise<Mail> {
  const { messages, siteName } = core.settings;
  const { changeToTaken } = messages.mail;
  return composeMail(messages, siteName, {
    kind: "change_to_taken_email",
    to,
    userId,
    subject: changeToTaken.subject(siteName),
    paragraphs: [changeToTaken.text(siteName)],
    facts: askedFacts(core, asked),
    action: { label: changeToTaken.action, url: absoluteUrl(core.settings, "/login") },
    afterAction: [changeToTaken.notMe],
  });
}

/** What the present address hears of a request. */
export function requestedNotice({ settings }: Core): Notice {
  const { changeEmailNotice } = settings.messages.mail;
  return {
    kind: "email_change_requested",
    subject: changeEmailNotice.subject(settings.siteName),
    paragraphs: [changeEmailNotice.text(settings.siteName)],
  };
}

/** What the former address hears of the change. */
export function changedNotice({ settings }: Core): Notice {
  const { emailChangedNotice } = settings.messages.mail;
  return {
    kind: "email_changed",
    subject: emailChangedNotice.subject(settings.siteName),
    paragraphs: [emailChangedNotice.text(settings.siteName)],
  };
}

/** What the new address hears of the change. It has no way to undo it: that belongs to the former one. */
export function newAddressMail(
  core: Core,
  { to, userId }: { to: string; userId: string },
  facts: RequestFacts,
): Promise<Mail> {
  const { messages, siteName } = core.settings;
  const { emailChanged } = messages.mail;
  return composeMail(messages, siteName, {
    kind: "email_changed",
    to,
    userId,
    subject: emailChanged.subject(siteName),
    paragraphs: [emailChanged.text(siteName)],
    facts: requestDetails(core, facts),
    action: { label: emailChanged.action, url: absoluteUrl(core.settings, "/account") },
    afterAction: [emailChanged.notMe],
  });
}
