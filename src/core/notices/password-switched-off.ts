import { absoluteUrl } from "../absolute-url.ts";
import type { Core } from "../core.ts";
import { emit } from "../events/index.ts";
import { mail } from "../outbox/index.ts";
import type { RequestFacts } from "../request-facts.ts";
import { requestDetails } from "./request-details.ts";

/**
 * Records that too many wrong passwords in a row switched the password off. Mails the owner the way to a new one. The
 * answer to the request doesn't say so: it reports one more wrong password.
 *
 * @see Row TH-03
 */
export async function passwordSwitchedOff(
  core: Core,
  user: { id: string; email: string; locale: string | null },
  facts: RequestFacts,
): Promise<void> {
  const { throttle } = core.settings;
  const envelope = { kind: "password_switched_off", to: user.email, locale: user.locale, userId: user.id };
  const notice = await mail(core, envelope, (messages, siteName) => {
    const { passwordOff } = messages.common.mail;
    return {
      subject: passwordOff.subject(siteName),
      paragraphs: [passwordOff.text(siteName, throttle.consecutiveFailures), passwordOff.known],
      facts: requestDetails(messages, facts, core.clock.now()),
      action: { label: passwordOff.action, url: absoluteUrl(core.settings, "/forgot-password") },
    };
  });
  await core.db.transaction(async (tx) => {
    const detail = { failures: throttle.consecutiveFailures };
    await emit(core, tx, { event: "authn_login_fail_max", subject: user.id, detail, facts });
    await core.outbox.enqueue(tx, notice);
  });
}
