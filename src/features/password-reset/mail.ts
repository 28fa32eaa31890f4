import { absoluteUrl } from "../../core/absolute-url.ts";
import type { Core, RequestFacts } from "../../core/core.ts";
import { type Notice, requestDetails } from "../../core/notices/index.ts";
import { durationInWords, type Mail, mail } from "../../core/outbox/index.ts";
import type { UserRow } from "../../core/users/index.ts";

/**
 * The link for choosing a new password: its lifetime, and the time, place and device of the request. Goes to the
 * stored address, never to a typed one.
 */
// Rows RS-03, RS-06, EM-02.
export function resetMail(
  core: Core,
  user: UserRow,
  { token, facts, time }: { token: string; facts: RequestFacts; time: number },
): Promise<Mail> {
  const { settings } = core;
  const locale = user.locale ?? facts.locale;
  return mail(
    core,
    { kind: "reset_password", to: user.email, locale, userId: user.id },
    (messages, siteName) => {
      const { common, passwordReset } = messages;
      const { reset } = passwordReset.mail;
      return {
        subject: reset.subject(siteName),
        paragraphs: [reset.text(siteName)],
        facts: requestDetails(messages, facts, time),
        action: { label: reset.action, url: absoluteUrl(settings, "/reset-password", token) },
        afterAction: [
          common.linkLifetime(durationInWords(messages, settings.lifetimes.resetMs)),
          reset.notMe,
        ],
      };
    },
  );
}

/** The notice to the owner of a new password. */
// Row RS-11.
export const passwordResetNotice: Notice = {
  kind: "password_reset",
  write({ passwordReset }, siteName) {
    const { done } = passwordReset.mail;
    return { subject: done.subject(siteName), paragraphs: [done.text(siteName)] };
  },
};
