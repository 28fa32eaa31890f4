import { keepAnAdministrator, LastAdministrator } from "../../core/access/index.ts";
import { recordEvent } from "../../core/audit/index.ts";
import type { Core, RequestFacts } from "../../core/core.ts";
import { sendNotice } from "../../core/notices/index.ts";
import { credentialsChanged, findLiveSession, type Session } from "../../core/sessions/index.ts";
import { findById, parseEmailAddress, scheduleDeletion, type User } from "../../core/users/index.ts";
import type { Transaction } from "../../platform/database/index.ts";
import { fieldError, LatchkeyError } from "../../platform/errors/index.ts";
import { deletionNotice } from "./mail.ts";

/** Somebody has to be left who can administer (row AZ-09). */
async function refuseLastAdministrator(tx: Transaction, roles: string | null): Promise<void> {
  if (!roles?.split(",").includes("admin")) return;
  try {
    await keepAnAdministrator(tx);
  } catch (error) {
    throw error instanceof LastAdministrator ? fieldError("confirm", "last_administrator") : error;
  }
}

/**
 * Schedules the deletion of the account of whoever is signed in, for when its grace is over (`deletionGraceMs`); `confirm`
 * is its e-mail address, typed. Every session, device and link ends at once, and the owner is told by mail, with a way to
 * object. Signing in keeps the account. The caller has checked that the sign-in is fresh (row PV-02).
 * Returns when it will be deleted, in UTC milliseconds.
 * Throws `invalid_input` on `confirm` (`confirm_mismatch`, `last_administrator`), `login_required`.
 */
export async function requestDeletion(
  core: Core,
  { user, session }: { user: User; session: Session },
  confirm: string,
  facts: RequestFacts,
): Promise<number> {
  const typed = parseEmailAddress(confirm)?.key;
  return core.db.transaction(async (tx) => {
    // Read here: the address may have changed since the request began.
    const row = await findById(tx, user.id);
    const live = await findLiveSession(tx, session.id, user.id);
    if (row === undefined || live === undefined) throw new LatchkeyError("login_required");
    const emailKey = parseEmailAddress(row.email)?.key;
    if (emailKey === undefined || typed !== emailKey) throw fieldError("confirm", "confirm_mismatch");
    const deleteAfter = core.clock.now() + core.settings.lifetimes.deletionGraceMs;
    if ((await scheduleDeletion(tx, user.id, deleteAfter)) === 0) throw new LatchkeyError("login_required");
    await refuseLastAdministrator(tx, row.roles);
    await credentialsChanged(core, tx, { userId: user.id, reason: "deletion_requested", facts });
    const proven = row.email_confirmed_at !== null;
    const recipient = { userId: user.id, email: row.email, proven };
    await sendNotice(core, tx, recipient, deletionNotice(core, deleteAfter), facts);
    await recordEvent(core, tx, {
      event: "user_deletion_requested",
      actor: user.id,
      subject: user.id,
      detail: { delete_after: deleteAfter },
      facts,
    });
    return deleteAfter;
  });
}
