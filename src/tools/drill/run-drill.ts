import { type CommandContext, type CommandResult, UsageError } from "../../cli/command.ts";
import { counted, printable } from "../../cli/text.ts";
import { passwordFromInput } from "../../cli/users.ts";
import { wholeNumber } from "../../cli/whole-number.ts";
import { siteUrl } from "../site/address.ts";
import type { Check, Drill, DrillOptions } from "./drill.ts";
import { enumeration } from "./enumeration.ts";
import { flood } from "./flood.ts";
import { guessing } from "./guessing.ts";
import { ownAddresses } from "./host-ownership.ts";
import { replay } from "./replay.ts";
import { openTarget } from "./target.ts";

const drills: Readonly<Record<string, Drill>> = { guessing, enumeration, replay, flood };

async function readOptions(context: CommandContext): Promise<DrillOptions> {
  const login = context.value("login");
  const seconds = wholeNumber(context.value("seconds"), "seconds", 60) ?? 10;
  const samples = wholeNumber(context.value("samples"), "samples", 1000) ?? 200;
  if (!context.flag("password-stdin")) return { login, password: undefined, seconds, samples };
  if (login === undefined) throw new UsageError("--password-stdin needs --login WHO.");
  return { login, password: await passwordFromInput(context), seconds, samples };
}

function resultText(checks: readonly Check[], requests: number): string {
  const count = (outcome: Check["outcome"]) => checks.filter((each) => each.outcome === outcome).length;
  const lines = checks.map(
    ({ name, outcome, seen }) => `${outcome.padEnd(7)}  ${printable(name)}\n         ${printable(seen)}`,
  );
  const tally = `${count("pass")} passed, ${count("fail")} failed, ${count("skipped")} skipped`;
  return [...lines, `${tally}; ${counted(requests, "request")}.`].join("\n");
}

/** `drill NAME URL`: a bounded attack on one's own site, and what it found. */
export async function runDrill(context: CommandContext): Promise<CommandResult> {
  const [name = "", address = ""] = context.parameters;
  const drill = Object.hasOwn(drills, name) ? drills[name] : undefined;
  if (drill === undefined) throw new UsageError(`NAME is one of ${Object.keys(drills).join(", ")}.`);
  const url = siteUrl(address);
  const options = await readOptions(context);
  if (drill.needsPassword && options.password === undefined) {
    throw new UsageError(
      `${name} needs an account: give --login WHO and pipe its password to --password-stdin.`,
    );
  }
  const addresses = await ownAddresses(url, context.flag("i-own-this-host"));
  const mostRequests = Math.ceil(drill.mostRequests(options));
  context.say(
    [`${name} on ${url.href}, at most ${counted(mostRequests, "request")}:`, ...drill.does(options)].join(
      "\n  ",
    ),
  );
  const target = await openTarget({ url, addresses, mostRequests });
  try {
    if (!target.manyAddresses) {
      context.say(
        "  Everything comes from one client address here, so limits by address end some checks early.",
      );
    }
    const checks = await drill.run(target, options);
    return {
      text: resultText(checks, target.sent()),
      json: { drill: name, url: url.href, requests: target.sent(), checks },
      failed: checks.some(({ outcome }) => outcome === "fail"),
    };
  } finally {
    target.close();
  }
}
