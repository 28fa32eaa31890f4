import type { Core } from "../../core/core.ts";
import type { Notice } from "../../core/notices/index.ts";
import { durationInWords } from "../../core/outbox/index.ts";

/**
 * The mail with the code. It is a notice: if the owner didn't request it, a thief has a live session. "This wasn't me"
 * ends that session. The code isn't in the subject, since lock screens show it.
 */
// Row EM-04.
export function codeNotice({ settings }: Core, code: string): Notice {
  return {
    kind: "reauthentication_code",
    write(messages, siteName) {
      const { mail } = messages.reauthenticate;
      const lifetime = durationInWords(messages, settings.lifetimes.reauthenticationCodeMs);
      return {
        subject: mail.subject(siteName),
        paragraphs: [mail.text(siteName)],
        code: { label: mail.code, value: code },
        beforeAction: [mail.lifetime(lifetime)],
      };
    },
  };
}
