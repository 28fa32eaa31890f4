import { afterEach, expect, test } from "vitest";
import { createTestAuth, type TestAuth, testPassword } from "../../adapters/testing.ts";
import { coreOf } from "../../assemble.ts";
import { ConfigurationError } from "../../platform/errors/index.ts";

let open: TestAuth[] = [];

afterEach(async () => {
  for (const t of open) await t.close();
  open = [];
});

function start(peppers: string[]): TestAuth {
  const t = createTestAuth({ password: { peppers } });
  open.push(t);
  return t;
}

const old = "an old pepper 4f9a1c27e8b35d60 abcdefghijklmnop";
const fresh = "a new pepper 81e2c73b5a90d4f6 qrstuvwxyzABCDEF";

test("[PW-14] with a pepper the stored hash verifies only if the pepper is configured", async () => {
  const peppered = coreOf(start([old]).auth).passwords;
  const hash = await peppered.hash(testPassword);
  expect(hash).toMatch(/^\$argon2id\$v=19\$m=\d+,t=\d+,p=\d+,keyid=[0-9a-f]{8}\$/);
  expect(hash).not.toContain("pepper");
  expect(await peppered.verify(hash, testPassword)).toBe(true);
  expect(await peppered.verify(hash, "another quiet teapot")).toBe(false);
  expect(await coreOf(start([]).auth).passwords.verify(hash, testPassword)).toBe(false);
});

test("[KY-02] a new pepper verifies hashes of the old one and replaces them at the next sign-in", async () => {
  const hash = await coreOf(start([old]).auth).passwords.hash(testPassword);
  const both = coreOf(start([fresh, old]).auth).passwords;
  expect(await both.verify(hash, testPassword)).toBe(true);
  expect(both.isOutdated(hash)).toBe(true);
  expect(both.isOutdated(await both.hash(testPassword))).toBe(false);
});

test("[KY-01] a pepper that others can guess is refused", () => {
  expect(() => start(["short"])).toThrow(ConfigurationError);
});
