import { absoluteUrl } from "../../core/absolute-url.ts";
import type { Core } from "../../core/core.ts";
import { durationInWords, type Mail, type MailEnvelope, mail } from "../../core/outbox/index.ts";
import { createOneTimeToken, type TokenSubject } from "../../core/secrets/index.ts";
import type { Transaction } from "../../platform/database/index.ts";

type Reader = Omit<MailEnvelope, "kind">;

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

/** Makes the single-use secret of a confirmation, and mails its link. */
export async function mailConfirmation(
  core: Core,
  tx: Transaction,
  whose: Pick<TokenSubject, "userId" | "registrationId" | "emailKey">,
  reader: Reader,
): Promise<void> {
  const { confirmationMs: lifetimeMs } = core.settings.lifetimes;
  const token = await createOneTimeToken(core, tx, { purpose: "confirm_email", ...whose, lifetimeMs });
  await core.outbox.enqueue(tx, await confirmationMail(core, reader, token));
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
