import { expect, test } from "vitest";
import { styleFaults } from "./style.ts";

const long = `A sentence ${"that is much longer than it has to be ".repeat(3)}ends.`;

test.each([
  ["a comment", "a.ts", "// There is no key.\n"],
  ["a doc comment", "a.ts", "/**\n * First.\n *\n * The session is\n * over.\n */\n"],
  ["a tag of a doc comment", "a.ts", "/** @returns a list of theirs */\n"],
  ["the title of a test", "a.test.ts", 'test("nobody signs in", () => {});\n'],
  ["the title of a table of tests", "a.test.ts", 'it.each([1])("the page tells %s", () => {});\n'],
  ["a message", "a.ts", 'throw new Error("The link goes on working.");\n'],
  ["a page", "docs/a.md", "A mail that is refused\nfor good.\n"],
  ["a row of a table", "docs/a.md", "| whoever asks | 401 |\n"],
  ["an item of a list", "docs/a.md", "- it begins anew\n"],
])("dialect is found in %s", (_what, file, text) => {
  expect(styleFaults(file, text)).toHaveLength(1);
});

test.each([
  ["code", "// Calls `yields` once.\n"],
  ["a quotation", '// Shows "There is no account."\n'],
  ["an example", "/**\n * Opens it.\n *\n * @example\n * // nobody is signed in\n */\n"],
  ["a name", "const nobody = 1;\n"],
  ["a string without a sentence", 'const a = "nobody";\n'],
])("no dialect is found in %s", (_what, text) => {
  expect(styleFaults("a.ts", text)).toEqual([]);
});

test("no dialect is found in a block of code of a page", () => {
  expect(styleFaults("a.md", "```ts\n@over // nobody\n```\n")).toEqual([]);
});

test("a fault has its place, its sentence and what to write", () => {
  expect(styleFaults("a.ts", "\n\n// Good. The token is over.\n")).toEqual([
    'a.ts:3 write "expired" or "ended": "The token is over."',
  ]);
});

test("a long sentence is a fault in a comment and a title, but not on a page", () => {
  expect(styleFaults("a.ts", `/** ${long} */\n`)).toEqual([expect.stringContaining("words are too many")]);
  expect(styleFaults("a.test.ts", `test("${long}", () => {});\n`)).toHaveLength(1);
  expect(styleFaults("a.md", `${long}\n`)).toEqual([]);
});
