import { unwrap } from "latchkey";
import { expect } from "vitest";
import type { TestAuth } from "../../src/adapters/testing.ts";

/** Every row of the audit is as written, and follows from the one before it, whatever wrote it. */
export async function expectWholeAudit({ auth }: Pick<TestAuth, "auth">): Promise<void> {
  const { fault, rows } = await unwrap(auth.audit.verify());
  expect(fault).toBeNull();
  expect(rows).toBeGreaterThan(0);
}
