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

/** The origin of a request is kept in full this long. */
// Row PV-01.
const KEEP_ORIGINS_MS = 90 * DAY;
/** Rows per transaction, so that other writers get a turn. */
const AT_ONCE = 500;

/**
 * Reduces the origin of events older than 90 days to its network: IPv4 /24, IPv6 /48, and no device. No seal covers
 * either. Returns the number of shortened rows.
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
 * Removes from the audit what would identify a deleted account: the addresses and devices of its events. Its id stays,
 * as a pseudonym.
 */
// Row PV-02.
export async function forgetOriginsOf(tx: Transaction, userId: string): Promise<void> {
  await forgetOriginsOfRequests(tx, userId);
  await forgetOriginsAbout(tx, userId);
  await forgetOriginsOfActor(tx, userId);
}
