import { hash } from "node:crypto";
import type { Transaction } from "../../platform/database/index.ts";
import { genesisHash } from "./head.ts";
import { insertSeal, lastSeal, type SealRow } from "./seal-queries.ts";

export type SealContent = Pick<SealRow, "kind" | "count" | "first_id" | "last_id" | "root" | "note">;

/** The hash of a seal: SHA-256 over the hash of the seal before and the seal's own facts, as JSON in this order. */
export function sealHash(
  previous: Uint8Array,
  seal: SealContent & Pick<SealRow, "number" | "sealed_at">,
): Buffer {
  const { number, kind, count, first_id, last_id, root, note, sealed_at } = seal;
  const facts = [number, kind, count, first_id, last_id, Buffer.from(root).toString("hex"), note, sealed_at];
  return hash("sha256", Buffer.concat([previous, Buffer.from(JSON.stringify(facts))]), "buffer");
}

/** The root of a seal: SHA-256 over the hashes of its rows, in the order of their ids. */
export function rootOf(rowHashes: Uint8Array): Buffer {
  return hash("sha256", rowHashes, "buffer");
}

/** Adds a seal that continues the last one. */
export async function addSeal(
  tx: Transaction,
  content: SealContent,
  rowHashes: Uint8Array,
  sealedAt: number,
): Promise<{ number: number; hash: Buffer }> {
  const { number: last, hash: previous } = (await lastSeal(tx)) ?? { number: 0, hash: genesisHash };
  const number = last + 1;
  const chained = sealHash(previous, { ...content, number, sealed_at: sealedAt });
  await insertSeal(
    tx,
    number,
    content.kind,
    content.count,
    content.first_id,
    content.last_id,
    content.root,
    previous,
    chained,
    sealedAt,
    content.note,
    rowHashes,
  );
  return { number, hash: chained };
}
