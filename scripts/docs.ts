/**
 * Writes the pages of docs/ that are made from the source. `--check` only compares, and fails if one isn't current. Run
 * as `npm run docs`.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { architecturePage } from "./docs-architecture.ts";
import { cliPage } from "./docs-cli.ts";
import { contractPage } from "./docs-contract.ts";
import { loggingPage, logLineSchema } from "./docs-logging.ts";
import { optionsPage } from "./docs-options.ts";
import { runningPage } from "./docs-running.ts";
import { ROOT } from "./run-tool.ts";

const pages: Readonly<Record<string, () => string | Promise<string>>> = {
  "docs/architecture.md": architecturePage,
  "docs/options.md": optionsPage,
  "docs/http-contract.md": contractPage,
  "docs/cli.md": cliPage,
  "docs/logging.md": loggingPage,
  "docs/running.md": runningPage,
  "docs/log-line.schema.json": logLineSchema,
};

function current(file: string): string | null {
  try {
    return readFileSync(join(ROOT, file), "utf8");
  } catch {
    return null;
  }
}

async function main(check: boolean): Promise<number> {
  const stale: string[] = [];
  for (const [file, make] of Object.entries(pages)) {
    const page = await make();
    if (current(file) === page) continue;
    stale.push(file);
    if (check) continue;
    mkdirSync(dirname(join(ROOT, file)), { recursive: true });
    writeFileSync(join(ROOT, file), page);
  }
  if (!check) console.log(stale.length === 0 ? "Everything was current." : `Wrote ${stale.join(", ")}.`);
  else if (stale.length > 0) console.error(`Not current: ${stale.join(", ")}. Run npm run docs.`);
  return check && stale.length > 0 ? 1 : 0;
}

if (import.meta.main) process.exitCode = await main(process.argv.includes("--check"));
