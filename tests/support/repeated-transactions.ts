import type { Database } from "latchkey";
import { vi } from "vitest";

/**
 * Makes the commit of every transaction fail once. Its work runs to the end, is rolled back, and runs again. An engine
 * does the same if two transactions conflict. Returns the number of repeated transactions so far.
 */
export function repeatTransactions(database: Database): () => number {
  const transaction = database.transaction.bind(database) as Database["transaction"];
  let repeated = 0;
  vi.spyOn(database, "transaction").mockImplementation((async (work, options) => {
    const conflict = new Error("the transactions are in each other's way");
    try {
      await transaction(async (tx) => {
        await work({ ...tx, afterCommit: () => undefined });
        throw conflict;
      }, options);
    } catch (error) {
      // An error of the work ends a transaction at once.
      if (error !== conflict) throw error;
    }
    repeated += 1;
    return transaction(work, options);
  }) satisfies Database["transaction"] as never);
  return () => repeated;
}
