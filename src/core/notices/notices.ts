import type { Transaction } from "../../platform/database/index.ts";
import type { Core, RequestFacts } from "../core.ts";
import { type Mail, type MailDraft, mail } from "../outbox/index.ts";
import type { User } from "../users/index.ts";
import type { Messages } from "../words/index.ts";
import { requestDetails } from "./request-details.ts";

/** A mail to the owner about an event of the account. */
export interface Notice {
  /** Its kind, for example `password_changed`. */
  kind: string;
  /** Its text, in the language of the account. `beforeAction` comes before "this wasn't me". */
  write(
    messages: Messages,
    siteName: string,
  ): Pick<MailDraft, "subject" | "paragraphs" | "code" | "beforeAction">;
}

/** The account and the request of a notice. */
interface NoticeTo {
  to: Pick<User, "id" | "email" | "emailVerified" | "locale">;
  facts: RequestFacts;
}

/** The mail of a notice; null for an unproven address. */
async function compose(
  core: Core,
  tx: Transaction,
  { kind, write }: Notice,
  { to, facts }: NoticeTo,
): Promise<Mail | null> {
  if (!to.emailVerified) return null;
  const objection = await core.features.objection?.(core, tx, to);
  const envelope = { kind, to: to.email, locale: to.locale, userId: to.id };
  return mail(core, envelope, (messages, siteName) => {
    const draft = write(messages, siteName);
    const { beforeAction = [], ...way } = objection?.(messages) ?? {};
    return {
      ...draft,
      facts: requestDetails(messages, facts, core.clock.now()),
      ...way,
      beforeAction: [...(draft.beforeAction ?? []), ...beforeAction],
    };
  });
}

/**
 * Notifies an account's owner of an event, with a way to say "this wasn't me". Notices have no limit: an intruder who
 * floods the mailbox first must not act unseen. An unproven address gets none. A mistyped address belongs to a
 * stranger, and the link would make the stranger the owner. The language is the account's, since the request's may be
 * an intruder's.
 *
 * @example
 * await sendNotice(core, tx, { kind: "acme-nickname", write }, { to: user, facts: call.facts });
 * @see rows EM-03, RS-11; case A-EM-05
 */
export async function sendNotice(
  core: Core,
  tx: Transaction,
  notice: Notice,
  about: NoticeTo,
): Promise<void> {
  const composed = await compose(core, tx, notice, about);
  if (composed !== null) await core.outbox.enqueue(tx, composed);
}

/** The same after a delay, unless `outbox.withdraw` cancels it. Returns the id of the mail, or null without one. */
export async function sendNoticeLater(
  core: Core,
  tx: Transaction,
  notice: Notice,
  { delayMs, ...about }: NoticeTo & { delayMs: number },
): Promise<string | null> {
  const composed = await compose(core, tx, notice, about);
  return composed === null ? null : core.outbox.enqueueLater(tx, composed, delayMs);
}
