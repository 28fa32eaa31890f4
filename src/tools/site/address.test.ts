import { expect, test } from "vitest";
import { ToolError } from "../tool-error.ts";
import { siteUrl } from "./address.ts";

test("a site's URL keeps its path", () => {
  expect(siteUrl("https://app.example.org/auth").href).toBe("https://app.example.org/auth");
});

test.each([
  "canary",
  "ftp://canary",
  "https://user:canary@host",
  "https://host/?canary",
  "https://host/#canary",
])("%s is refused, and the message doesn't repeat it", (wrong) => {
  let thrown: unknown;
  try {
    siteUrl(wrong);
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toBeInstanceOf(ToolError);
  expect((thrown as ToolError).code).toBe("invalid_argument");
  expect((thrown as Error).message).toMatch(/^URL /);
  expect((thrown as Error).message).not.toContain("canary");
});
