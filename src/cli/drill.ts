import { type CommandContext, type CommandResult, UsageError } from "./command.ts";
import { type DrillName, type DrillReport, runTool } from "./run-tool.ts";
import { counted, printable } from "./text.ts";
import { passwordFromInput } from "./users.ts";
import { wholeNumber } from "./whole-number.ts";

async function readPassword(context: CommandContext): Promise<string | undefined> {
  if (!context.flag("password-stdin")) return undefined;
  if (context.value("login") === undefined) throw new UsageError("--password-stdin needs --login WHO.");
  return passwordFromInput(context);
}

function resultText({ checks, requests }: DrillReport): string {
  const count = (outcome: string) => checks.filter((each) => each.outcome === outcome).length;
  const lines = checks.map(
    ({ name, outcome, seen }) => `${outcome.padEnd(7)}  ${printable(name)}\n         ${printable(seen)}`,
  );
  const tally = `${count("pass")} passed, ${count("fail")} failed, ${count("skipped")} skipped`;
  return [...lines, `${tally}; ${counted(requests, "request")}.`].join("\n");
}

/** `drill NAME URL`: exit code 1 if an attack succeeded. */
export async function drill(context: CommandContext): Promise<CommandResult> {
  const [name = "", url = ""] = context.parameters;
  const options = {
    login: context.value("login"),
    seconds: wholeNumber(context.value("seconds"), "seconds", 60),
    samples: wholeNumber(context.value("samples"), "samples", 1000),
    ownsHost: context.flag("i-own-this-host"),
    password: await readPassword(context),
    announce: context.say,
  };
  const report = await runTool(({ runDrill }) => runDrill(name as DrillName, url, options));
  return {
    text: resultText(report),
    json: report,
    failed: report.checks.some(({ outcome }) => outcome === "fail"),
  };
}
