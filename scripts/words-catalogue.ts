import type { ESTree } from "rolldown/utils";
import { keyName, type Node, parse, stringValue } from "./syntax.ts";

/** One text of a catalogue. */
export interface Leaf {
  /** The keys that lead to it, such as `["mailLogin", "title"]`. */
  readonly path: readonly string[];
  /** `a text`, `a function of 1` …, or `unknown` for a value of another module. */
  readonly kind: string;
}

type Declared = ReadonlyMap<string, Node>;

/** The leaves of the object literals that a catalogue exports, such as `export const english = { … } as const`. */
export function readCatalogue(file: string, text: string): Leaf[] {
  const { program } = parse(file, text);
  const declared = new Map<string, Node>();
  const exported: Node[] = [];
  for (const statement of program.body) {
    const declaration = statement.type === "ExportNamedDeclaration" ? statement.declaration : statement;
    if (declaration?.type === "FunctionDeclaration" && declaration.id) {
      declared.set(declaration.id.name, declaration);
    }
    if (declaration?.type !== "VariableDeclaration") continue;
    for (const { id, init } of declaration.declarations) {
      if (id.type !== "Identifier" || !init) continue;
      declared.set(id.name, init);
      if (statement.type === "ExportNamedDeclaration") exported.push(init);
    }
  }
  return exported.flatMap((value) => {
    const object = unwrapped(value);
    return object.type === "ObjectExpression" ? leavesOf(object, declared, []) : [];
  });
}

function leavesOf(object: ESTree.ObjectExpression, declared: Declared, around: readonly string[]): Leaf[] {
  return object.properties.flatMap((property) => {
    if (property.type === "SpreadElement") {
      const spread = resolved(property.argument, declared);
      return spread.type === "ObjectExpression" ? leavesOf(spread, declared, around) : [];
    }
    const key = keyName(property.key, property.computed);
    if (key === undefined) return [];
    const path = [...around, key];
    const value = resolved(property.value, declared);
    return value.type === "ObjectExpression"
      ? leavesOf(value, declared, path)
      : [{ path, kind: kindOf(value) }];
  });
}

/** A name means its declaration in the same file. */
function resolved(node: Node, declared: Declared): Node {
  const value = unwrapped(node);
  const target = value.type === "Identifier" ? declared.get(value.name) : undefined;
  return target ? unwrapped(target) : value;
}

function unwrapped(node: Node): Node {
  const wraps =
    node.type === "TSAsExpression" ||
    node.type === "TSSatisfiesExpression" ||
    node.type === "ParenthesizedExpression";
  return wraps ? unwrapped(node.expression) : node;
}

function kindOf(value: Node): string {
  if (stringValue(value) !== undefined || value.type === "TemplateLiteral") return "a text";
  if (value.type === "BinaryExpression" && value.operator === "+") return "a text";
  const isFunction =
    value.type === "ArrowFunctionExpression" ||
    value.type === "FunctionExpression" ||
    value.type === "FunctionDeclaration";
  return isFunction ? `a function of ${value.params.length}` : "unknown";
}

/** A sentence about every difference between a catalogue and its translation. */
export function differences(original: readonly Leaf[], translation: readonly Leaf[]): string[] {
  const there = new Map(translation.map(({ path, kind }) => [path.join("."), kind]));
  const expected = new Set(original.map(({ path }) => path.join(".")));
  const wrong = original.flatMap(({ path, kind }) => {
    const name = path.join(".");
    const other = there.get(name);
    if (other === undefined) return [`${name} is missing`];
    if (other === kind || other === "unknown" || kind === "unknown") return [];
    return [`${name} must be ${kind}, not ${other}`];
  });
  const surplus = [...there.keys()].filter((name) => !expected.has(name));
  return [...wrong, ...surplus.map((name) => `${name} is not in the original`)];
}
