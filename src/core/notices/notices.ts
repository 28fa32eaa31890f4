import type { Transaction } from "../../platform/database/index.ts";
import type { Core } from "../core.ts";
import { composeMail, durationInWords } from "../outbox/index.ts";
import type { RequestFacts } from "../request-facts.ts";
import { undoLink } from "../secrets/index.ts";
import type { User } from "../users/index.ts";
import { requestDetails } from "./request-details.ts";

export interface Notice {
  /** The kind of notice, for example `password_changed`. */
  kind: string;
  subject: string;
  /** Plain sentences, one for each paragraph. They never hold text from a stranger. */
  paragraphs: string[];
}

/**
 * Mails an account's owner a notice of what happened, with a way to say "this wasn't me".
 *
 * No quota holds a notice back: an attacker could flood the mailbox first and then act unseen (case A-EM-05). An
 * unproven address gets no notice: a mistyped one belongs to a stranger, and the link would make that stranger the
 * owner.
 *
 * @see Rows EM-03, RS-11
 */
export async function sendNotice(
  core: Core,
  tx: Transaction,
  { kind, subject, paragraphs }: Notice,
  { to, facts }: { to: Pick<User, "id" | "email" | "emailVerified">; facts: RequestFacts },
): Promise<void> {
  if (!to.emailVerified) return;
  const { messages, siteName, lifetimes } = core.settings;
  const { objection } = messages.mail;
  const url = await undoLink(core, tx, to);
  const mail = await composeMail(messages, siteName, {
    kind,
    to: to.email,
    userId: to.id,
    subject,
    paragraphs,
    facts: requestDetails(core, facts),
    beforeAction: [objection.text],
    action: { label: objection.action, url },
    afterAction: [objection.lifetime(durationInWords(messages, lifetimes.undoMs))],
  });
  await core.outbox.enqueue(tx, mail);
}
