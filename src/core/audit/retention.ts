import type { Transaction } from "../../platform/database/index.ts";
import { addressNetwork } from "../../platform/http/index.ts";
import { DAY } from "../../platform/time/index.ts";
import type { Core } from "../core.ts";
import {
  findFullOrigins,
  forgetOriginsAbout,
  forgetOriginsOfActor,
  forgetOriginsOfRequests,
  shortenOrigin,
} from "./queries.ts";

/** Where a request came from is kept in full this long (row PV-01). */
const KEEP_ORIGINS_MS = 90 * DAY;
/** Rows a transaction: others write in between. */
const AT_ONCE = 500;

/**
 * Keeps of events older than 90 days only the network they came from: IPv4 /24, IPv6 /48, and nothing of the device. No
 * seal holds either. Returns how many rows were shortened.
 */
export async function shortenOldOrigins(core: Core): Promise<number> {
  const before = core.clock.now() - KEEP_ORIGINS_MS;
  let shortened = 0;
  for (;;) {
    const count = await core.db.transaction(async (tx) => {
      const rows = await findFullOrigins(tx, before, AT_ONCE);
      for (const { id, address } of rows) {
        await shortenOrigin(tx, id, address === null ? null : addressNetwork(address));
      }
      return rows.length;
    });
    shortened += count;
    if (count < AT_ONCE) return shortened;
  }
}

/**
 * Takes from the audit what would tell who a deleted account belonged to: addresses and devices of everything it did and that
 * was done to it. Its id stays, as a pseudonym (row PV-02).
 */
export async function forgetOriginsOf(tx: Transaction, userId: string): Promise<void> {
  await forgetOriginsOfRequests(tx, userId);
  await forgetOriginsAbout(tx, userId);
  await forgetOriginsOfActor(tx, userId);
}
