import { card, form, type Html, html, submitButton } from "../../platform/html/index.ts";
import type { Page, RouteContext } from "./route.ts";

/** The parts of the page. */
export interface MailSentPageOptions {
  title: string;
  intro: string;
  /** The use of the mail, and its lifetime. */
  children: Html;
  /** The path that sends it again, as declared. */
  action: string;
  /** The hidden fields it needs for that. */
  fields: Html;
  /** The path for another address, as declared. */
  startOver: string;
}

/**
 * Announces a mail, the same to every requester.
 *
 * @example
 * mailSentPage(context, {
 *   title: words.sentTitle,
 *   intro: words.sent(email),
 *   children: html`<p>${words.howTo}</p>`,
 *   action: "/invitations",
 *   fields: hiddenField("email", email),
 *   startOver: "/invitations",
 * });
 * @see rows SU-01, RS-01, TH-01
 */
export function mailSentPage({ auth, messages, path }: RouteContext, options: MailSentPageOptions): Page {
  const { checkMail } = messages.common;
  const { title, intro, children, action, fields, startOver } = options;
  const again = form({
    action: path(action),
    csrfField: auth.csrfField,
    children: html`${fields}${submitButton(checkMail.resend, "secondary")}`,
  });
  return {
    title,
    body: card({
      title,
      intro,
      children: html`${children}
<p>${checkMail.nothingArrived}</p>
${again}`,
      footer: html`<a href="${path(startOver)}">${checkMail.otherAddress}</a>`,
    }),
  };
}
