import { absoluteUrl } from "../../core/absolute-url.ts";
import type { Core, RequestFacts } from "../../core/core.ts";
import { type Notice, requestDetails } from "../../core/notices/index.ts";
import { composeMail, durationInWords, type Mail } from "../../core/outbox/index.ts";
import type { UserRow } from "../../core/users/index.ts";

/**
 * The link for choosing a new password: how long it works, and when, where and on which device it was asked for (rows
 * RS-03, RS-06). Goes to the stored address, never to a typed one (row EM-02).
 */
export function resetMail(
  core: Core,
  user: UserRow,
  { token, facts, time }: { token: string; facts: RequestFacts; time: number },
): Promise<Mail> {
  const { messages, siteName, lifetimes } = core.settings;
  const { reset } = messages.mail;
  return composeMail(messages, siteName, {
    kind: "reset_password",
    to: user.email,
    userId: user.id,
    subject: reset.subject(siteName),
    paragraphs: [reset.text(siteName)],
    facts: requestDetails(core, facts, time),
    action: { label: reset.action, url: absoluteUrl(core.settings, "/reset-password", token) },
    afterAction: [reset.lifetime(durationInWords(messages, lifetimes.resetMs)), reset.notMe],
  });
}

/** What the owner hears when the password is another one now (row RS-11). */
export function passwordResetNotice({ settings }: Core): Notice {
  const { passwordReset } = settings.messages.mail;
  return {
    kind: "password_reset",
    subject: passwordReset.subject(settings.siteName),
    paragraphs: [passwordReset.text(settings.siteName)],
  };
}
