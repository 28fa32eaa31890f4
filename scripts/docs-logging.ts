import { readFileSync } from "node:fs";
import { join } from "node:path";
import { toJsonSchema } from "@valibot/to-json-schema";
import { features } from "../src/features.ts";
import { logLine } from "./log-lines.ts";
import { ROOT } from "./run-tool.ts";

/** The JSON Schema of a line of the log. */
export function logLineSchema(): string {
  const schema = toJsonSchema(logLine, { target: "draft-2020-12", errorMode: "throw" });
  return `${JSON.stringify({ ...schema, title: "A line of Latchkey's log" }, null, 2)}\n`;
}

/** docs/logging.md: what is logged and kept, where and how long, and every security event. */
export function loggingPage(): string {
  const text = readFileSync(join(ROOT, "scripts/docs-logging.text.md"), "utf8");
  const rows = features
    .flatMap(({ events = {} }) => Object.entries(events))
    .sort()
    .map(([name, { means, hook }]) => `| \`${name}\` | ${means} | ${hook === null ? "" : `\`${hook}\``} |`);
  return `${text}\n| event | meaning | listener |\n| --- | --- | --- |\n${rows.join("\n")}\n`;
}
