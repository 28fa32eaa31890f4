import { absoluteUrl } from "../../core/absolute-url.ts";
import type { Core } from "../../core/core.ts";
import { durationInWords, type Mail, mail } from "../../core/outbox/index.ts";

/** The reader and the reader's language. */
interface Reader {
  to: string;
  locale: string | null;
}

/** The link that proves an address. */
export function confirmationMail(core: Core, reader: Reader, token: string): Promise<Mail> {
  const { settings } = core;
  return mail(core, { kind: "confirm_email", ...reader }, (messages, siteName) => {
    const { common, registration } = messages;
    const { confirm } = registration.mail;
    const lifetime = durationInWords(messages, settings.lifetimes.confirmationMs);
    return {
      subject: confirm.subject(siteName),
      paragraphs: [confirm.text(siteName)],
      action: { label: confirm.action, url: absoluteUrl(settings, "/confirm-email", token) },
      afterAction: [common.linkLifetime(lifetime), confirm.notMe],
    };
  });
}

/** The mail to the owner of a taken address; the registering visitor sees no difference. */
// Row SU-01.
export function takenMail(core: Core, reader: Reader): Promise<Mail> {
  return mail(core, { kind: "already_registered", ...reader }, ({ common, registration }, siteName) => {
    const { taken } = registration.mail;
    return {
      subject: taken.subject(siteName),
      paragraphs: [taken.text(siteName)],
      action: { label: common.login, url: absoluteUrl(core.settings, "/login") },
      afterAction: [taken.notMe],
    };
  });
}
