import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { EnvironmentVariable } from "../src/core/feature/index.ts";
import { features } from "../src/features.ts";
import { ROOT } from "./run-tool.ts";

const row = ({ name, meaning, default: fallback }: EnvironmentVariable) =>
  `| \`${name}\` | ${meaning} | \`${fallback}\` |`;

/** A page with the rows of these variables in its table. They replace old rows; new ones go to the end. */
export function withVariables(page: string, variables: readonly EnvironmentVariable[]): string {
  const lines = page.split("\n");
  for (const variable of variables) {
    const old = lines.findIndex((line) => line.startsWith(`| \`${variable.name}\` |`));
    const end = lines.findLastIndex((line) => line.startsWith("| `"));
    if (old !== -1) lines[old] = row(variable);
    else if (end !== -1) lines.splice(end + 1, 0, row(variable));
    else throw new Error(`No table of variables for ${variable.name}.`);
  }
  return lines.join("\n");
}

/** docs/running.md: handwritten, except the variables that features declare. */
export function runningPage(): string {
  const page = readFileSync(join(ROOT, "docs", "running.md"), "utf8");
  return withVariables(
    page,
    features.flatMap(({ environment = [] }) => environment),
  );
}
