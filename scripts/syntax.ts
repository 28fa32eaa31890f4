import { type ESTree, type ParseResult, parseSync } from "rolldown/utils";

/** A node of the syntax tree. */
export type Node = ESTree.Node;

/** A file's text and its syntax tree. */
export interface Syntax {
  readonly text: string;
  readonly program: ESTree.Program;
  readonly comments: ParseResult["comments"];
}

/**
 * Parses a TypeScript or TSX source.
 * @param file its name; the ending decides about JSX
 * @throws Error if the text isn't valid
 */
export function parse(file: string, text: string): Syntax {
  const { program, comments, errors } = parseSync(file, text);
  const first = errors[0];
  if (first !== undefined) throw new Error(`${file} can't be parsed: ${first.message}`);
  return { text, program, comments };
}

/**
 * Visits a node and all nodes below it, in the order of the tree.
 * @param visit gets each node with its ancestors, nearest last; `false` skips the nodes below it
 */
export function walk(
  node: Node,
  // biome-ignore lint/suspicious/noConfusingVoidType: most visitors return nothing
  visit: (node: Node, ancestors: readonly Node[]) => boolean | void,
): void {
  const ancestors: Node[] = [];
  const enter = (current: Node) => {
    if (visit(current, ancestors) === false) return;
    ancestors.push(current);
    for (const value of Object.values(current)) {
      for (const child of Array.isArray(value) ? value : [value]) if (isNode(child)) enter(child);
    }
    ancestors.pop();
  };
  enter(node);
}

/** The text of a string literal or of a template without `${…}`; undefined for any other node. */
export function stringValue(node: Node | null | undefined): string | undefined {
  if (node?.type === "Literal" && typeof node.value === "string") return node.value;
  if (node?.type === "TemplateLiteral" && node.expressions.length === 0) {
    return node.quasis[0]?.value.cooked ?? undefined;
  }
  return undefined;
}

/** The name of a property, written as a name or as a string; undefined if it is computed. */
export function keyName(key: Node, computed: boolean): string | undefined {
  if (key.type === "Identifier" && !computed) return key.name;
  return stringValue(key);
}

/** The 1-based line of an offset. */
export function lineAt(text: string, offset: number): number {
  let line = 1;
  for (let index = text.indexOf("\n"); index !== -1 && index < offset; index = text.indexOf("\n", index + 1))
    line++;
  return line;
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && "type" in value && typeof value.type === "string";
}
