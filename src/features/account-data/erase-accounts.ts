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

/** As many as one sweep takes on; the next one goes on. */
const AT_ONCE = 1000;

/** Mails and jobs to the address, however it was spelled. */
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
 * Erases the accounts whose deletion is due, each in a transaction of its own: the account with all that is its own, what
 * waits for its address, and in the audit everything but an id that no longer names anybody (row PV-02). One that can't be
 * erased, because a table of the application holds on to it, is logged and tried again by the next sweep; the others go.
 * Returns how many accounts went.
 */
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
