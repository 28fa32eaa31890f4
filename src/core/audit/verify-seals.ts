import { setImmediate as otherWork } from "node:timers/promises";
import type { Database } from "../../platform/database/index.ts";
import { type AuditFault, missingText, rowFault, rowName, sealFault } from "./fault.ts";
import { type AuditHead, genesisHash, headText } from "./head.ts";
import type { OldChain } from "./old-chain.ts";
import { rowHash, type SealedFields, timeText } from "./row-text.ts";
import { rootOf, sealHash } from "./seal.ts";
import { readSealed, readSeals, type SealRow } from "./seal-queries.ts";

const HASH_BYTES = 32;
/** Seals per page, and rows until other work gets a turn. */
const PAGE = 20;
const ROWS_A_TURN = 500;

/** The fault of a seal that should follow `before`, apart from its rows; null without one. */
function faultOfSeal(seal: SealRow, before: AuditHead): AuditFault | null {
  const { number } = seal;
  const expected = before.number + 1;
  if (number > expected) {
    const gap = missingText("Seal", expected, number - 1);
    return sealFault(expected, "missing", `${gap}: the next one is seal ${number}.`);
  }
  if (number < expected) {
    return sealFault(number, "unexpected", `Seal ${number} is before the first one: it was added later.`);
  }
  if (!before.hash.equals(seal.previous_hash)) {
    const place = before.number === 0 ? "isn't the first one" : `doesn't continue seal ${before.number}`;
    return sealFault(number, "unlinked", `Seal ${number} ${place}: a seal was replaced.`);
  }
  if (!sealHash(before.hash, seal).equals(seal.hash)) {
    return sealFault(number, "changed", `Seal ${number} was changed: its hash doesn't match its content.`);
  }
  if (seal.kind === "rows" && !rootOf(seal.row_hashes).equals(seal.root)) {
    return sealFault(
      number,
      "changed",
      `Seal ${number} was changed: its root doesn't match the hashes of its rows.`,
    );
  }
  return null;
}

function splitHashes(hashes: Uint8Array): string[] {
  const text = Buffer.from(hashes).toString("hex");
  const width = HASH_BYTES * 2;
  return Array.from({ length: text.length / width }, (_, index) =>
    text.slice(index * width, index * width + width),
  );
}

function missingRows(seal: SealRow, rows: SealedFields[], index: number, count: number): AuditFault {
  const [before, after] = [rows[index - 1], rows[index]];
  const places = [before && `after row ${before.id}`, after && `before row ${after.id}`].filter(Boolean);
  const place = places.length === 0 ? "" : ` ${places.join(" and ")}`;
  const gone =
    count === 1
      ? `A row of seal ${seal.number} is missing${place}`
      : `${count} rows of seal ${seal.number} are missing${place}`;
  const id = before === undefined ? seal.first_id : after === undefined && count === 1 ? seal.last_id : null;
  const name = id === null ? "" : ` Its id was ${id}.`;
  return sealFault(seal.number, "missing", `${gone}.${count === 1 ? name : ""}`, id);
}

/** Compares the rows of a seal with their hashes; null if they are equal. */
function faultOfRows(seal: SealRow, rows: SealedFields[]): AuditFault | null {
  const expected = splitHashes(seal.row_hashes);
  const actual = rows.map((row) => rowHash(row).toString("hex"));
  const index = expected.findIndex((hash, place) => hash !== actual[place]);
  const row = rows[index === -1 ? expected.length : index];
  if (row === undefined) {
    return index === -1 ? null : missingRows(seal, rows, index, expected.length - index);
  }
  const where = { seal: seal.number };
  const known = expected.indexOf(actual[rows.indexOf(row)] ?? "");
  if (index !== -1 && known > index) return missingRows(seal, rows, index, known - index);
  if (index === -1 || actual.includes(expected[index] ?? "", index)) {
    return rowFault(row, where, "unexpected", `${rowName(row)} was added to seal ${seal.number} later.`);
  }
  return rowFault(
    row,
    where,
    "changed",
    `${rowName(row)} was changed: its hash isn't the one in seal ${seal.number}.`,
  );
}

/** The fault of an old chain that changed after its seal; null if it didn't. */
function faultOfChain(seal: SealRow, chain: OldChain): AuditFault | null {
  const { head, fault } = JSON.parse(seal.note ?? "{}") as {
    head?: string;
    fault?: { sequence: number | null; problem: string } | null;
  };
  const isSame = chain.root.equals(seal.root) && chain.rows === seal.count;
  if (isSame) return null;
  const isKnown =
    chain.fault !== null && fault?.sequence === chain.fault.sequence && fault.problem === chain.fault.problem;
  if (chain.fault !== null && !isKnown) return chain.fault;
  const was = `the chain of rows ended with ${head} and had ${seal.count} rows`;
  return sealFault(
    seal.number,
    "rewritten",
    `Rows from before seal ${seal.number} were changed after ${timeText(seal.sealed_at)}: ${was} when it was sealed.`,
  );
}

export interface SealsChecked {
  rows: number;
  head: AuditHead;
  fault: AuditFault | null;
}

/** Checks all seals and their rows, and stops at the first fault. Other work continues in between. */
export async function checkSeals(
  db: Database,
  chain: OldChain,
  known: AuditHead | null,
): Promise<SealsChecked> {
  let head: AuditHead = { kind: "seal", number: 0, hash: genesisHash };
  let [rows, turn] = [0, 0];
  let after = Number.MIN_SAFE_INTEGER;
  for (;;) {
    const page = await readSeals(db, after, PAGE);
    for (const seal of page) {
      let fault = faultOfSeal(seal, head);
      if (fault === null && seal.kind === "chain") fault = faultOfChain(seal, chain);
      if (fault === null && seal.kind === "rows") {
        const own = await readSealed(db, seal.number, seal.first_id, seal.last_id, seal.count + 1);
        rows += own.length;
        turn += own.length;
        fault = faultOfRows(seal, own);
      }
      if (fault !== null) return { rows, head, fault };
      head = { kind: "seal", number: seal.number, hash: Buffer.from(seal.hash) };
      if (known?.number === head.number && !known.hash.equals(head.hash)) {
        const sentence = `Seal ${head.number} isn't the one that the head was printed for: it, or seals before it, were rewritten.`;
        return { rows, head, fault: sealFault(head.number, "rewritten", sentence) };
      }
      if (turn >= ROWS_A_TURN) {
        turn = 0;
        await otherWork();
      }
    }
    if (page.length < PAGE) break;
    after = page.at(-1)?.number ?? after;
    await otherWork();
  }
  if (known !== null && known.number > head.number) {
    const gap = missingText("Seal", head.number + 1, known.number);
    const sentence = `${gap}: the audit reached ${headText(known)} when the head was printed, and ends before it now.`;
    return { rows, head, fault: sealFault(head.number + 1, "missing", sentence) };
  }
  return { rows, head, fault: null };
}
