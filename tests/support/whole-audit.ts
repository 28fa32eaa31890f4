import { unwrap } from "latchkey";
import { expect } from "vitest";
import type { TestAuth } from "../../src/adapters/testing.ts";

/** Expects that every row of the audit is unchanged and continues the one before it. */
export async function expectWholeAudit({ auth }: Pick<TestAuth, "auth">): Promise<void> {
  const { fault, rows } = await unwrap(auth.audit.verify());
  expect(fault).toBeNull();
  expect(rows).toBeGreaterThan(0);
}
