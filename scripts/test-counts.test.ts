import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { addCounts, formatCounts, NO_TESTS, readCounts } from "./test-counts.ts";

const folder = mkdtempSync(join(tmpdir(), "test-counts-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function read(text: string) {
  const path = join(folder, "report.json");
  writeFileSync(path, text);
  return readCounts(path);
}

describe("readCounts", () => {
  it("readCounts counts a file that could not be loaded as one failure", () => {
    const testResults = [
      { status: "failed", assertionResults: [] },
      { status: "failed", assertionResults: [{ status: "passed" }, { status: "failed" }] },
      { status: "passed", assertionResults: [{ status: "passed" }] },
    ];
    const numbers = { numPassedTests: 2, numFailedTests: 1, numPendingTests: 3, numTodoTests: 1 };
    expect(read(JSON.stringify({ ...numbers, testResults }))).toEqual({ passed: 2, failed: 2, skipped: 4 });
  });

  it("readCounts returns undefined without a readable report", () => {
    expect(read("{")).toBeUndefined();
    expect(readCounts(join(folder, "none.json"))).toBeUndefined();
  });
});

describe("formatCounts", () => {
  it("formatCounts names skipped tests only if there are any", () => {
    expect(formatCounts(NO_TESTS)).toBe("0 passed, 0 failed");
    expect(
      formatCounts(addCounts({ passed: 2, failed: 1, skipped: 0 }, { passed: 3, failed: 0, skipped: 4 })),
    ).toBe("5 passed, 1 failed, 4 skipped");
  });
});
