import type { HashParameters } from "../settings.ts";
import { findForeignVerifier } from "./foreign-verifiers.ts";
import { parseHash } from "./hash-text.ts";

/** What argon2 needs at least for one lane, in KiB. */
const LEAST_MEMORY_KIB = 8;

/** What a check of this hash costs, in KiB times passes; nothing for what no check knows. */
function workOf(hash: string): number {
  const stored = parseHash(hash)?.parameters;
  if (stored !== undefined) return stored.memoryKiB * stored.passes;
  return findForeignVerifier(hash)?.work(hash) ?? 0;
}

/**
 * What a check of this hash lacks to cost as much as one at today's parameters, as parameters of a hash that costs just
 * that; null where it costs as much or more. argon2's time grows with memory times passes. A wrong password for an account
 * whose hash is from cheaper times, or from another system, then takes as long as any other (row TH-02).
 */
export function missingWork(hash: string, { memoryKiB, passes }: HashParameters): HashParameters | null {
  const missing = Math.round(memoryKiB * passes - workOf(hash));
  if (missing < LEAST_MEMORY_KIB) return null;
  const rounds = Math.ceil(missing / memoryKiB);
  return {
    memoryKiB: Math.max(LEAST_MEMORY_KIB, Math.round(missing / rounds)),
    passes: rounds,
    parallelism: 1,
  };
}
