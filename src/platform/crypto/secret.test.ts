import { inspect } from "node:util";
import { expect, test } from "vitest";
import { Secret } from "./secret.ts";

test("[LG-03] prints, logs and JSON never show a secret; only `reveal` returns it", () => {
  const secret = new Secret("canary");
  const shown = [
    `${secret}`,
    String(secret),
    JSON.stringify({ secret }),
    inspect({ deep: { secret } }),
    inspect(secret),
  ];
  for (const text of shown) expect(text).not.toContain("canary");
  expect(Object.values(secret)).toEqual([]);
  expect(secret.reveal()).toBe("canary");
});
