import { uuidv7 } from "../../platform/crypto/index.ts";
import type { Transaction } from "../../platform/database/index.ts";
import type { Core, RequestFacts } from "../core.ts";
import { insertEvent } from "./queries.ts";

export interface AuditEntry {
  event: string;
  /** The user id of who did it; null for a stranger, `operator` for the command line. */
  actor?: string | null;
  /** The user id of whom it concerns. */
  subject?: string | null;
  /** Further facts: codes, counts, ids. Never a secret, never an address. */
  detail?: object;
  facts?: RequestFacts | undefined;
}

const MAXIMUM_USER_AGENT = 256;

/** What the user agent said, cut, without control characters: for records that people read (row LG-04). */
export function readableUserAgent(userAgent: string | null): string | null {
  if (userAgent === null) return null;
  return userAgent.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, " ").slice(0, MAXIMUM_USER_AGENT);
}

/** The line of an event in the log; alone where there is no room for its row, or no store to write it to. */
export function logEvent(
  core: Core,
  { event, actor = null, subject = null, detail, facts }: AuditEntry,
): void {
  const who = { event, actor, subject, request_id: facts?.requestId ?? null, address: facts?.address };
  const fields = { ...who, ...detail };
  if (core.events.get(event)?.level === "warn") core.log.warn(fields, event);
  else core.log.info(fields, event);
}

/**
 * Writes one row of the audit in the caller's transaction: one insert, no read and no lock. After the commit the row has its
 * line in the log and waits for its seal: neither the line nor the seal speaks of what was undone. Call it in the
 * transaction of what it records, so that there is never one without the other.
 */
export async function recordEvent(core: Core, tx: Transaction, entry: AuditEntry): Promise<void> {
  const { event, actor = null, subject = null, detail = {}, facts } = entry;
  const time = core.clock.now();
  await insertEvent(
    tx,
    uuidv7(time),
    time,
    event,
    actor,
    subject,
    facts?.requestId ?? null,
    facts?.address ?? null,
    readableUserAgent(facts?.userAgent ?? null),
    JSON.stringify(detail),
  );
  tx.afterCommit(() => {
    logEvent(core, entry);
    core.sealer.wake();
  });
}

/**
 * Records an event that has no transaction of its own, such as a refusal. It changed nothing, so nobody waits for the disk:
 * a power cut may lose the last of them, a crash of the process doesn't. Strangers decide how many there are.
 */
export function recordAlone(core: Core, entry: AuditEntry): Promise<void> {
  return core.db.transaction((tx: Transaction) => recordEvent(core, tx, entry), { durability: "relaxed" });
}
