import type { Transaction } from "../../platform/database/index.ts";
import { absoluteUrl } from "../absolute-url.ts";
import type { Base } from "../base.ts";
import { emailKeyOf, type User } from "../users/index.ts";
import { createOneTimeToken } from "./one-time-tokens.ts";

/**
 * Makes the link of a notice for "this wasn't me". It puts back the address it was sent to, ends every session,
 * switches the password off and mails a way to a new one. It works for 7 days whatever happens to the account in
 * between, since an intruder could cause anything. Returns the URL.
 */
export async function undoLink(
  core: Base,
  tx: Transaction,
  { id, email }: Pick<User, "id" | "email">,
): Promise<string> {
  const token = await createOneTimeToken(core, tx, {
    purpose: "undo",
    userId: id,
    emailKey: emailKeyOf(email),
    address: email,
    lifetimeMs: core.settings.lifetimes.undoMs,
  });
  return absoluteUrl(core.settings, "/undo", token);
}
