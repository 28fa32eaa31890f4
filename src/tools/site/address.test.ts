import { expect, test } from "vitest";
import { UsageError } from "../../cli/command.ts";
import { isLoopback, siteUrl } from "./address.ts";

test.each(["127.0.0.1", "127.9.8.7", "::1", "[::1]", "localhost", "LOCALHOST", "app.localhost"])(
  "%s is this machine",
  (host) => expect(isLoopback(host)).toBe(true),
);

test.each(["128.0.0.1", "10.0.0.1", "0.0.0.0", "::2", "[::2]", "localhost.example.org", "notlocalhost", ""])(
  '"%s" is not',
  (host) => expect(isLoopback(host)).toBe(false),
);

test("a site's address is read with its path, and what is none is refused without being repeated", () => {
  expect(siteUrl("https://app.example.org/auth").href).toBe("https://app.example.org/auth");
  for (const wrong of [
    "canary",
    "ftp://canary",
    "https://user:canary@host",
    "https://host/?canary",
    "https://host/#canary",
  ]) {
    let thrown: unknown;
    try {
      siteUrl(wrong);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(UsageError);
    expect((thrown as Error).message).toMatch(/^URL /);
    expect((thrown as Error).message).not.toContain("canary");
  }
});
