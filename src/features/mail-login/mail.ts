import { absoluteUrl } from "../../core/absolute-url.ts";
import type { Core, RequestFacts } from "../../core/core.ts";
import { requestDetails } from "../../core/notices/index.ts";
import { durationInWords, type Mail, mail } from "../../core/outbox/index.ts";
import type { UserRow } from "../../core/users/index.ts";

/**
 * One message with a link for the requesting browser, and a code for a mailbox on another device. It names their
 * lifetime, and the time, place and device of the request. Neither is in the subject, since lock screens show it.
 */
// Row EM-04.
export function mailLoginMail(
  core: Core,
  user: UserRow,
  { token, code, facts, time }: { token: string; code: string; facts: RequestFacts; time: number },
): Promise<Mail> {
  const { settings } = core;
  const locale = user.locale ?? facts.locale;
  return mail(core, { kind: "mail_login", to: user.email, locale, userId: user.id }, (messages, siteName) => {
    const words = messages.mailLogin.mail;
    const lifetime = durationInWords(messages, settings.lifetimes.mailLoginMs);
    return {
      subject: words.subject(siteName),
      paragraphs: [words.text(siteName)],
      facts: requestDetails(messages, facts, time),
      code: { label: words.code, value: code },
      beforeAction: [words.link],
      action: { label: messages.common.login, url: absoluteUrl(settings, "/login/mail/confirm", token) },
      afterAction: [words.lifetime(lifetime), words.notMe],
    };
  });
}
