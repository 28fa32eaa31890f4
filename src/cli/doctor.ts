import type { CommandContext, CommandResult } from "./command.ts";
import { reportText } from "./doctor-report.ts";
import { runTool } from "./run-tool.ts";

/** `doctor` and `doctor URL`: exit code 1 if a finding is serious. */
export async function doctor({ parameters: [url], variables }: CommandContext): Promise<CommandResult> {
  const findings = await runTool(({ runDoctor }) => runDoctor({ url, variables }));
  return {
    text: reportText(findings),
    json: findings,
    failed: findings.some(({ level }) => level === "serious"),
  };
}
