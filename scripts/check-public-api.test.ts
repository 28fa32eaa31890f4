import { describe, expect, it } from "vitest";
import { publicProblems } from "./check-public-api.ts";
import { madeUpTree } from "./made-up-tree.ts";

const manifest = JSON.stringify({
  name: "kit",
  exports: {
    ".": { "latchkey-source": "./src/index.ts" },
    "./more": { "latchkey-source": "./src/more.ts" },
    "./package.json": "./package.json",
  },
});

const good = {
  "package.json": manifest,
  "src/index.ts": 'export { open, type Options } from "./core/open.ts";\nexport * as ui from "./ui.ts";\n',
  "src/more.ts": "/** What it is. */\nexport type Size = number;\n",
  "src/ui.ts":
    '/**\n * A card.\n *\n * @example card("x")\n */\nexport const card = (text: string): string => text;\n',
  "src/core/open.ts": `import { readFileSync } from "node:fs";
import type { Logger } from "../log.ts";
/** What to open. */
export interface Options { path: string }
/**
 * Opens it.
 *
 * @example
 * open({ path: "a" });
 * @see row AB-01
 */
export function open(options: Options): void { const logger: Logger | null = null; readFileSync(options.path); }
`,
  "src/log.ts": "export interface Logger { level: string }\n",
};

const problems = (files: Record<string, string> = {}) => publicProblems(madeUpTree({ ...good, ...files }));
const withOpen = (from: string, to: string) =>
  problems({ "src/core/open.ts": good["src/core/open.ts"].replace(from, to) });

describe("publicProblems", () => {
  it("publicProblems reports nothing if each name has its comment and each type its name", () => {
    expect(problems()).toEqual([]);
  });

  it("publicProblems reports a function without an example, wherever it is declared", () => {
    expect(withOpen("@example", "@remarks")).toEqual(["kit open has no @example"]);
  });

  it("publicProblems checks a namespace of components", () => {
    const ui = good["src/ui.ts"].replace("@example", "");
    expect(problems({ "src/ui.ts": ui })).toEqual(["kit ui card has no @example"]);
  });

  it("publicProblems reports a name without a doc comment", () => {
    expect(withOpen("/** What to open. */", "// What to open.")).toEqual(["kit Options has no doc comment"]);
    expect(problems({ "src/more.ts": "export type Size = number;\n" })).toEqual([
      "kit/more Size has no doc comment",
    ]);
  });

  it("publicProblems allows a row id only in @see", () => {
    const problem = "kit open shows a row id in its doc comment: move it into @see";
    expect(withOpen("Opens it.", "Opens it (row AB-01).")).toEqual([problem]);
  });

  it("publicProblems reports a row id in the comment of a member", () => {
    expect(withOpen("{ path: string }", "{\n  /** Where (rows AB-01, AB-02). */\n  path: string }")).toEqual([
      "kit Options shows a row id in its doc comment: move it into @see",
    ]);
  });

  it("publicProblems reports an unexported type of a signature, but not of a function's body", () => {
    expect(withOpen("(options: Options)", "(options: Options, log?: Logger)")).toEqual([
      "Logger (src/log.ts) isn't exported, but kit open shows it",
    ]);
  });

  it("publicProblems looks through types that the module doesn't export", () => {
    expect(
      withOpen("{ path: string }", "extends Own { path: string }\ninterface Own { log: Logger }"),
    ).toEqual(["Logger (src/log.ts) isn't exported, but kit Options shows it"]);
  });

  it("publicProblems checks the functions that features declare", () => {
    const feature = `import type { Logger } from "../../log.ts";
declare global { namespace Latchkey { interface Operations { trace(input: Logger): void } } }
`;
    expect(problems({ "src/features/trace/feature.ts": feature })).toEqual([
      "Logger (src/log.ts) isn't exported, but a function of the auth object shows it",
    ]);
  });
});
