import { hash } from "node:crypto";
import type { Transaction } from "../../platform/database/index.ts";
import type { Core, RequestFacts } from "../core.ts";
import { insertEvent, type LastEventRow, lastEvent } from "./queries.ts";

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

/** What the chain holds of a row. Address and user agent aren't part of it: they are shortened later. */
export interface ChainedFields {
  sequence: number;
  time: number;
  event: string;
  actor: string | null;
  subject: string | null;
  requestId: string | null;
  detail: string;
}

/** The canonical text whose SHA-256 chains a row to the one before it. */
export function chainText(row: ChainedFields): string {
  return JSON.stringify([
    row.sequence,
    row.time,
    row.event,
    row.actor,
    row.subject,
    row.requestId,
    row.detail,
  ]);
}

/** The hash of a row: SHA-256 over the hash of the row before and the row's own text. */
export function chainHash(previous: Uint8Array, row: ChainedFields): Buffer {
  return hash("sha256", Buffer.concat([previous, Buffer.from(chainText(row))]), "buffer");
}

/** What stands before the first row. */
export const genesisHash: Buffer = Buffer.alloc(32);

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
 * Writes one row of the audit in the caller's transaction, chained to the row before by hash, and a log line once that is
 * committed: neither tells of what was undone. Call it in the transaction of what it records, so that there is never one
 * without the other.
 */
export async function recordEvent(core: Core, tx: Transaction, entry: AuditEntry): Promise<void> {
  const time = core.clock.now();
  const previous: LastEventRow = (await lastEvent(tx)) ?? { sequence: 0, hash: genesisHash };
  const { event, actor = null, subject = null, facts } = entry;
  const detail = JSON.stringify(entry.detail ?? {});
  const requestId = facts?.requestId ?? null;
  const sequence = previous.sequence + 1;
  const chained = chainHash(previous.hash, { sequence, time, event, actor, subject, requestId, detail });
  const userAgent = readableUserAgent(facts?.userAgent ?? null);
  await insertEvent(
    tx,
    sequence,
    time,
    event,
    actor,
    subject,
    requestId,
    facts?.address ?? null,
    userAgent,
    detail,
    previous.hash,
    chained,
  );
  tx.afterCommit(() => logEvent(core, entry));
}

/**
 * Records an event that has no transaction of its own, such as a refusal. It changed nothing, so nobody waits for the disk:
 * a power cut may lose the last of them, a crash of the process doesn't. Strangers decide how many there are.
 */
export function recordAlone(core: Core, entry: AuditEntry): Promise<void> {
  return core.db.transaction((tx: Transaction) => recordEvent(core, tx, entry), { durability: "relaxed" });
}
