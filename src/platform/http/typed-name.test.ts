import { expect, test } from "vitest";
import { trimTyped } from "./typed-name.ts";

const around = [
  " ",
  "\t",
  "\n",
  "\r\n",
  "\u00a0",
  "\u200b",
  "\u200c",
  "\u200d",
  "\u2060",
  "\ufeff",
  "\u00ad",
];
const marks = [
  "\u200e",
  "\u200f",
  "\u202a",
  "\u202c",
  "\u2066",
  "\u2069",
  "\u3000",
  "\u2028",
  "\ufe0f",
  "\u034f",
];

test.each([...around, ...marks, " \u200b\t\u00a0"])("%j around a name goes", (edge) => {
  for (const text of [`${edge}anna`, `anna${edge}`, `${edge}anna${edge}`])
    expect(trimTyped(text)).toBe("anna");
});

test.each(["\0", "\u0001", "\u202d", "\u202e", "\ud800", "\u007f"])("%j around a name stays", (edge) => {
  expect(trimTyped(`anna${edge}`)).toBe(`anna${edge}`);
});

test("what stands inside a name stays", () => {
  expect(trimTyped(" an\u200bna b\u00a0c ")).toBe("an\u200bna b\u00a0c");
  expect(trimTyped(" \u200b ")).toBe("");
});

test("[IN-06] a long text takes no longer than its length asks for", () => {
  const spaces = "\u00a0".repeat(30_000);
  const start = performance.now();
  expect(trimTyped(`${spaces}a${spaces}b${spaces}`)).toBe(`a${spaces}b`);
  expect(performance.now() - start).toBeLessThan(200);
});
