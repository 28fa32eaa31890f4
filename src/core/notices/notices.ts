import type { Transaction } from "../../platform/database/index.ts";
import type { Core, RequestFacts } from "../core.ts";
import { type MailDraft, mail } from "../outbox/index.ts";
import type { User } from "../users/index.ts";
import type { Messages } from "../words/index.ts";
import { requestDetails } from "./request-details.ts";

/** A mail that tells an owner what happened to the account. */
export interface Notice {
  /** What it is about, for example `password_changed`. */
  kind: string;
  /** What it says, in the language of the account. `beforeAction` stands in front of "this wasn't me". */
  write(
    messages: Messages,
    siteName: string,
  ): Pick<MailDraft, "subject" | "paragraphs" | "code" | "beforeAction">;
}

/**
 * Tells an account's owner what happened to it, with a way to say "this wasn't me". No limit holds a notice back: an
 * intruder who floods the mailbox first must not act unseen. An unproven address gets none: a mistyped address belongs
 * to a stranger, whom the link would make the owner. The language is the account's. The request's may be an intruder's.
 *
 * @example
 * await sendNotice(core, tx, { kind: "acme-nickname", write }, { to: user, facts: call.facts });
 * @see rows EM-03, RS-11; case A-EM-05
 */
export async function sendNotice(
  core: Core,
  tx: Transaction,
  { kind, write }: Notice,
  { to, facts }: { to: Pick<User, "id" | "email" | "emailVerified" | "locale">; facts: RequestFacts },
): Promise<void> {
  if (!to.emailVerified) return;
  const objection = await core.features.objection?.(core, tx, to);
  const envelope = { kind, to: to.email, locale: to.locale, userId: to.id };
  const notice = await mail(core, envelope, (messages, siteName) => {
    const draft = write(messages, siteName);
    const { beforeAction = [], ...way } = objection?.(messages) ?? {};
    return {
      ...draft,
      facts: requestDetails(messages, facts, core.clock.now()),
      ...way,
      beforeAction: [...(draft.beforeAction ?? []), ...beforeAction],
    };
  });
  await core.outbox.enqueue(tx, notice);
}
