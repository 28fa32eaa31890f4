import { recordEvent } from "../../core/audit/index.ts";
import type { Core, RequestFacts } from "../../core/core.ts";
import {
  consumeOneTimeToken,
  createOneTimeToken,
  killUndoTokens,
  peekOneTimeToken,
  type TokenRow,
} from "../../core/one-time-tokens/index.ts";
import { unusableHash } from "../../core/passwords/index.ts";
import { credentialsChanged } from "../../core/sessions/index.ts";
import { addressFailures, giveAttemptBack, takeAttempt } from "../../core/throttling/index.ts";
import {
  cancelDeletion,
  findById,
  parseEmailAddress,
  putPassword,
  setEmail,
  type UserRow,
} from "../../core/users/index.ts";
import { type Queries, type Transaction, UniqueViolation } from "../../platform/database/index.ts";
import { LatchkeyError } from "../../platform/errors/index.ts";
import { addressTakenBackMail, choosePasswordMail } from "./mail.ts";

/** What the link of a notice stands for: an account, and the address that the notice went to. */
interface Objection {
  user: UserRow;
  /** As its owner writes it. */
  address: string;
  emailKey: string;
  /** When the notice was written. */
  since: number;
}

export interface UndoResult {
  userId: string;
  /** The address the account has again. */
  email: string;
  /** Whether a link for a new password was mailed there; a disabled account gets none. */
  mailed: boolean;
}

async function objection(db: Queries, row: TokenRow | undefined): Promise<Objection> {
  const user = row?.user_id ? await findById(db, row.user_id) : undefined;
  if (row === undefined || row.address === null || user === undefined)
    throw new LatchkeyError("link_invalid");
  return { user, address: row.address, emailKey: row.email_key, since: row.created_at };
}

/**
 * Looks at the link of a notice without using it. Wrong tokens count for the client address.
 * Throws `link_invalid` or `too_many_attempts`.
 */
export async function inspectUndo(core: Core, token: string, facts: RequestFacts): Promise<Objection> {
  const address = addressFailures(core, facts);
  await takeAttempt(core, [address]);
  const found = await objection(core.db, await peekOneTimeToken(core, core.db, "undo", token));
  await giveAttemptBack(core.db, address);
  return found;
}

/** Puts the address back that the notice went to, which its link proves. Says whether the account had another one. */
async function restoreAddress(
  core: Core,
  tx: Transaction,
  { user, address, emailKey }: Objection,
): Promise<boolean> {
  if (parseEmailAddress(user.email)?.key === emailKey) return false;
  await setEmail(tx, user.id, address, emailKey, core.clock.now());
  await core.outbox.enqueue(tx, await addressTakenBackMail(core, { to: user.email, userId: user.id }));
  return true;
}

/** The way back in: whoever reads that mailbox chooses the password. A disabled account stays closed to everybody. */
async function mailWayBack(
  core: Core,
  tx: Transaction,
  { user, address, emailKey }: Objection,
): Promise<boolean> {
  if (user.status !== "active") return false;
  const token = await createOneTimeToken(core, tx, {
    purpose: "choose_password",
    userId: user.id,
    emailKey,
    address,
    lifetimeMs: core.settings.lifetimes.resetMs,
  });
  await core.outbox.enqueue(tx, await choosePasswordMail(core, { to: address, userId: user.id, token }));
  return true;
}

async function lockEverybodyOut(
  core: Core,
  tx: Transaction,
  found: Objection,
  facts: RequestFacts,
): Promise<UndoResult> {
  const { user, address, emailKey, since } = found;
  const now = core.clock.now();
  const restored = await restoreAddress(core, tx, found);
  // Notices that went out since may be in an intruder's mailbox: their links must not undo this.
  await killUndoTokens(tx, user.id, emailKey, since, now);
  await credentialsChanged(core, tx, { userId: user.id, reason: "undone", facts });
  await putPassword(tx, user.id, unusableHash, now);
  const kept = (await cancelDeletion(tx, user.id)) === 1;
  const mailed = await mailWayBack(core, tx, found);
  const who = { actor: user.id, subject: user.id, facts };
  if (kept) await recordEvent(core, tx, { event: "user_deletion_cancelled", ...who });
  const detail = { address_restored: restored, mailed };
  await recordEvent(core, tx, { event: "user_change_undone", detail, ...who });
  return { userId: user.id, email: restored ? address : user.email, mailed };
}

/**
 * "This wasn't me": puts the address back that the notice went to, ends every session and device and everything that is
 * pending, switches the password off, keeps an account that was to be deleted, and mails a way to a new password. All of it
 * happens or nothing (row CE-03; case A-EM-06). Links of notices that went to other addresses earlier stay good, so that
 * the owner can undo what an intruder undid; those made since die. Signs nobody in.
 * Throws `link_invalid`, `too_many_attempts`, and `email_taken` where another account has the address by now.
 */
export async function undoChange(core: Core, token: string, facts: RequestFacts): Promise<UndoResult> {
  await inspectUndo(core, token, facts);
  try {
    return await core.db.transaction(async (tx) => {
      const found = await objection(tx, await consumeOneTimeToken(core, tx, "undo", token));
      return lockEverybodyOut(core, tx, found, facts);
    });
  } catch (error) {
    if (error instanceof UniqueViolation) throw new LatchkeyError("email_taken", { cause: error });
    throw error;
  }
}
