import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { type Flaw, flawedAccount, startFlawedSite } from "../../tests/support/flawed-site.ts";
import { runCommandLine } from "./main.ts";

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function site(...flaws: Flaw[]): Promise<string> {
  const started = await startFlawedSite(flaws);
  closers.push(started.close);
  return started.url;
}

async function run(line: string, input = "") {
  const said: [string, string][] = [];
  const code = await runCommandLine(line.split(" "), {
    variables: {},
    out: (text) => void said.push(["out", text]),
    error: (text) => void said.push(["error", text]),
    readInput: async () => input,
    openAuth: () => Promise.reject(new Error("a drill opens no database")),
  });
  const of = (stream: string) => said.filter(([name]) => name === stream).map(([, text]) => text);
  return { code, out: of("out").join("\n"), error: of("error").join("\n"), first: said[0] };
}

describe("the drill command", () => {
  test("the drill announces its actions and its limit first, and passes with exit code 0", async () => {
    const { code, first, out } = await run(`drill guessing ${await site()} --login ${flawedAccount.login}`);
    expect(code).toBe(0);
    expect(first?.[0]).toBe("error");
    expect(first?.[1]).toMatch(/^guessing on http:\/\/127\.0\.0\.1:\d+\/, at most 178 requests:\n/);
    expect(first?.[1]).toContain(`12 wrong passwords for ${flawedAccount.login}: new devices then wait`);
    expect(out).toMatch(/5 passed, 0 failed, 0 skipped; \d+ requests\.$/);
  });

  test("a successful attack makes exit code 1, with the numbers in JSON", async () => {
    const { code, out } = await run(`drill guessing ${await site("no throttle")} --json`);
    expect(code).toBe(1);
    const { drill, checks } = JSON.parse(out);
    expect(drill).toBe("guessing");
    expect(checks[0]).toEqual({
      name: "at most 10 wrong passwords for an account, then 429",
      outcome: "fail",
      seen: "12 × 401",
    });
  });

  test("replay reads the account's password from standard input and never shows it", async () => {
    const line = `drill replay ${await site()} --login ${flawedAccount.login} --password-stdin`;
    const { code, out, error } = await run(line, `${flawedAccount.password}\n`);
    expect(code).toBe(0);
    expect(out + error).not.toContain(flawedAccount.password);
  });

  test.each([
    ["drill guessing http://192.0.2.1", 1, "192.0.2.1 is not this machine"],
    ["drill guessing http://127.0.0.1:1", 1, "Nothing answers at http://127.0.0.1:1 (ECONNREFUSED)"],
    ["drill constructor http://127.0.0.1:1", 2, "NAME is one of guessing, enumeration, replay, flood."],
    ["drill guessing ftp://127.0.0.1", 2, "URL must be the address of a site"],
    ["drill guessing http://user:secret@127.0.0.1", 2, "URL takes no name, password"],
    ["drill replay http://127.0.0.1:1", 2, "replay needs an account"],
    ["drill replay http://127.0.0.1:1 --password-stdin", 2, "--password-stdin needs --login"],
    ["drill flood http://127.0.0.1:1 --seconds 61", 2, "--seconds takes a whole number from 1 to 60"],
  ])("%s is refused", async (line, expected, sentence) => {
    const { code, out, error } = await run(line);
    expect({ code, out }).toEqual({ code: expected, out: "" });
    expect(error).toContain(sentence);
  });
});

test.each(["/auth", "/app/auth/"])("a path without the library (%s) isn't attacked", async (path) => {
  const url = (await site()) + path;
  const { code, out, error } = await run(`drill guessing ${url}`);
  expect({ code, out }).toEqual({ code: 1, out: "" });
  const sentence = error.split("\n").at(-1);
  expect(sentence).toMatch(/^Nothing of the library answers at \S+ \(\S+\/csrf is answered with 404\): /);
  expect(sentence).toMatch(/: give the URL under which its pages are mounted\.$/);
});

test("a site without a CSRF token isn't attacked", async () => {
  const other = createServer((_request, response) => void response.end("<h1>Welcome</h1>"));
  await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
  closers.push(() => other.close());
  const { port } = other.address() as AddressInfo;
  const { code, error } = await run(`drill replay http://127.0.0.1:${port} --login a --password-stdin`, "b");
  expect(code).toBe(1);
  expect(error).toContain("(/csrf holds no csrf_token): give the URL");
});
