import type { Transaction } from "../../platform/database/index.ts";
import type { Core } from "../core.ts";
import { composeMail, durationInWords } from "../outbox/index.ts";
import type { RequestFacts } from "../request-facts.ts";
import { undoLink } from "../secrets/index.ts";
import type { User } from "../users/index.ts";
import { requestDetails } from "./request-details.ts";

export interface Notice {
  /** What it is about, for example `password_changed`. */
  kind: string;
  subject: string;
  /** Plain sentences, one for each paragraph. Never hold what a stranger typed. */
  paragraphs: string[];
}

/**
 * Tells an account's owner what happened to it, with a way to say "this wasn't me" (rows EM-03, RS-11). No cap holds a
 * notice back: whoever floods a mailbox first must not act unseen (case A-EM-05). An address that nobody proved gets none:
 * behind a mistyped one sits a stranger, whom the link would make the owner.
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
