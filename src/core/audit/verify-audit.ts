import { setImmediate as otherWork } from "node:timers/promises";
import type { Database } from "../../platform/database/index.ts";
import type { Core } from "../core.ts";
import { type AuditFault, rowFault, rowName } from "./fault.ts";
import { headText, parseAuditHead } from "./head.ts";
import { walkOldChain } from "./old-chain.ts";
import { lastSeal, type PlacedRow, readPlaces } from "./seal-queries.ts";
import { checkSeals } from "./verify-seals.ts";

/** The result of a check of the audit. */
export interface AuditReport {
  intact: boolean;
  /** The number of checked rows. */
  rows: number;
  /** Rows without a seal: a change of them can't be detected. */
  unsealed: number;
  /** The newest seal, as `seal-NUMBER:HASH`. Stored elsewhere, it later shows any change up to it. */
  head: string;
  /** The first fault, or null. */
  fault: AuditFault | null;
}

/** What a check of the audit compares with. */
export interface VerifyOptions {
  /**
   * A head from an earlier report or from the log: `seal-NUMBER:HASH`, or the `SEQUENCE:HASH` that version 0.1 printed.
   * Without it, the check can't detect that the newest seals were removed with their rows, or that seals were
   * rewritten.
   */
  head?: string | undefined;
}

const PAGE = 500;

/** The fault of a row's place; null without one. */
function misplaced(row: PlacedRow): AuditFault | null {
  const { seal } = row;
  if (seal === null) return null;
  const fault = (problem: AuditFault["problem"], sentence: string) =>
    rowFault(row, { seal }, problem, `${rowName(row)} ${sentence}`);
  if (row.kind === null) {
    // The chain of version 0.1 waits for its seal.
    if (seal === 1 && row.chained === 1) return null;
    return fault("missing", `belongs to seal ${seal}, which is missing.`);
  }
  const isInside = row.id >= (row.first_id ?? "") && row.id <= (row.last_id ?? "");
  if (isInside && (row.kind !== "chain" || row.chained === 1)) return null;
  return fault("unexpected", `was added to seal ${seal} later.`);
}

/** Looks for rows that carry the number of a seal without being part of it. */
async function checkPlaces(db: Database): Promise<{ fault: AuditFault | null; unsealed: number }> {
  let unsealed = 0;
  let after = "";
  for (;;) {
    const page = await readPlaces(db, after, PAGE);
    for (const row of page) {
      if (row.seal === null) unsealed += 1;
      const fault = misplaced(row);
      if (fault !== null) return { fault, unsealed };
    }
    if (page.length < PAGE) return { fault: null, unsealed };
    after = page.at(-1)?.id ?? after;
    await otherWork();
  }
}

/** Seals first, so that the report covers every committed row. A read-only store is checked as it is. */
async function sealFirst({ sealer, log }: Core): Promise<void> {
  try {
    await sealer.seal();
  } catch (error) {
    log.warn({ error: String(error) }, "the audit could not be sealed before it is checked");
  }
}

/**
 * Seals, then checks the rows of version 0.1, all seals and their rows. Names the first row that was changed,
 * removed, added or moved, or the seal. Other work continues meanwhile.
 *
 * Seals alone can't show two things: removal of the newest seals with their rows, and seals rewritten from one on. An
 * earlier `head`, stored out of reach of the database's writers, shows both. Addresses and user agents aren't sealed.
 * Throws a `TypeError` for a text that isn't a head.
 *
 * @see row LG-06
 */
export async function verifyAudit(core: Core, { head }: VerifyOptions = {}): Promise<AuditReport> {
  const known = head === undefined ? null : parseAuditHead(head);
  if (head !== undefined && known === null) {
    throw new TypeError('A head is written "seal-NUMBER:HASH", one of version 0.1 "SEQUENCE:HASH".');
  }
  await sealFirst(core);
  const chain = await walkOldChain(core.db, known?.kind === "row" ? known : null);
  const isSealed = (await lastSeal(core.db)) !== undefined;
  const seals = await checkSeals(core.db, chain, known?.kind === "seal" ? known : null);
  const places = await checkPlaces(core.db);
  // The fault of an old chain was recorded when it was sealed. A newer one must not hide behind it.
  const inOrder = isSealed
    ? [seals.fault, places.fault, chain.fault]
    : [chain.fault, seals.fault, places.fault];
  const fault = inOrder.find((each) => each !== null) ?? null;
  return {
    intact: fault === null,
    rows: chain.rows + seals.rows + places.unsealed,
    unsealed: places.unsealed,
    head: headText(seals.head),
    fault,
  };
}
