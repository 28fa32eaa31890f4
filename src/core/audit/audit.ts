import { uuidv7 } from "../../platform/crypto/index.ts";
import type { Transaction } from "../../platform/database/index.ts";
import type { Core, RequestFacts } from "../core.ts";
import { insertEvent } from "./queries.ts";

export interface AuditEntry {
  event: string;
  /** The user id of the actor; null for a stranger, `operator` for the command line. */
  actor?: string | null;
  /** The user id of the account it concerns. */
  subject?: string | null;
  /** Further facts: codes, counts, ids. Never a secret, never an address. */
  detail?: object;
  facts?: RequestFacts | undefined;
}

const MAXIMUM_USER_AGENT = 256;

/** The user agent, cut, without control characters: for records that people read. */
// Row LG-04.
export function readableUserAgent(userAgent: string | null): string | null {
  if (userAgent === null) return null;
  return userAgent.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, " ").slice(0, MAXIMUM_USER_AGENT);
}

/** The line of an event in the log. It stands alone if the row has no room or no store. */
export function logEvent(
  core: Core,
  { event, actor = null, subject = null, detail, facts }: AuditEntry,
): void {
  const who = { event, actor, subject, request_id: facts?.requestId ?? null, address: facts?.address };
  const fields = { ...who, ...detail };
  if (core.features.events.get(event)?.level === "warn") core.log.warn(fields, event);
  else core.log.info(fields, event);
}

/**
 * Writes one row of the audit in the caller's transaction: one insert, no read and no lock. After the commit the row
 * gets its log line and waits for its seal, so neither reports a rolled-back event. Call it in the transaction of the
 * recorded change, so that neither exists without the other.
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
