import type { Transaction } from "../../platform/database/index.ts";
import { absoluteUrl } from "../absolute-url.ts";
import type { Base } from "../base.ts";
import { emailKeyOf, type User } from "../users/index.ts";
import { createOneTimeToken } from "./one-time-tokens.ts";

/**
 * The link of a notice that says "this wasn't me": it puts the address it was sent to back, ends every session, switches
 * the password off and mails a way to a new one. Good for 7 days whatever happens to the account in between, since an
 * intruder would make it happen. Returns the URL.
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
