// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the strings are source text under test
import { describe, expect, it } from "vitest";
import { lineAt, type Node, parse, stringValue, walk } from "./syntax.ts";

function strings(text: string, file = "a.ts"): string[] {
  const found: string[] = [];
  walk(parse(file, text).program, (node) => {
    const value = stringValue(node);
    if (value !== undefined) found.push(value);
  });
  return found;
}

describe("parse", () => {
  it("parse reads TSX by the file's ending", () => {
    expect(strings('const a = <p title="b">don\'t</p>;', "a.tsx")).toEqual(["b"]);
  });

  it("parse names the invalid file", () => {
    expect(() => parse("src/a.ts", "const = 1;")).toThrow(/^src\/a\.ts can't be parsed: /);
  });

  it("parse counts offsets in characters, also after non-ASCII ones", () => {
    const text = 'const ä = "→"; f("here");';
    let start = -1;
    walk(parse("a.ts", text).program, (node) => {
      if (stringValue(node) === "here") start = node.start;
    });
    expect(text.slice(start)).toBe('"here");');
  });
});

describe("walk", () => {
  it("walk skips the children of a node when the visitor returns false", () => {
    const types: Node["type"][] = [];
    walk(parse("a.ts", 'f("a", () => g("b"));').program, (node) => {
      types.push(node.type);
      return node.type !== "ArrowFunctionExpression";
    });
    expect(types).toEqual([
      ...["Program", "ExpressionStatement", "CallExpression", "Identifier", "Literal"],
      "ArrowFunctionExpression",
    ]);
  });

  it("walk passes the ancestors, nearest last", () => {
    let around: string[] = [];
    walk(parse("a.ts", 'f({ a: "b" });').program, (node, ancestors) => {
      if (stringValue(node) === "b") around = ancestors.map(({ type }) => type);
    });
    expect(around.slice(-3)).toEqual(["CallExpression", "ObjectExpression", "Property"]);
  });

  it("walk sees strings in code only", () => {
    expect(strings('// "a"\nconst b = /["c]/; const d = `e`; const f = `g${"h"}`;')).toEqual(["e", "h"]);
  });
});

describe("lineAt", () => {
  it("lineAt counts from one", () => {
    expect([0, 1, 2, 3].map((offset) => lineAt("a\nb\n", offset))).toEqual([1, 1, 2, 2]);
  });
});
