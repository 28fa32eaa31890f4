import { createHash, hash } from "node:crypto";
import { setImmediate as otherWork } from "node:timers/promises";
import type { Database } from "../../platform/database/index.ts";
import { type AuditFault, missingText, rowFault } from "./fault.ts";
import { type AuditHead, genesisHash } from "./head.ts";
import { type SealedFields, timeText } from "./row-text.ts";
import { type OldRow, readOldChain } from "./seal-queries.ts";

/*
 * Version 0.1 chained each row to the row before it. Those rows stay unchanged, and so does this check of them. An
 * old chain gets no new rows.
 */

/** The part of a row that the old chain covers. */
export type ChainedFields = Omit<SealedFields, "id"> & { sequence: number };

/** The hash of a row: SHA-256 over the hash of the row before and the row's own text. */
export function chainHash(previous: Uint8Array, row: ChainedFields): Buffer {
  const { sequence, time, event, actor, subject, request_id, detail } = row;
  const text = JSON.stringify([sequence, time, event, actor, subject, request_id, detail]);
  return hash("sha256", Buffer.concat([previous, Buffer.from(text)]), "buffer");
}

export interface OldChain {
  rows: number;
  /** The last row, or the last one before the first fault. */
  head: AuditHead;
  /** The first fault, or null. */
  fault: AuditFault | null;
  /** Over every row and its id, also after a fault. */
  root: Buffer;
  firstId: string;
  lastId: string;
}

const PAGE = 500;

const named = ({ sequence, time, event }: OldRow): string => `Row ${sequence} (${event}, ${timeText(time)})`;

/** The fault of a row that should follow `before`; null without one. */
function faultOf(row: OldRow, before: AuditHead): AuditFault | null {
  const expected = before.number + 1;
  const fault = (problem: AuditFault["problem"], sentence: string): AuditFault =>
    rowFault(row, { seal: 1, sequence: row.sequence }, problem, sentence);
  if (row.sequence > expected) {
    const gap = `${missingText("Row", expected, row.sequence - 1)}: the next one is row ${row.sequence}`;
    const sentence = `${gap} (${row.event}, ${timeText(row.time)}).`;
    return { ...fault("missing", sentence), id: null, sequence: expected, time: null, event: null };
  }
  if (row.sequence < expected) {
    return fault("unexpected", `${named(row)} is before the first row: it was added later.`);
  }
  if (!before.hash.equals(row.previous_hash)) {
    const place = before.number === 0 ? "begin the audit" : `continue row ${before.number}`;
    return fault(
      "unlinked",
      `${named(row)} doesn't ${place}: a row was replaced, or rows changed their places.`,
    );
  }
  if (!chainHash(before.hash, row).equals(row.hash)) {
    return fault("changed", `${named(row)} was changed: its hash doesn't match its content.`);
  }
  return null;
}

/**
 * Checks the old chain by pages, and finds the first row that was changed, removed, added or moved. Other work
 * continues between the pages. With `known`, an earlier head, it also finds a row that differs from the head's.
 */
export async function walkOldChain(db: Database, known: AuditHead | null = null): Promise<OldChain> {
  const root = createHash("sha256");
  let head: AuditHead = { kind: "row", number: 0, hash: genesisHash };
  let fault: AuditFault | null = null;
  let [rows, firstId, lastId] = [0, "", ""];
  let after = Number.MIN_SAFE_INTEGER;
  for (;;) {
    const page = await readOldChain(db, after, PAGE);
    for (const row of page) {
      rows += 1;
      root.update(`${row.id} `).update(chainHash(row.previous_hash, row)).update(row.hash);
      if (firstId === "" || row.id < firstId) firstId = row.id;
      if (row.id > lastId) lastId = row.id;
      after = row.sequence;
      if (fault !== null) continue;
      fault = faultOf(row, head);
      if (fault !== null) continue;
      head = { kind: "row", number: row.sequence, hash: Buffer.from(row.hash) };
      if (known?.number === row.sequence && !known.hash.equals(head.hash)) {
        const sentence = `${named(row)} isn't the row that the head was printed for: it, or rows before it, were rewritten.`;
        fault = rowFault(row, { seal: 1, sequence: row.sequence }, "rewritten", sentence);
      }
    }
    if (page.length < PAGE) break;
    await otherWork();
  }
  if (fault === null && known !== null && known.number > head.number) {
    const gap = missingText("Row", head.number + 1, known.number);
    const sentence = `${gap}: the audit reached row ${known.number} when the head was printed, and ends before it now.`;
    const gone = { id: null, seal: null, time: null, event: null, problem: "missing" as const, sentence };
    fault = { ...gone, sequence: head.number + 1 };
  }
  return { rows, head, fault, root: root.digest(), firstId, lastId };
}
