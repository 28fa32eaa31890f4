import { readSource } from "./source-text.ts";

const SKIPPED =
  /(?<![.\w$])(?:(?:it|test|describe|suite)(?:\.\w+)*\.(?:skip|todo)(?:\.\w+)*|x(?:it|test|describe))\s*$/;
const NOT_A_TITLE = /^(?:expect|import|require|if|while|switch|return)$/;

/**
 * The titles of the tests in a test file: every string that is the first argument of a call such as `it(…)`,
 * `describe(…)`, `it.each(…)(…)` or a helper of the project that takes a title. Titles that are skipped or still
 * to do prove nothing and are left out, and so is everything inside a skipped `describe`. Templates over several
 * lines are source text for a test, not titles.
 */
export function readTestTitles(text: string): string[] {
  const { code, literals } = readSource(text);
  const skipped = skippedRanges(code);
  return literals
    .filter(({ start, value }) => {
      const open = code.slice(0, start).trimEnd().length - 1;
      if (code[open] !== "(" || value.includes("\n")) return false;
      if (!takesTitle(code.slice(0, open))) return false;
      return !skipped.some(([from, to]) => start > from && start < to);
    })
    .sort((a, b) => a.start - b.start)
    .map((literal) => literal.value);
}

/** Whether the call whose name ends this code may be a test: `it.each`, `helper`, `…)`, but not `text.includes`. */
function takesTitle(before: string): boolean {
  const [, dot, name] = /(\.)?((?:[\w$]+\.)*[\w$]+)\s*$/.exec(before) ?? [];
  if (name === undefined) return /\)\s*$/.test(before);
  if (dot || NOT_A_TITLE.test(name)) return false;
  return !name.includes(".") || /^(?:it|test|describe|suite)\./.test(name);
}

/** From the opening to the closing bracket of each skipped call; `it.skip.each(table)(title, …)` has two pairs. */
function skippedRanges(code: string): [number, number][] {
  const ranges: [number, number][] = [];
  for (let open = code.indexOf("("); open !== -1; open = code.indexOf("(", open + 1)) {
    if (!SKIPPED.test(code.slice(Math.max(0, open - 80), open))) continue;
    const end = closing(code, open);
    const second = /^\s*\(/.exec(code.slice(end + 1));
    ranges.push([open, second ? closing(code, end + second[0].length) : end]);
  }
  return ranges;
}

function closing(code: string, open: number): number {
  let depth = 0;
  for (let index = open; index < code.length; index++) {
    if (code[index] === "(") depth++;
    else if (code[index] === ")" && --depth === 0) return index;
  }
  return code.length;
}
