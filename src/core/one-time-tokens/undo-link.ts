import type { Transaction } from "../../platform/database/index.ts";
import type { Core } from "../core.ts";
import { createOneTimeToken } from "./one-time-tokens.ts";

/** Whose account it is, and the address that the link goes to. */
interface UndoRecipient {
  userId: string;
  /** As its owner writes it. */
  email: string;
  emailKey: string;
}

/**
 * The link of a notice that says "this wasn't me": it puts the address it was sent to back, ends every session, switches
 * the password off and mails a way to a new one. Good for 7 days whatever happens to the account in between, since an
 * intruder would make it happen. Returns the URL.
 */
export async function undoLink(
  core: Core,
  tx: Transaction,
  { userId, email, emailKey }: UndoRecipient,
): Promise<string> {
  const { origin, basePath, lifetimes } = core.settings;
  const token = await createOneTimeToken(core, tx, {
    purpose: "undo",
    userId,
    emailKey,
    address: email,
    lifetimeMs: lifetimes.undoMs,
  });
  return `${origin.origin}${basePath}/undo?token=${token}`;
}
