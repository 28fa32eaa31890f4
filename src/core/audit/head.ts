/** A point that the audit reached: a seal, or a row of version 0.1's chain. */
export interface AuditHead {
  kind: "seal" | "row";
  number: number;
  hash: Buffer;
}

/** The hash before the first seal, and before the first row of an old chain. */
export const genesisHash: Buffer = Buffer.alloc(32);

/** A seal is written `seal-NUMBER:HASH`, a row of an old chain `SEQUENCE:HASH`. */
export function headText({ kind, number, hash }: AuditHead): string {
  return `${kind === "seal" ? "seal-" : ""}${number}:${hash.toString("hex")}`;
}

/** Reads a head as reports print it; null for any other text. */
export function parseAuditHead(text: string): AuditHead | null {
  const [, seal, number, hash] = /^(seal-)?(0|[1-9]\d{0,14}):([0-9a-f]{64})$/.exec(text.trim()) ?? [];
  if (number === undefined || hash === undefined) return null;
  return {
    kind: seal === undefined ? "row" : "seal",
    number: Number(number),
    hash: Buffer.from(hash, "hex"),
  };
}
