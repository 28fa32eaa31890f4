import { expect, it } from "vitest";
import { firstExample } from "./first-example.ts";

it("firstExample returns only the first TypeScript block", () => {
  const text =
    "# A\n```sh\nnpm i\n```\n```ts\nconst a = 1;\n\nconst b = `x`;\n```\n```ts\nconst c = 3;\n```\n";
  expect(firstExample(text)).toBe("const a = 1;\n\nconst b = `x`;\n");
});

it("firstExample reads Windows line ends", () => {
  expect(firstExample("```ts\r\nconst a = 1;\r\n```\r\n")).toBe("const a = 1;\n");
});

it("firstExample reports a page without an example", () => {
  expect(() => firstExample("```sh\nnpm i\n```\n")).toThrow("no ```ts block");
});
