import { keyName, lineAt, type Node, parse, stringValue, walk } from "./syntax.ts";

/** A sentence in the code that belongs in a catalogue. */
export interface Sentence {
  readonly line: number;
  readonly text: string;
}

const TWO_WORDS = /\p{L}{2,}[,;:]? \p{L}+/u;
/** User-visible text starts with a capital letter. Classes, tokens and names of events don't. */
const STARTS_LIKE_A_SENTENCE = /^[^\p{L}]*\p{Lu}/u;
/** Properties whose text isn't shown on the page. */
const FOR_DEVELOPERS = new Set(["detail", "summary", "description", "class", "autocomplete", "media", "log"]);
/** Calls on these don't reach a page. */
const NOT_PAGES = new Set(["log", "logger", "headers"]);
/** Replaces a `${…}` while tags are removed. */
const HOLE = "\u0000";

/**
 * Finds sentences in a file. They are text between the tags of html`…` templates and, unless `templatesOnly`, string
 * literals that start with a capital letter. Errors, headers and log lines may stay.
 */
export function findSentences(file: string, text: string, templatesOnly = false): Sentence[] {
  const found: Sentence[] = [];
  walk(parse(file, text).program, (node, ancestors) => {
    if (isForDevelopers(node)) return false;
    if (
      node.type === "TaggedTemplateExpression" &&
      node.tag.type === "Identifier" &&
      node.tag.name === "html"
    ) {
      for (const piece of textBetweenTags(node.quasi.quasis.map(({ value }) => value.cooked ?? ""))) {
        if (TWO_WORDS.test(piece)) found.push({ line: lineAt(text, node.start), text: piece });
      }
    } else if (!templatesOnly && ancestors.at(-1)?.type !== "TaggedTemplateExpression") {
      const said = spoken(node);
      if (said !== undefined && STARTS_LIKE_A_SENTENCE.test(said) && TWO_WORDS.test(said)) {
        found.push({ line: lineAt(text, node.start), text: said });
      }
    }
    return true;
  });
  return found;
}

function spoken(node: Node): string | undefined {
  if (node.type === "TemplateLiteral") return node.quasis.map(({ value }) => value.cooked ?? "").join("…");
  return stringValue(node);
}

function textBetweenTags(pieces: readonly string[]): string[] {
  return pieces
    .join(HOLE)
    .replace(/<(script|style)\b[^>]*>.*?<\/\1>/gs, HOLE)
    .replace(/<[^>]*>/g, HOLE)
    .split(HOLE)
    .map((piece) => piece.replace(/\s+/g, " ").trim());
}

/** Errors, log lines, headers, types, module names, and properties that pages don't show. */
function isForDevelopers(node: Node): boolean {
  switch (node.type) {
    case "ThrowStatement":
    case "ImportDeclaration":
    case "TSLiteralType":
      return true;
    case "NewExpression":
      return node.callee.type === "Identifier" && node.callee.name.endsWith("Error");
    case "CallExpression":
      return node.callee.type === "Super" || NOT_PAGES.has(ownerOf(node.callee) ?? "");
    case "AssignmentExpression":
      return ownerOf(node.left) === "headers";
    case "Property":
      return FOR_DEVELOPERS.has(keyName(node.key, node.computed) ?? "");
    default:
      return false;
  }
}

/** The name of what a member belongs to: `log` for `core.log.warn`. */
function ownerOf(node: Node): string | undefined {
  if (node.type !== "MemberExpression") return undefined;
  const { object } = node;
  if (object.type === "Identifier") return object.name;
  return object.type === "MemberExpression" ? keyName(object.property, object.computed) : undefined;
}
