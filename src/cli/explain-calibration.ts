import {
  type Calibration,
  calibrate,
  createHashAdmission,
  type HashCost,
  measureHashing,
} from "../core/passwords/index.ts";
import type { CommandContext, CommandResult } from "./command.ts";
import { columns } from "./text.ts";
import { wholeNumber } from "./whole-number.ts";

/**
 * The time a hash may take by default. OWASP's Password Storage Cheat Sheet asks for less than a second. SP 800-63B-4
 * (3.1.1.2) asks for as much as the verifier can afford. RFC 9106 (section 4) suggests half a second for a login. The
 * default is half of that, since all logins of a site share its cores.
 */
const TARGET_MS = 250;
const MOST_MS = 1000;

export type Measure = (parameters: HashCost["parameters"]) => Promise<HashCost>;

interface Proposal extends Calibration {
  targetMs: number;
  /** How many hashes run at once. */
  atOnce: number;
}

const mebibytes = (kibibytes: number): string => `${Math.round(kibibytes / 1024)} MiB`;

function costWords({ parameters, milliseconds, perSecond }: HashCost): string {
  const { memoryKiB, passes, parallelism } = parameters;
  const cost = `${memoryKiB} KiB, ${passes} passes, ${parallelism} lane`;
  return `${cost}: ${milliseconds.toFixed(1)} ms a hash, ${perSecond.toFixed(1)} hashes a second`;
}

function optionText({ parameters }: HashCost): string {
  const { memoryKiB, passes, parallelism } = parameters;
  return `password: { hash: { memoryKiB: ${memoryKiB}, passes: ${passes}, parallelism: ${parallelism} } }`;
}

function variableText({ parameters }: HashCost): string {
  const { memoryKiB, passes, parallelism } = parameters;
  return `PASSWORD_HASH=m=${memoryKiB},t=${passes},p=${parallelism}`;
}

/** The advice depends on the room above the default. */
function advice({ fits, floor, proposed }: Calibration): string {
  if (!fits) {
    return "Not even the default fits the target here. OWASP recommends no less, so it stays: give the machine more cores.";
  }
  if (floor === proposed) return "The default already fills the target here. It needs no change.";
  const times = floor.perSecond / proposed.perSecond;
  return [
    "For the options of createAuth:",
    `  ${optionText(proposed)}`,
    "For the environment of the ready application:",
    `  ${variableText(proposed)}`,
    "Each stored hash is replaced at its account's next good login. Then the machine can sign in",
    `${proposed.perSecond.toFixed(1)} people a second. With the default it can sign in ${floor.perSecond.toFixed(1)} (${times.toFixed(1)} times as many).`,
  ].join("\n");
}

function calibrationText(proposal: Proposal): string {
  const { floor, proposed, targetMs, atOnce } = proposal;
  const rows: [string, string][] = [
    ["target", `${targetMs} ms a hash, ${atOnce} at once`],
    ["default", costWords(floor)],
    ["proposed", costWords(proposed)],
    ["memory", `${mebibytes(proposed.parameters.memoryKiB * atOnce)} while ${atOnce} run`],
  ];
  return [
    "argon2id on this machine, now",
    columns(rows),
    "",
    advice(proposal),
    "",
    "The target: OWASP's Password Storage Cheat Sheet asks for less than a second, SP 800-63B-4 (3.1.1.2) for as much\n" +
      "as the server can afford. RFC 9106 (section 4) suggests half a second; the default here is half of that. Never\n" +
      "below OWASP's 19456 KiB and 2 passes.",
  ].join("\n");
}

const costJson = ({ parameters, milliseconds, perSecond }: HashCost) => ({
  memory_kib: parameters.memoryKiB,
  passes: parameters.passes,
  parallelism: parameters.parallelism,
  milliseconds,
  per_second: perSecond,
});

/** `explain --calibrate`: measures argon2id and proposes parameters. Needs no configuration. */
export async function explainCalibration(context: CommandContext, measure?: Measure): Promise<CommandResult> {
  const targetMs = wholeNumber(context.value("target-ms"), "target-ms", MOST_MS) ?? TARGET_MS;
  const atOnce = createHashAdmission().stats().concurrency;
  const measured = await calibrate({
    targetMs,
    measure: measure ?? ((parameters) => measureHashing(parameters, { atOnce })),
  });
  const proposal = { ...measured, targetMs, atOnce };
  return {
    text: calibrationText(proposal),
    json: {
      target_ms: targetMs,
      at_once: atOnce,
      fits: proposal.fits,
      default: costJson(proposal.floor),
      proposed: costJson(proposal.proposed),
      option: optionText(proposal.proposed),
      variable: variableText(proposal.proposed),
    },
  };
}
