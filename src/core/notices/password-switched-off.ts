import { absoluteUrl } from "../absolute-url.ts";
import { recordEvent } from "../audit/index.ts";
import type { Core, RequestFacts } from "../core.ts";
import { mail } from "../outbox/index.ts";
import { requestDetails } from "./request-details.ts";

/**
 * The password was wrong so often in a row that it counts no more (row TH-03): recorded, and told to the owner, with the way
 * to a new one. Who typed is told nothing: to them it was wrong once more.
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
    await recordEvent(core, tx, { event: "authn_login_fail_max", subject: user.id, detail, facts });
    await core.outbox.enqueue(tx, notice);
  });
}
