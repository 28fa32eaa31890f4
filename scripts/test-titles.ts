import { type Node, parse, walk } from "./syntax.ts";

const RUNNERS = new Set(["it", "test", "describe", "suite"]);
const SKIPPED = /^x(?:it|test|describe)$/;
const NOT_A_TEST = new Set(["expect", "require"]);

/**
 * The titles of the tests in a test file, as written. A title is the first argument of a call such as `it(…)`,
 * `describe(…)`, `it.each(…)(…)` or a helper of the project. Skipped and todo titles prove nothing and are left out,
 * with everything inside a skipped `describe`. Templates over several lines are source text for a test, not titles.
 */
export function readTestTitles(file: string, text: string): string[] {
  const titles: string[] = [];
  walk(parse(file, text).program, (node) => {
    if (node.type !== "CallExpression") return true;
    if (isSkipped(node.callee)) return false;
    const title = node.arguments[0];
    if (title !== undefined && isText(title) && takesTitle(node.callee)) {
      const written = text.slice(title.start + 1, title.end - 1);
      if (!written.includes("\n")) titles.push(written);
    }
    return true;
  });
  return titles;
}

function isText(node: Node): boolean {
  return node.type === "TemplateLiteral" || (node.type === "Literal" && typeof node.value === "string");
}

/** Whether a call of this may be a test: `it.each`, `helper` or `it.each(…)`, but not `text.includes`. */
function takesTitle(callee: Node): boolean {
  if (callee.type === "CallExpression" || callee.type === "TaggedTemplateExpression") return true;
  const [first, ...rest] = names(callee);
  if (first === undefined || NOT_A_TEST.has(first)) return false;
  return rest.length === 0 || RUNNERS.has(first);
}

/** Whether a call of this is a test or a group of tests, such as `it`, `test.each(…)` or `describe.skipIf(…)`. */
export function isRunner(callee: Node): boolean {
  if (callee.type === "CallExpression") return isRunner(callee.callee);
  if (callee.type === "TaggedTemplateExpression") return isRunner(callee.tag);
  const [first] = names(callee);
  return first !== undefined && RUNNERS.has(first);
}

/** Whether a call of this is skipped or to do: `it.skip`, `it.skip.each(table)`, `xit`. */
function isSkipped(callee: Node): boolean {
  if (callee.type === "CallExpression") return isSkipped(callee.callee);
  if (callee.type === "TaggedTemplateExpression") return isSkipped(callee.tag);
  const [first, ...rest] = names(callee);
  if (first === undefined) return false;
  return SKIPPED.test(first) || (RUNNERS.has(first) && rest.some((name) => /^(?:skip|todo)$/.test(name)));
}

/** `["it", "each"]` for `it.each`; empty for anything but a chain of names. */
function names(node: Node): string[] {
  if (node.type === "Identifier") return [node.name];
  if (node.type !== "MemberExpression" || node.property.type !== "Identifier") return [];
  const before = names(node.object);
  return before.length === 0 ? [] : [...before, node.property.name];
}
