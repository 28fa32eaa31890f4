import { absoluteUrl } from "../absolute-url.ts";
import type { Core } from "../core.ts";
import { emit } from "../events/index.ts";
import { composeMail } from "../outbox/index.ts";
import type { RequestFacts } from "../request-facts.ts";
import { requestDetails } from "./request-details.ts";

/**
 * Records that too many wrong passwords in a row switched the password off, and mails the owner the way to a new one.
 * The answer to the request doesn't say so: it reports one more wrong password.
 *
 * @see Row TH-03
 */
export async function passwordSwitchedOff(
  core: Core,
  user: { id: string; email: string },
  facts: RequestFacts,
): Promise<void> {
  const { messages, siteName, throttle } = core.settings;
  const { passwordOff } = messages.mail;
  const mail = await composeMail(messages, siteName, {
    kind: "password_switched_off",
    to: user.email,
    userId: user.id,
    subject: passwordOff.subject(siteName),
    paragraphs: [passwordOff.text(siteName, throttle.consecutiveFailures), passwordOff.known],
    facts: requestDetails(core, facts),
    action: { label: passwordOff.action, url: absoluteUrl(core.settings, "/forgot-password") },
  });
  await core.db.transaction(async (tx) => {
    const detail = { failures: throttle.consecutiveFailures };
    await emit(core, tx, { event: "authn_login_fail_max", subject: user.id, detail, facts });
    await core.outbox.enqueue(tx, mail);
  });
}
