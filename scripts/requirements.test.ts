// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the strings are source text under test
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { readCoverage, renderCoverage, renderTable } from "./requirements.ts";

let root: string | undefined;

afterEach(() => {
  if (root) rmSync(root, { recursive: true, force: true });
  root = undefined;
});

const ROWS = ["PW-01", "PW-02", "PW-03", "CK-01", "TH-01", "LG-01", "TO-01"].map((id) => ({
  id,
  group: `Group ${id.slice(0, 2)}`,
  requirement: `What ${id} asks | of us`,
  priority: id === "PW-03" ? "should" : "must",
}));

function read(tests: Record<string, string>, pending?: Record<string, string>) {
  root = mkdtempSync(join(tmpdir(), "requirements-"));
  const files: Record<string, string> = { ...tests, "docs/security/requirements.json": JSON.stringify(ROWS) };
  if (pending) files["docs/security/pending.json"] = JSON.stringify(pending);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), text);
  }
  return readCoverage(root);
}

function provenBy(text: string): string[] {
  return [...read({ "src/a.test.ts": `\n${text}\n` }).proofs.keys()];
}

// No source below is the first argument of a call: this file must not prove a row.
describe("titles", () => {
  it.each([
    ["a test", 'it("[PW-01] a", () => {});'],
    ["single quotes", "test('a [PW-01]', () => {});"],
    ["a template", "it(`[PW-01] on ${engine}`, () => {});"],
    ["a table", 'it.each([["(", 1]])("[PW-01] %s", () => {});'],
    ["a condition", 'describe.skipIf(windows)(\n  "[PW-01] a",\n  () => {});'],
    ["a helper", 'onEveryEngine("[PW-01] a", () => {});'],
  ])("ids are found in %s", (_what, text) => {
    expect(provenBy(text)).toEqual(["PW-01"]);
  });

  it("a title carries several ids, in one or several pairs of brackets", () => {
    const text = 'it("[PW-01, CK-01] a [PW-02] [A-SF-01]", () => {});';
    expect(provenBy(text)).toEqual(["PW-01", "CK-01", "PW-02"]);
  });

  it.each([
    ["a comment", '// it("[PW-01] a")'],
    ["a skipped test", 'it.skip("[PW-01] a", () => {});'],
    ["a test to do", 'it.todo("[PW-01] a");'],
    ["a skipped table", 'it.skip.each([[1]])("[PW-01] a", () => {});'],
    ["a skipped suite", 'describe.skip("a", () => { it("[PW-01] b", () => {}); });'],
    ["an expectation", 'expect("[PW-01]").toBe(1);'],
    ["a matcher", 'expect(a).toContain("[PW-01]");'],
    ["a method", 'if (a.includes("[PW-01]")) b();'],
    ["another string", 'const a = "[PW-01]";'],
    ["text over several lines", 'check(`\n it("[PW-01] a")\n`);'],
  ])("ids are not taken from %s", (_what, text) => {
    expect(provenBy(text)).toEqual([]);
  });

  it("titles are read only under src, app, tests and scripts", () => {
    const text = 'it("[PW-01] a", () => {});\n';
    const files = [
      "app/a.test.ts",
      "bench/a.test.ts",
      "scripts/a.test.ts",
      "src/b/a.test.ts",
      "tests/a.test.ts",
    ];
    const { proofs } = read(Object.fromEntries(files.map((file) => [file, text])));
    expect(proofs.get("PW-01")?.map((proof) => proof.file)).toEqual(
      files.filter((file) => !file.startsWith("bench")),
    );
  });
});

describe("required rows", () => {
  const tests = { "src/a.test.ts": 'it("[PW-01] a", () => {});\n' };

  it("the must-rows of the required groups are required", () => {
    expect(read(tests).missing.map((row) => row.id)).toEqual(["PW-02", "CK-01", "TH-01", "LG-01"]);
  });

  it("a required row may wait with a reason", () => {
    const coverage = read(tests, {
      ...{ "PW-02": "needs a", "CK-01": "needs b", "TH-01": "needs c", "LG-01": "needs d" },
    });
    expect(coverage.missing).toEqual([]);
    expect(coverage.mistakes).toEqual([]);
  });

  it("a row may not wait if it is tested, has no reason, or has an unknown id", () => {
    const { mistakes } = read(tests, { "PW-01": "needs a", "PW-02": " ", "PW-99": "needs c" });
    expect(mistakes).toEqual([
      expect.stringMatching(/^PW-01 waits .* src\/a\.test\.ts tests it/),
      expect.stringMatching(/^PW-02 .* needs a reason/),
      expect.stringMatching(/^PW-99 .* isn't a row/),
    ]);
  });

  it("a test that names an unknown id fails the check", () => {
    const { mistakes } = read({ "src/a.test.ts": 'it("[PW-98] a", () => {});\n' });
    expect(mistakes).toEqual([expect.stringMatching(/^PW-98 in src\/a\.test\.ts isn't a row/)]);
  });
});

describe("the table", () => {
  it("the table names file and title per row, and the reason of a waiting row", () => {
    const text = renderCoverage(
      read({ "src/a.test.ts": 'it("[PW-01] a|b", () => {});\n' }, { "CK-01": "needs b" }),
    );
    expect(text).toContain("Of 7 rows 1 have tests");
    expect(text).toContain("| PW-01 | What PW-01 asks \\| of us | must | `src/a.test.ts`: [PW-01] a\\|b |");
    expect(text).toContain("| PW-02 | What PW-02 asks \\| of us | must | none |");
    expect(text).toContain("| CK-01 | What CK-01 asks \\| of us | must | waiting: needs b |");
  });

  it("the table says what a row's tests leave open, but not for an untested row", () => {
    const tests = { "src/a.test.ts": 'it("[PW-01] a", () => {});\n' };
    const partly = (id: string) =>
      read({ ...tests, "docs/security/partial.json": JSON.stringify({ [id]: "c" }) });
    expect(renderCoverage(partly("PW-01"))).toContain("[PW-01] a<br>**open:** c |");
    expect(partly("PW-01").mistakes).toEqual([]);
    expect(partly("PW-02").mistakes).toEqual([expect.stringMatching(/^PW-02 .*has no test/)]);
  });

  it("the terminal shows counts per group", () => {
    const table = renderTable(
      read({ "src/a.test.ts": 'it("[PW-01] a", () => {});\n' }, { "PW-02": "needs a" }),
    );
    expect(table).toMatch(/^PW Group PW \*\s+3\s+1\s+2\s+1$/m);
    expect(table).toMatch(/^all\s+7\s+1\s+6\s+1$/m);
  });
});
