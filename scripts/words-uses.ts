import { featureOf } from "./source-files.ts";
import { keyName, type Node, parse, stringValue, walk } from "./syntax.ts";
import type { Leaf } from "./words-catalogue.ts";

/** The names in one source file that could use a text. */
export interface Uses {
  readonly file: string;
  /** Names that are read from an object: `a.name`, `a["name"]`, `const { name } = a`. */
  readonly taken: ReadonlySet<string>;
  /** The last names of values that are passed on whole: `words` in `f(messages.words)`. */
  readonly handedOn: ReadonlySet<string>;
  /** The last names of objects that are looked up by a value: `ended` in `login.ended[reason]`. */
  readonly lookedUp: ReadonlySet<string>;
  /** Strings and keys of objects, which may be codes. */
  readonly codes: ReadonlySet<string>;
}

/** Groups whose keys are codes. The source doesn't name their texts one by one, so the code itself must be in it. */
const BY_CODE = new Set(["errors", "fieldErrors", "requiredFields", "events", "ended", "endedShort"]);

/** Collects what a source file takes, passes on, looks up and contains. */
export function readUses(file: string, text: string): Uses {
  const uses = {
    taken: new Set<string>(),
    handedOn: new Set<string>(),
    lookedUp: new Set<string>(),
    codes: new Set<string>(),
  };
  walk(parse(file, text).program, (node, ancestors) => {
    const parent = ancestors.at(-1);
    const code = stringValue(node);
    if (code !== undefined) uses.codes.add(code);
    if (node.type === "MemberExpression") {
      const name = keyName(node.property, node.computed);
      if (name !== undefined) uses.taken.add(name);
      else add(uses.lookedUp, lastName(node.object));
    }
    if (node.type === "Property") {
      const key = keyName(node.key, node.computed);
      if (key !== undefined) (parent?.type === "ObjectPattern" ? uses.taken : uses.codes).add(key);
    }
    if (node.type === "TSPropertySignature") add(uses.codes, keyName(node.key, node.computed));
    if (isHandedOn(node, parent, ancestors.at(-2))) add(uses.handedOn, lastName(node));
  });
  return { file, ...uses };
}

/** Whether a name or `a.b` is passed on as a whole, instead of being used for a member of it. */
function isHandedOn(node: Node, parent: Node | undefined, above: Node | undefined): boolean {
  if (node.type !== "Identifier" && node.type !== "MemberExpression") return false;
  switch (parent?.type) {
    case "CallExpression":
    case "NewExpression":
      return parent.callee !== node;
    case "Property":
      return above?.type === "ObjectExpression" && parent.value === node;
    case "ArrowFunctionExpression":
      return parent.body === node;
    case "ArrayExpression":
    case "ConditionalExpression":
    case "LogicalExpression":
    case "ReturnStatement":
    case "SpreadElement":
      return true;
    default:
      return false;
  }
}

function lastName(node: Node): string | undefined {
  if (node.type === "Identifier") return node.name;
  return node.type === "MemberExpression" ? keyName(node.property, node.computed) : undefined;
}

function add(names: Set<string>, name: string | undefined): void {
  if (name !== undefined) names.add(name);
}

/**
 * The leaves of a catalogue that no file uses. A text counts as used in three cases. One file reads every key of its
 * path. Or a file passes its group on whole, and any file reads its key. Or a file looks its group up by a value, and
 * any file contains its key as a code.
 * @param catalogue the catalogue's file; a key without a group counts as used only in the same feature
 */
export function unusedLeaves(catalogue: string, leaves: readonly Leaf[], uses: readonly Uses[]): Leaf[] {
  const feature = featureOf(catalogue);
  const near = feature === undefined ? uses : uses.filter(({ file }) => featureOf(file) === feature);
  const anywhere = (names: "taken" | "codes", name: string) => uses.some((file) => file[names].has(name));
  return leaves.filter(({ path }) => {
    const group = path.findIndex((key) => BY_CODE.has(key));
    const code = group === -1 ? undefined : path[group + 1];
    // A code may be narrowed down, as in `login_failed:password`.
    if (code !== undefined) return !code.split(":").every((part) => anywhere("codes", part));
    const around = path.slice(0, -1);
    const key = path.at(-1)!;
    const last = around.at(-1);
    if (last === undefined) return !near.some(({ taken }) => taken.has(key));
    return !uses.some((file) => {
      if (!around.every((name) => file.taken.has(name))) return false;
      if (file.taken.has(key)) return true;
      if (file.handedOn.has(last) && anywhere("taken", key)) return true;
      return file.lookedUp.has(last) && anywhere("codes", key);
    });
  });
}
