import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type DrillName, runDoctor, runDrill, ToolError } from "latchkey/tools";
import { afterEach, describe, expect, test } from "vitest";
import { flawedAccount, startFlawedSite } from "../../tests/support/flawed-site.ts";

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

describe("from a program", () => {
  test("the doctor reports findings in one shape to a program", async () => {
    const findings = await runDoctor({
      variables: { DATABASE_URL: "sqlite::memory:", REGISTRATION: "open" },
    });
    expect(findings).toContainEqual({
      group: "configuration",
      check: "registration",
      level: "warning",
      finding: expect.stringContaining("REGISTRATION is open"),
      fix: "Set REGISTRATION=confirm-first.",
    });
  });

  test("a drill announces itself to a program before its first request and reports its checks", async () => {
    const site = await startFlawedSite(["logout by GET"]);
    closers.push(site.close);
    const said: string[] = [];
    const report = await runDrill("replay", site.url, {
      ...flawedAccount,
      announce: (text) => said.push(text),
    });
    expect(said[0]).toContain("at most 150 requests:");
    expect(report).toMatchObject({ drill: "replay", url: `${site.url}/` });
    expect(report.requests).toBeGreaterThan(20);
    const failed = report.checks.filter(({ outcome }) => outcome === "fail");
    expect(failed.map(({ name }) => name)).toEqual(["a logout by GET ends nothing"]);
  });

  const here = "http://127.0.0.1:1";
  test.each<[string, () => Promise<unknown>, ToolError["code"]]>([
    ["an unknown drill", () => runDrill("constructor" as DrillName, here), "invalid_argument"],
    ["a number out of range", () => runDrill("flood", here, { seconds: 61 }), "invalid_argument"],
    ["a fraction", () => runDrill("flood", here, { samples: 1.5 }), "invalid_argument"],
    ["a missing account", () => runDrill("replay", here, { login: "ada" }), "invalid_argument"],
    ["the URL of a drill", () => runDrill("guessing", "ftp://here"), "invalid_argument"],
    ["the URL of the doctor", () => runDoctor({ url: "here", variables: {} }), "invalid_argument"],
    ["another machine", () => runDrill("guessing", "http://192.0.2.1"), "refused"],
    ["a site that doesn't answer", () => runDrill("guessing", here), "refused"],
  ])("%s is refused with a code", async (_what, run, code) => {
    const error = await run().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ToolError);
    expect((error as ToolError).code).toBe(code);
  });
});

describe("the room", () => {
  const source = join(import.meta.dirname, "..");
  const importing = (files: string, what: RegExp) =>
    globSync(files, { cwd: source })
      .filter((file) => !/\.test\.ts$/.test(file) && what.test(readFileSync(join(source, file), "utf8")))
      .sort();

  test("only the commands load the tools, when they run", () => {
    expect(importing("{*,{adapters,core,features,platform}/**/*}.ts", /\/tools\//)).toEqual([]);
    expect(importing("cli/*.ts", /\/tools\//)).toEqual(["cli/run-tool.ts"]);
    expect(importing("cli/*.ts", /from "[^"]*\/tools\//)).toEqual([]);
  });

  test("the tools don't import the command line", () => {
    expect(importing("tools/**/*.ts", /["/]cli\//)).toEqual([]);
  });
});
