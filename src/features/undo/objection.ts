import { absoluteUrl } from "../../core/absolute-url.ts";
import type { Core } from "../../core/core.ts";
import type { Objection } from "../../core/feature/index.ts";
import { durationInWords } from "../../core/outbox/index.ts";
import { createOneTimeToken } from "../../core/secrets/index.ts";
import { emailKeyOf, type User } from "../../core/users/index.ts";
import type { Transaction } from "../../platform/database/index.ts";

/**
 * The part of a notice for "this wasn't me", with a new link. The link restores its recipient, ends every session,
 * switches the password off and mails a way to a new one. It works for 7 days, whatever happens to the account: an
 * intruder could cause any change.
 */
export async function objection(
  core: Core,
  tx: Transaction,
  { id, email }: Pick<User, "id" | "email">,
): Promise<Objection> {
  const { undoMs } = core.settings.lifetimes;
  const token = await createOneTimeToken(core, tx, {
    purpose: "undo",
    userId: id,
    emailKey: emailKeyOf(email),
    address: email,
    lifetimeMs: undoMs,
  });
  return (messages) => {
    const { text, action, lifetime } = messages.undo.mail.objection;
    return {
      beforeAction: [text],
      action: { label: action, url: absoluteUrl(core.settings, "/undo", token) },
      afterAction: [lifetime(durationInWords(messages, undoMs))],
    };
  };
}
