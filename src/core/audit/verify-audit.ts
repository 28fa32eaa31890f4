import { setImmediate as otherWork } from "node:timers/promises";
import type { Core } from "../core.ts";
import { chainHash, genesisHash } from "./audit.ts";
import { type ChainRow, readChain } from "./queries.ts";

/** Where the audit isn't what was written. */
export interface AuditFault {
  /** Of the row that is wrong, or that should be there and isn't. */
  sequence: number;
  /** As the row says now; null where there is none. UTC milliseconds. */
  time: number | null;
  event: string | null;
  /**
   * - `changed`: what the row says isn't what its hash was made of
   * - `unlinked`: it doesn't continue the row before it: one of the two was replaced, or they change places
   * - `missing`: rows were removed
   * - `unexpected`: it stands before the first row
   * - `rewritten`: the chain is whole, but isn't the one that the head was told for
   */
  problem: "changed" | "unlinked" | "missing" | "unexpected" | "rewritten";
  /** One sentence that names the row and says what is wrong. */
  sentence: string;
}

export interface AuditReport {
  intact: boolean;
  /** How many rows were looked at, up to and with the first wrong one. */
  rows: number;
  /** The newest row and its hash, as `SEQUENCE:HASH`. Kept elsewhere it tells later whether anything up to it was touched. */
  head: string;
  /** The first fault, or null. */
  fault: AuditFault | null;
}

export interface VerifyOptions {
  /** The head an earlier report told. Without it the removal of the newest rows, or a chain made anew, isn't seen. */
  head?: string | undefined;
}

interface Head {
  sequence: number;
  hash: Buffer;
}

const PAGE = 500;

const spelled = ({ sequence, hash }: Head): string => `${sequence}:${hash.toString("hex")}`;

/** Reads a head as reports tell it; null for what is none. */
export function parseAuditHead(text: string): Head | null {
  const [, sequence, hash] = /^(0|[1-9]\d{0,14}):([0-9a-f]{64})$/.exec(text.trim()) ?? [];
  if (sequence === undefined || hash === undefined) return null;
  return { sequence: Number(sequence), hash: Buffer.from(hash, "hex") };
}

function iso(time: number): string {
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? "an impossible time" : date.toISOString();
}

const named = ({ sequence, time, event }: ChainRow): string => `Row ${sequence} (${event}, ${iso(time)})`;

function gap(first: number, row: ChainRow): AuditFault {
  const last = row.sequence - 1;
  const missing = first === last ? `Row ${first} is missing` : `Rows ${first} to ${last} are missing`;
  const sentence = `${missing}: the next one is row ${row.sequence} (${row.event}, ${iso(row.time)}).`;
  return { sequence: first, time: null, event: null, problem: "missing", sentence };
}

/** What is wrong with a row that should come after `before`; null when nothing is. */
function faultOf(row: ChainRow, before: Head): AuditFault | null {
  const expected = before.sequence + 1;
  if (row.sequence > expected) return gap(expected, row);
  const fault = (problem: AuditFault["problem"], sentence: string): AuditFault => {
    const { sequence, time, event } = row;
    return { sequence, time, event, problem, sentence };
  };
  if (row.sequence < expected)
    return fault("unexpected", `${named(row)} stands before the first row: it was added later.`);
  if (!before.hash.equals(row.previous_hash)) {
    const place = before.sequence === 0 ? "begin the audit" : `continue row ${before.sequence}`;
    return fault(
      "unlinked",
      `${named(row)} doesn't ${place}: a row was replaced, or rows changed their places.`,
    );
  }
  if (!chainHash(before.hash, { ...row, requestId: row.request_id }).equals(row.hash)) {
    return fault("changed", `${named(row)} was changed: its hash isn't that of what it says.`);
  }
  return null;
}

function rewritten(row: ChainRow): AuditFault {
  const { sequence, time, event } = row;
  const sentence = `${named(row)} isn't the row that the head was told for: it, or rows before it, were written anew.`;
  return { sequence, time, event, problem: "rewritten", sentence };
}

function cut(last: Head, head: Head): AuditFault {
  const first = last.sequence + 1;
  const rows = first === head.sequence ? `Row ${first} is` : `Rows ${first} to ${head.sequence} are`;
  const sentence = `${rows} missing: the audit reached row ${head.sequence} when the head was told, and ends before it now.`;
  return { sequence: first, time: null, event: null, problem: "missing", sentence };
}

/**
 * Walks the whole chain of the audit, a page at a time, and stops at the first row that was changed, removed, added or
 * moved (row LG-06). Other work goes on between the pages, and rows written meanwhile are looked at too.
 *
 * What the chain alone can't show: that the newest rows were removed, and that somebody who can write to the database
 * made the chain anew from a row on. A `head` from before, kept where they can't write, shows both. Addresses and user
 * agents are no part of the chain. Throws a `TypeError` for a head that is none.
 */
export async function verifyAudit(core: Core, { head }: VerifyOptions = {}): Promise<AuditReport> {
  const known = head === undefined ? null : parseAuditHead(head);
  if (head !== undefined && known === null) throw new TypeError('A head is written "SEQUENCE:HASH".');
  let last: Head = { sequence: 0, hash: genesisHash };
  let rows = 0;
  const report = (fault: AuditFault | null): AuditReport => ({
    intact: fault === null,
    rows,
    head: spelled(last),
    fault,
  });
  let after = Number.MIN_SAFE_INTEGER;
  for (;;) {
    const page = await readChain(core.db, after, PAGE);
    for (const row of page) {
      rows += 1;
      const fault = faultOf(row, last);
      if (fault !== null) return report(fault);
      last = { sequence: row.sequence, hash: Buffer.from(row.hash) };
      if (known?.sequence === row.sequence && !known.hash.equals(last.hash)) return report(rewritten(row));
    }
    if (page.length < PAGE) break;
    after = last.sequence;
    await otherWork();
  }
  return report(known !== null && known.sequence > last.sequence ? cut(last, known) : null);
}
