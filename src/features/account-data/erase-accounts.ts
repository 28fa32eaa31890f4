import { forgetOriginsOf } from "../../core/audit/index.ts";
import type { Core } from "../../core/core.ts";
import { forgetPasswordFailures } from "../../core/counters/index.ts";
import { emit } from "../../core/events/index.ts";
import { emailKeyOf } from "../../core/users/index.ts";
import type { Transaction } from "../../platform/database/index.ts";
import {
  deleteDueAccount,
  deleteMailsTo,
  deleteTokensTo,
  findDueDeletions,
  listRecipients,
} from "./queries.ts";

/** As many as one clean-up takes; the next one continues. */
const AT_ONCE = 1000;

/** Mails and jobs to the address, in every spelling. */
async function forgetMailTo(tx: Transaction, emailKey: string): Promise<void> {
  for (const { recipient } of await listRecipients(tx)) {
    if (emailKeyOf(recipient) === emailKey) await deleteMailsTo(tx, recipient);
  }
}

async function eraseAccount(core: Core, userId: string): Promise<boolean> {
  return core.db.transaction(async (tx) => {
    const erased = await deleteDueAccount(tx, userId, core.clock.now());
    if (erased === undefined) return false;
    tx.afterCommit(() => core.sessionStore.revoked({ userId }));
    await deleteTokensTo(tx, erased.email_key);
    await forgetMailTo(tx, erased.email_key);
    await forgetOriginsOf(tx, userId);
    await forgetPasswordFailures(core, tx, userId);
    const gone = { userId, emailKey: erased.email_key };
    for (const { eraseAccount: forget } of core.features.features) await forget?.(core, tx, gone);
    await emit(core, tx, { event: "user_deleted", actor: userId, subject: userId });
    return true;
  });
}

/**
 * Erases the accounts whose deletion is due, each in a separate transaction. The account goes with all its data and
 * everything that waits for its address. The audit keeps only an id without an owner. If a table of the application
 * blocks an erasure, the log says so, and the next clean-up tries it again. The others continue. Returns the number of
 * erased accounts.
 */
// Row PV-02.
export async function eraseDueAccounts(core: Core): Promise<number> {
  let erased = 0;
  for (const { id } of await findDueDeletions(core.db, core.clock.now(), AT_ONCE)) {
    try {
      if (await eraseAccount(core, id)) erased += 1;
    } catch (error) {
      core.log.error({ user: id, error: String(error) }, "an account that is due can't be erased");
    }
  }
  return erased;
}
