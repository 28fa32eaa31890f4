import * as v from "valibot";
import { assertAdministratorRemains, LastAdministrator } from "../../core/access/index.ts";
import { emit } from "../../core/events/index.ts";
import { askBefore } from "../../core/hooks/index.ts";
import { sendNotice } from "../../core/notices/index.ts";
import { operation } from "../../core/operations/index.ts";
import { typedName } from "../../core/requests/index.ts";
import { credentialsChanged, requireLive } from "../../core/sessions/index.ts";
import {
  emailKeyOf,
  findById,
  hasRole,
  parseEmailAddress,
  scheduleDeletion,
  toUser,
  type UserRow,
} from "../../core/users/index.ts";
import type { Transaction } from "../../platform/database/index.ts";
import { fieldError, LatchkeyError } from "../../platform/errors/index.ts";
import { deletionNotice } from "./mail.ts";

/** One administrator has to remain. */
// Row AZ-09.
async function refuseLastAdministrator(tx: Transaction, row: UserRow): Promise<void> {
  if (!hasRole(row, "admin")) return;
  try {
    await assertAdministratorRemains(tx);
  } catch (error) {
    throw error instanceof LastAdministrator ? fieldError("confirm", "last_administrator") : error;
  }
}

/**
 * Schedules the deletion of the signed-in account for the end of its grace period; `confirm` is its email address,
 * typed. Every session, device and link ends at once. The owner is notified by mail, with a way to object. Signing in
 * cancels the deletion.
 */
// Row PV-02.
export const requestDeletion = operation({
  summary: "Schedules the deletion of the account and ends all its sessions; signing in cancels it",
  access: { to: "signed-in", fresh: "submit" },
  input: v.object({ confirm: typedName() }),
  refusals: ["refused"],
  async run(core, { confirm }, call) {
    const account = call.requireAccount();
    const { facts } = call;
    const userId = account.user.id;
    const typed = parseEmailAddress(confirm)?.key;
    const confirmed = typed === emailKeyOf(account.user.email);
    if (confirmed) await askBefore(core, "deleteAccount", { user: account.user }, facts);
    const deleteAfter = await core.db.transaction(async (tx) => {
      await requireLive(tx, account);
      // Read here: the address may have changed since the request began.
      const row = await findById(tx, userId);
      if (row === undefined) throw new LatchkeyError("login_required");
      if (!confirmed || typed !== emailKeyOf(row.email)) throw fieldError("confirm", "confirm_mismatch");
      const due = core.clock.now() + core.settings.lifetimes.deletionGraceMs;
      if ((await scheduleDeletion(tx, userId, due)) === 0) throw new LatchkeyError("login_required");
      await refuseLastAdministrator(tx, row);
      const who = { actor: userId, facts };
      await credentialsChanged(core, tx, { userId, reason: "deletion_requested", ...who });
      await sendNotice(core, tx, deletionNotice(due), { to: toUser(row), facts });
      const detail = { delete_after: due };
      await emit(core, tx, { event: "user_deletion_requested", subject: userId, detail, ...who });
      return due;
    });
    call.effects.signOut({ forgetDevice: true });
    return { deleteAfter };
  },
});
