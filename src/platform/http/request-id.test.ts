import { expect, test } from "vitest";
import { requestId } from "./request-id.ts";

test.each(["abcdefgh", "A-Z_0-9x", "x".repeat(64)])("%s is kept", (id) => {
  expect(requestId(id)).toBe(id);
});

test.each([
  null,
  "",
  "short",
  "x".repeat(65),
  "abcdefgh\n",
  "abc defgh",
  "abcdefg\u00e9",
  "<script>alert(1)",
])("%j is replaced by a random id", (id) => {
  const first = requestId(id);
  expect(first).toMatch(/^[A-Za-z0-9_-]{22}$/);
  expect(requestId(id)).not.toBe(first);
});
