/**
 * What `npm test` runs: the static checks, then the tests that speak HTTP, then the tests in a browser. `npm test --
 * PATTERN` runs only the tests whose file matches, without the static checks. Any other argument goes to Vitest. The
 * last line is always `N passed, N failed` (and `, N skipped`). Start it through npm: a Node before 22.18 can't read
 * this file.
 */

import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findBrowser } from "./find-browser.ts";
import { ROOT, run, runNode, type ToolResult, toolPath } from "./run-tool.ts";
import { globFiles } from "./source-files.ts";
import { addCounts, formatCounts, NO_TESTS, readCounts, type TestCounts } from "./test-counts.ts";

/** Ends the run with a sentence for the summary. The step has already printed the problem. */
class Stop extends Error {}

const VITEST_LIMIT = 20 * 60_000;

const started = performance.now();
const reports = mkdtempSync(join(tmpdir(), "latchkey-test-"));
let counts: TestCounts = NO_TESTS;
let notes: string[] = [];

const code = handOver() ?? main();
rmSync(reports, { recursive: true, force: true });
process.exitCode = code;

/** An older Node that can read this file starts the pinned one. Returns its exit code. */
function handOver(): number | undefined {
  if (Number.parseInt(process.versions.node, 10) >= 24) return undefined;
  const pinned = join(ROOT, "node_modules", ".bin", "node");
  if (!existsSync(pinned)) {
    console.error(`Node ${process.versions.node} is too old: run npm ci, which brings the right one.`);
    return 1;
  }
  return run(pinned, process.argv.slice(1), { timeout: 2 * VITEST_LIMIT }).code;
}

function main(): number {
  const filters = process.argv.slice(2);
  let summary = "All steps passed.";
  let failed = false;
  try {
    if (filters.length === 0) staticSteps();
    const server = vitest("server", "unit and HTTP tests", filters);
    const browser = hasBrowserTests(filters) ? browserTests(filters) : NO_TESTS;
    if (filters.length > 0 && total(server) + total(browser) === 0) {
      throw new Stop(`no test matches ${filters.join(" ")}`);
    }
  } catch (error) {
    failed = true;
    summary = `Stopped: ${(error as Error).message.replace(/\.$/, "")}.`;
    if (!(error instanceof Stop)) console.error(error);
  }
  console.log(`\n${[summary, ...notes].join(" ")} ${seconds(started)} in all.`);
  console.log(formatCounts(counts));
  return failed ? 1 : 0;
}

function staticSteps(): void {
  step("types", () => runNode([toolPath("typescript", "tsc"), "--noEmit"]));
  step("types of a registered auth object", () =>
    runNode([toolPath("typescript", "tsc"), "--noEmit", "-p", "tests/types-registered"]),
  );
  step("lint", () => runNode([toolPath("@biomejs/biome", "biome"), "check", "--error-on-warnings", "."]));
  step("import directions", () => runNode(["scripts/check-imports.ts"]));
  step("knowledge of features", () => runNode(["scripts/check-features.ts", "--enforce"]));
  step("public names", () => runNode(["scripts/check-public-api.ts"]));
  step("examples compile", () => runNode(["scripts/check-examples.ts"]));
  step("catalogues of words, and style", () => runNode(["scripts/check-words.ts", "--enforce"]));
  if (existsSync(join(ROOT, "scripts", "docs.ts"))) {
    step("generated docs are current", () => runNode(["--run", "docs", "--", "--check"]));
  }
  step("requirements coverage", () => runNode(["scripts/requirements.ts", "--check"]));
  step("dead code", () => runNode([toolPath("knip", "knip")]));
}

function step(name: string, action: () => ToolResult): void {
  console.log(`\n== ${name}`);
  const start = performance.now();
  const { code, timedOut } = action();
  if (timedOut) throw new Stop(`${name} took too long`);
  if (code !== 0) throw new Stop(`${name} failed`);
  console.log(`   ok, ${seconds(start)}`);
}

/** Runs one of the two Vitest projects and adds its numbers to the sum. */
function vitest(project: string, name: string, filters: readonly string[], env = process.env): TestCounts {
  const report = join(reports, `${project}.json`);
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
  const args = ["run", `--project=${project}`, "--passWithNoTests", ...reporters, ...filters];
  let found: TestCounts | undefined;
  step(name, () => {
    const result = runNode([toolPath("vitest", "vitest"), ...args], { env, timeout: VITEST_LIMIT });
    found = readCounts(report);
    if (found) counts = addCounts(counts, found);
    if (found?.failed === 0 && result.code !== 0)
      notes = [...notes, "Vitest reported an error outside any test."];
    return result;
  });
  if (!found) throw new Stop(`${name} left no report`);
  return found;
}

function hasBrowserTests(filters: readonly string[]): boolean {
  const files = browserFiles();
  // If the filters contain options, only Vitest knows what matches.
  if (filters.length === 0 || filters.some((filter) => filter.startsWith("-"))) return files.length > 0;
  return files.some((file) => filters.some((filter) => file.includes(filter)));
}

function browserFiles(): string[] {
  return globFiles(ROOT, "tests/browser/**/*.test.ts");
}

function browserTests(filters: readonly string[]): TestCounts {
  const browser = browserOrInstall();
  if (browser) {
    return vitest("browser", "browser tests", filters, { ...process.env, CHROMIUM_PATH: browser });
  }
  const sentence =
    "Chromium and Chrome are missing: install one or set CHROMIUM_PATH to run the browser tests.";
  console.log(`\n== browser tests\n   skipped. ${sentence}`);
  if (process.env.CI === "true") throw new Stop("no browser, and CI=true requires one");
  const skipped = { ...NO_TESTS, skipped: countBrowserTests(filters) };
  counts = addCounts(counts, skipped);
  notes = [...notes, "Browser tests were skipped."];
  return skipped;
}

function browserOrInstall(): string | undefined {
  let browser: string | undefined;
  try {
    browser = findBrowser();
  } catch (error) {
    throw new Stop((error as Error).message);
  }
  if (browser || !existsSync("/usr/bin/apt-get") || process.getuid?.() !== 0) return browser;
  console.log("\n== installing Chromium for the browser tests (apt-get)");
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const update = run("apt-get", ["update", "-q"], { env });
  if (update.code === 0) {
    run("apt-get", ["install", "-y", "-q", "--no-install-recommends", "chromium"], {
      env,
      timeout: 10 * 60_000,
    });
  }
  return findBrowser();
}

/** The number of browser tests; an unreadable file counts as one. */
function countBrowserTests(filters: readonly string[]): number {
  const list = join(reports, "browser-list.json");
  const args = ["list", "--project=browser", `--json=${list}`, ...filters];
  const { code } = runNode([toolPath("vitest", "vitest"), ...args], { quiet: true });
  return code === 0 && existsSync(list)
    ? JSON.parse(readFileSync(list, "utf8")).length
    : browserFiles().length;
}

function total({ passed, failed, skipped }: TestCounts): number {
  return passed + failed + skipped;
}

function seconds(since: number): string {
  return `${((performance.now() - since) / 1000).toFixed(1)} s`;
}
