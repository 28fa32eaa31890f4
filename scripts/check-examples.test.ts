import { expect, test } from "vitest";
import { examplesIn, moduleOf } from "./check-examples.ts";

test("an example ends at the next tag", () => {
  const comment = "Opens it.\n\n@example\nopen();\nclose();\n@see RFC 1\n@example shut()";
  expect(examplesIn(comment)).toEqual(["open();\nclose();", "shut()"]);
  expect(examplesIn("Opens it.")).toEqual([]);
});

const exported = new Map([
  ["latchkey", ["Auth", "createAuth", "latchkey", "unwrap"]],
  ["latchkey/hono", ["latchkey", "requireLogin", "fields"]],
]);
const imports = (entry: string, code: string) =>
  moduleOf({ entry, name: "x", code }, exported)
    .split("\n")
    .filter((line) => /^import \{.*"latchkey/.test(line));

test("names come from the entry of the example first, then from the others", () => {
  expect(imports("latchkey/hono", "app.use(latchkey(auth)); await unwrap(requireLogin());")).toEqual([
    'import { latchkey, requireLogin } from "latchkey/hono";',
    'import { Auth, unwrap } from "latchkey";',
  ]);
});

test("a property and a declared name aren't imported, but a spread name is", () => {
  expect(imports("latchkey", "c.fields; const unwrap = 1; f({ ...createAuth() });")).toEqual([
    'import { Auth, createAuth } from "latchkey";',
  ]);
});

test("an exported constant loses its export in a function's body", () => {
  const text = moduleOf({ entry: "latchkey/next", name: "x", code: "export const GET = 1;" }, exported);
  expect(text).toContain("{\nconst GET = 1;\n}");
});
