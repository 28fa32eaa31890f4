import { absoluteUrl } from "../../core/absolute-url.ts";
import type { Core, RequestFacts } from "../../core/core.ts";
import { requestDetails } from "../../core/notices/index.ts";
import { composeMail, durationInWords, type Mail } from "../../core/outbox/index.ts";
import type { UserRow } from "../../core/users/index.ts";
import { shownCode } from "./code.ts";

/**
 * One message with both ways in: a link for the browser that asked, and a code for when the mail is read on another
 * device. Says how long they work, and when, where and on which device they were asked for. Neither stands in the subject,
 * which lock screens show (row EM-04).
 */
export function mailLoginMail(
  core: Core,
  user: UserRow,
  { token, code, facts, time }: { token: string; code: string; facts: RequestFacts; time: number },
): Promise<Mail> {
  const { messages, siteName, lifetimes } = core.settings;
  const { mailLogin } = messages.mail;
  return composeMail(messages, siteName, {
    kind: "mail_login",
    to: user.email,
    userId: user.id,
    subject: mailLogin.subject(siteName),
    paragraphs: [mailLogin.text(siteName)],
    facts: requestDetails(core, facts, time),
    code: { label: mailLogin.code, value: shownCode(code) },
    beforeAction: [mailLogin.link],
    action: { label: mailLogin.action, url: absoluteUrl(core.settings, "/login/mail/confirm", token) },
    afterAction: [mailLogin.lifetime(durationInWords(messages, lifetimes.mailLoginMs)), mailLogin.notMe],
  });
}
