import { lineAt, type Node, parse, walk } from "./syntax.ts";
import { isRunner } from "./test-titles.ts";

/** A paragraph of a comment or a page, the title of a test, or a sentence in a string. */
export interface Passage {
  readonly kind: "comment" | "title" | "page" | "string";
  /** 1-based. */
  readonly line: number;
  /** On one line, without the marks of comments and lists. */
  readonly text: string;
}

const CODE = /\.(?:ts|tsx|js)$/;
const TEST = /\.test(?:-d)?\.tsx?$/;
const A_SENTENCE = /^\p{Lu}[^\n]* [^\n]* /u;

/** Reads the prose of a source or a Markdown page. Examples and blocks of code aren't prose. */
export function readProse(file: string, text: string): Passage[] {
  if (!CODE.test(file)) return paragraphs(text.split("\n"), 1, "page");
  const { program, comments } = parse(file, text);
  const passages = joinLines(comments, text).flatMap(({ start, value }) =>
    paragraphs(value.split("\n"), lineAt(text, start), "comment"),
  );
  walk(program, (node, ancestors) => {
    if (node.type === "ImportDeclaration") return false;
    const said = written(node);
    if (said === undefined) return true;
    const parent = ancestors.at(-1);
    const isTitle =
      parent?.type === "CallExpression" && parent.arguments[0] === node && isRunner(parent.callee);
    const line = lineAt(text, node.start);
    if (isTitle) passages.push({ kind: "title", line, text: oneLine(said) });
    else if (!TEST.test(file) && A_SENTENCE.test(said)) passages.push({ kind: "string", line, text: said });
    return true;
  });
  return passages;
}

/** The paragraphs of a text: parts between blank lines, items of lists, rows of tables and tags of doc comments. */
function paragraphs(lines: readonly string[], first: number, kind: Passage["kind"]): Passage[] {
  const found: Passage[] = [];
  let open = false;
  let isCode = false;
  for (const [index, raw] of lines.entries()) {
    const line = raw.replace(/^\s*\*? ?/, "").trimEnd();
    if (line.startsWith("```")) isCode = !isCode;
    else if (kind === "comment" && line.startsWith("@")) isCode = line.startsWith("@example");
    if (isCode || line === "" || line.startsWith("```")) {
      open = false;
      continue;
    }
    const last = found.at(-1);
    const begins = /^(?:[-*|#@]|\d+\. )/.test(line);
    if (open && !begins && last !== undefined)
      found[found.length - 1] = { ...last, text: `${last.text} ${line.trim()}` };
    else found.push({ kind, line: first + index, text: line.replace(/^(?:[-*#]+|\d+\.) /, "") });
    open = true;
  }
  return found;
}

/** Comments, with `//` lines below each other joined. */
function joinLines(
  comments: readonly { type: string; value: string; start: number; end: number }[],
  text: string,
): { start: number; value: string }[] {
  const joined: { start: number; end: number; value: string; lines: boolean }[] = [];
  for (const { type, value, start, end } of comments) {
    const last = joined.at(-1);
    const lines = type === "Line";
    if (lines && last?.lines && /^[ \t]*\n[ \t]*$/.test(text.slice(last.end, start)))
      joined[joined.length - 1] = { ...last, end, value: `${last.value}\n${value}` };
    else joined.push({ start, end, value, lines });
  }
  return joined;
}

function written(node: Node): string | undefined {
  if (node.type === "TemplateLiteral") return node.quasis.map(({ value }) => value.cooked ?? "").join("…");
  return node.type === "Literal" && typeof node.value === "string" ? node.value : undefined;
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}
