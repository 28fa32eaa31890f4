// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the strings are source text under test
import { describe, expect, it } from "vitest";
import { lineAt, readSource } from "./source-text.ts";

describe("readSource", () => {
  it("keeps offsets and line breaks", () => {
    const text = 'const a = "b"; // "c"\n/* "d"\n */ const e = `f${"g"}h`;\n';
    const { code } = readSource(text);
    expect(code).toHaveLength(text.length);
    expect(code.split("\n")).toHaveLength(text.split("\n").length);
  });

  it.each([
    ["comments", '// "no"\n/* "no" */ f("yes")', ["yes"]],
    ["regular expressions", `const quote = /["'/]/; f("yes")`, ["yes"]],
    ["division", 'const half = size / 2; f("yes", a / b)', ["yes"]],
    ["escaped quotes", String.raw`f("y\"es")`, [String.raw`y\"es`]],
    ["JSX closing tags and apostrophes", `<p>don't</p>\n<a href="yes">/</a>`, ["t</p>", "yes"]],
    [
      "code inside templates",
      'f(`a ${g("yes", { b: 1 })} "no" c`)',
      ["yes", 'a ${g("yes", { b: 1 })} "no" c'],
    ],
  ])("reads %s", (_what, text, expected) => {
    expect(readSource(text).literals.map((literal) => literal.value)).toEqual(expected);
  });

  it("blanks what templates and comments say", () => {
    expect(readSource('`import "a"` // import "b"').code).not.toContain("import");
  });
});

describe("lineAt", () => {
  it("counts from one", () => {
    expect([0, 1, 2, 3].map((offset) => lineAt("a\nb\n", offset))).toEqual([1, 1, 2, 2]);
  });
});
