import { assertAdministratorRemains, LastAdministrator } from "../../core/access/index.ts";
import { recordEvent } from "../../core/audit/index.ts";
import type { Core, RequestFacts } from "../../core/core.ts";
import { sendNotice } from "../../core/notices/index.ts";
import { type Account, credentialsChanged, requireLive } from "../../core/sessions/index.ts";
import { emailKeyOf, findById, parseEmailAddress, scheduleDeletion, toUser } from "../../core/users/index.ts";
import type { Transaction } from "../../platform/database/index.ts";
import { fieldError, LatchkeyError } from "../../platform/errors/index.ts";
import { deletionNotice } from "./mail.ts";

/** Somebody has to be left who can administer (row AZ-09). */
async function refuseLastAdministrator(tx: Transaction, roles: string | null): Promise<void> {
  if (!roles?.split(",").includes("admin")) return;
  try {
    await assertAdministratorRemains(tx);
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
  account: Account,
  confirm: string,
  facts: RequestFacts,
): Promise<number> {
  const userId = account.user.id;
  const typed = parseEmailAddress(confirm)?.key;
  return core.db.transaction(async (tx) => {
    await requireLive(tx, account);
    // Read here: the address may have changed since the request began.
    const row = await findById(tx, userId);
    if (row === undefined) throw new LatchkeyError("login_required");
    if (typed !== emailKeyOf(row.email)) throw fieldError("confirm", "confirm_mismatch");
    const deleteAfter = core.clock.now() + core.settings.lifetimes.deletionGraceMs;
    if ((await scheduleDeletion(tx, userId, deleteAfter)) === 0) throw new LatchkeyError("login_required");
    await refuseLastAdministrator(tx, row.roles);
    await credentialsChanged(core, tx, { userId, reason: "deletion_requested", facts });
    await sendNotice(core, tx, deletionNotice(deleteAfter), { to: toUser(row), facts });
    await recordEvent(core, tx, {
      event: "user_deletion_requested",
      actor: userId,
      subject: userId,
      detail: { delete_after: deleteAfter },
      facts,
    });
    return deleteAfter;
  });
}
