import { runDoctor } from "../tools/index.ts";
import type { CommandContext, CommandResult } from "./command.ts";
import { reportText } from "./doctor-report.ts";
import { withToolErrors } from "./tool-errors.ts";

/** `doctor` and `doctor URL`: exit code 1 when a finding is serious. */
export async function doctor({ parameters: [url], variables }: CommandContext): Promise<CommandResult> {
  const findings = await withToolErrors(runDoctor({ url, variables }));
  return {
    text: reportText(findings),
    json: findings,
    failed: findings.some(({ level }) => level === "serious"),
  };
}
