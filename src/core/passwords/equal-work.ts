import type { HashParameters } from "../settings.ts";
import { findForeignVerifier } from "./foreign-verifiers.ts";
import { parseHash } from "./hash-text.ts";

/** The smallest memory of argon2 for one lane, in KiB. */
const LEAST_MEMORY_KIB = 8;

/** The cost of a check of this hash, in KiB times passes; 0 for a text that no check knows. */
function workOf(hash: string): number {
  const stored = parseHash(hash)?.parameters;
  if (stored !== undefined) return stored.memoryKiB * stored.passes;
  return findForeignVerifier(hash)?.work(hash) ?? 0;
}

/**
 * The work that a check of this hash lacks beside a check at today's parameters. Returned as parameters of a hash that
 * costs exactly that. Null if the check costs as much or more. argon2's time grows with memory times passes.
 *
 * A wrong password then takes the same time for a cheaper hash and for one of another system.
 *
 * @see Row TH-02
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
