import { shortenOldOrigins } from "./core/audit/index.ts";
import type { Core } from "./core/core.ts";
import { deleteExpiredDevices } from "./core/devices/index.ts";
import { deleteExpiredMails } from "./core/outbox/index.ts";
import { deleteExpiredTokens } from "./core/secrets/index.ts";
import { deleteExpiredSessions, endExpiredSessions, KEEP_ENDED_SESSIONS_MS } from "./core/sessions/index.ts";
import { eraseDueAccounts } from "./features/account-data/index.ts";
import { deleteExpiredRegistrations } from "./features/registration/index.ts";
import { DAY } from "./platform/time/index.ts";

/** No longer than a registration that nobody confirmed: its mail must not outlive it (row SU-11). */
const KEEP_SENT_MAIL_MS = 7 * DAY;

/**
 * Ends sessions whose time is over, deletes what is over, erases accounts whose deletion is due, and shortens where old
 * events came from (rows SL-04, SU-11, PV-01, PV-02). Safe to run at any time, by several processes. Returns how many rows
 * went; of an erased account, one.
 */
export async function sweep(core: Core): Promise<number> {
  const now = core.clock.now();
  let deleted = 0;
  await endExpiredSessions(core);
  deleted += await eraseDueAccounts(core);
  deleted += await deleteExpiredRegistrations(core.db, now);
  deleted += await deleteExpiredTokens(core.db, now);
  deleted += await core.counters.cleanUp();
  deleted += await deleteExpiredSessions(core.db, now - KEEP_ENDED_SESSIONS_MS);
  deleted += await deleteExpiredDevices(core.db, now - KEEP_ENDED_SESSIONS_MS);
  deleted += await deleteExpiredMails(core.db, now - KEEP_SENT_MAIL_MS);
  await shortenOldOrigins(core);
  return deleted;
}
