import { describe, expect, test } from "vitest";
import { runCommand } from "../../tests/support/command-line.ts";
import { commands } from "./commands.ts";

/** None of these opens a database. */
const run = (...words: string[]) => runCommand(words);

describe("help", () => {
  test("help lists every command, also by the word help", async () => {
    const { code, out } = await run("--help");
    expect(code).toBe(0);
    const lines = out.split("\n").map((line) => line.trim().replace(/ {2,}/, ": "));
    for (const { name, summary } of commands) expect(lines).toContain(`${name}: ${summary}`);
    expect((await run("help")).out).toBe(out);
  });

  test("help of a command shows its parameters and options, wherever --help is", async () => {
    const { out } = await run("help", "users", "create");
    expect(out).toContain(
      "Usage: latchkey users create EMAIL [--username NAME] [--role ROLE]... [--password-stdin]",
    );
    expect((await run("users", "create", "--help")).out).toBe(out);
    expect((await run("users", "create", "ada@example.org", "-h")).out).toBe(out);
  });

  test("help of a group lists its commands", async () => {
    const { code, out } = await run("users", "--help");
    expect(code).toBe(0);
    expect(out).toContain("users unlock");
    expect(out).not.toContain("sessions end");
  });

  test("help names only existing commands", () => {
    const names = commands.map(({ name }) => name.split(" ")[0]);
    for (const later of ["import"]) expect(names).not.toContain(later);
  });

  test("--version prints the package's version", async () => {
    expect((await run("--version")).out).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});

describe("what can't be understood is exit code 2 with a sentence and the usage", () => {
  const cases: [string, string[], string][] = [
    ["nothing", [], "A command is missing"],
    ["an unknown command", ["user", "list"], "Unknown command"],
    ["half a command", ["users"], "Unknown command"],
    ["an unknown option", ["users", "list", "--all"], "Unknown option '--all'"],
    ["an option without its value", ["users", "list", "--query"], "argument missing"],
    ["a missing parameter", ["users", "show"], "WHO is missing"],
    ["a missing second parameter", ["users", "set-role", "ada"], "ROLE is missing"],
    ["one parameter too many", ["users", "show", "ada", "bob"], "takes fewer arguments"],
    ["help for nothing", ["help", "import"], "Unknown command"],
  ];
  test.each(cases)("%s", async (_, words, sentence) => {
    const { code, out, error } = await run(...words);
    expect(code).toBe(2);
    expect(out).toBe("");
    expect(error.split("\n")[0]).toContain(sentence);
    expect(error).toContain("Usage: latchkey");
  });
});

test("[KY-01] keys generate needs no environment and prints 256 random bits", async () => {
  const { code, out } = await run("keys", "generate");
  expect(code).toBe(0);
  expect(out).toMatch(/^[A-Za-z0-9_-]{43}\n$/);
  expect(Buffer.from(out.trim(), "base64url")).toHaveLength(32);
  expect((await run("keys", "generate")).out).not.toBe(out);
  expect(JSON.parse((await run("keys", "generate", "--json")).out).key).toMatch(/^[A-Za-z0-9_-]{43}$/);
});
