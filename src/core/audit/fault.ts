import { timeText } from "./row-text.ts";

/** A place where the audit differs from its written state. */
export interface AuditFault {
  /** The id of the wrong row. Null for a wrong seal, and for a missing row with an unknown id. */
  id: string | null;
  /** For rows from before seals: the number of the wrong or missing row. */
  sequence: number | null;
  /** The number of the row's seal, or of the wrong seal itself. */
  seal: number | null;
  /** The row's current time in UTC milliseconds; null without one. */
  time: number | null;
  event: string | null;
  /**
   * - `changed`: the row or seal differs from its hashed state
   * - `unlinked`: it doesn't continue the one before. One of the two was replaced, or they changed places
   * - `missing`: rows or seals were removed
   * - `unexpected`: it was added later
   * - `rewritten`: it is consistent, but differs from the printed head
   */
  problem: "changed" | "unlinked" | "missing" | "unexpected" | "rewritten";
  /** One sentence that names the row or seal and the fault. */
  sentence: string;
}

interface NamedRow {
  id: string;
  time: number;
  event: string;
}

/** A row in sentences: its id and its content. */
export const rowName = ({ id, time, event }: NamedRow): string => `Row ${id} (${event}, ${timeText(time)})`;

/** A fault of a row that is in the table. */
export function rowFault(
  row: NamedRow,
  where: { seal: number | null; sequence?: number | null },
  problem: AuditFault["problem"],
  sentence: string,
): AuditFault {
  const { id, time, event } = row;
  return { id, sequence: where.sequence ?? null, seal: where.seal, time, event, problem, sentence };
}

/** A fault of a seal, or of missing rows. */
export function sealFault(
  seal: number,
  problem: AuditFault["problem"],
  sentence: string,
  id: string | null = null,
): AuditFault {
  return { id, sequence: null, seal, time: null, event: null, problem, sentence };
}

/** "Seal 4 is missing" or "Seals 4 to 6 are missing". */
export function missingText(what: string, first: number, last: number): string {
  return first === last ? `${what} ${first} is missing` : `${what}s ${first} to ${last} are missing`;
}
