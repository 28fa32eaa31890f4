#!/usr/bin/env node
/**
 * The command line: finds the command, reads its options, runs it and prints its result. commands.ts lists the
 * commands. Their code loads when they run, so that help is quick.
 * @module
 */
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import type { Auth } from "../auth.ts";
import {
  type AuthNeeds,
  type Command,
  type CommandContext,
  Refusal,
  UsageError,
  type Variables,
} from "./command.ts";
import { commands } from "./commands.ts";
import { commandHelp, overview, usageLine } from "./help.ts";

/** The world around a run. Tests pass their own. */
export interface Surroundings {
  variables: Variables;
  out(text: string): void;
  error(text: string): void;
  readInput(): Promise<string>;
  openAuth(variables: Variables, needs: AuthNeeds): Promise<Auth>;
}

/** 0 done, 1 refused or failed, 2 not understood. */
export type ExitCode = 0 | 1 | 2;

const MAXIMUM_INPUT_BYTES = 65_536;

function version(): string {
  const text = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}

/** The command that the arguments begin with, and how many words its name has. */
function findCommand(words: readonly string[]): Command | undefined {
  const begins = (name: string) => name.split(" ").every((word, index) => words[index] === word);
  return commands.find(({ name, alias }) => begins(name) || (alias !== undefined && begins(alias)));
}

function parse(command: Command, words: readonly string[]): Record<string, unknown> & { rest: string[] } {
  const options: Record<string, { type: "string" | "boolean"; multiple: boolean; short?: string }> = {
    help: { type: "boolean", multiple: false, short: "h" },
    json: { type: "boolean", multiple: false },
  };
  for (const [name, { value, many }] of Object.entries(command.options ?? {})) {
    options[name] = { type: value === undefined ? "boolean" : "string", multiple: many === true };
  }
  if (words.some((word) => /^--?p(ass(word)?)?(=|$)/.test(word))) {
    throw new UsageError(
      "A password can't be an argument, since other programs can read those: use --password-stdin.",
    );
  }
  try {
    const { values, positionals } = parseArgs({ args: [...words], options, allowPositionals: true });
    return { ...values, rest: positionals };
  } catch (error) {
    const sentence = (error as Error).message.split(/\. |\n/)[0] as string;
    throw new UsageError(`${sentence.replace(/\.$/, "")}.`);
  }
}

function checkParameters({ name, parameters = [] }: Command, given: readonly string[]): void {
  const missing = parameters[given.length];
  if (missing !== undefined && !missing.optional)
    throw new UsageError(`${missing.name} is missing: ${missing.summary}.`);
  const surplus = given.length > parameters.length && parameters.at(-1)?.many !== true;
  if (surplus) throw new UsageError(`"${name}" takes fewer arguments: put quotes around one with spaces.`);
}

async function run(command: Command, words: readonly string[], around: Surroundings): Promise<ExitCode> {
  const { rest, ...values } = parse(command, words);
  if (values.help === true) {
    around.out(commandHelp(command));
    return 0;
  }
  checkParameters(command, rest);
  let opened: Auth | undefined;
  const context: CommandContext = {
    parameters: rest,
    flag: (name) => values[name] === true,
    value: (name) => values[name] as string | undefined,
    values: (name) =>
      ((values[name] as string[] | undefined) ?? []).flatMap((each) => each.split(",")).filter(Boolean),
    variables: around.variables,
    async auth(needs = {}) {
      opened ??= await around.openAuth(around.variables, needs);
      return opened;
    },
    readInput: around.readInput,
    say: around.error,
  };
  try {
    const result = await (await command.load())(context);
    around.out(values.json === true ? JSON.stringify(result.json, null, 2) : result.text);
    return result.failed === true ? 1 : 0;
  } finally {
    await opened?.close();
  }
}

function help(words: readonly string[], around: Surroundings): ExitCode {
  const command = findCommand(words);
  const group = commands.filter(({ name }) => words.every((word, index) => name.split(" ")[index] === word));
  if (command === undefined && group.length === 0) {
    throw new UsageError('Unknown command: "latchkey --help" lists all.');
  }
  around.out(command === undefined ? overview(group) : commandHelp(command));
  return 0;
}

async function dispatch(words: readonly string[], around: Surroundings): Promise<ExitCode> {
  const [first] = words;
  if (first === "--version") {
    around.out(version());
    return 0;
  }
  if (first === "help" || first === "--help" || first === "-h") return help(words.slice(1), around);
  const command = findCommand(words);
  if (command !== undefined) return run(command, words.slice(command.name.split(" ").length), around);
  if (words.length === 0) throw new UsageError('A command is missing: "latchkey --help" lists all.');
  if (words.length > 1 && (words.at(-1) === "--help" || words.at(-1) === "-h")) {
    return help(words.slice(0, -1), around);
  }
  throw new UsageError('Unknown command: "latchkey --help" lists all.');
}

/** Runs a command line and returns its exit code. Every error becomes one sentence; never throws. */
export async function runCommandLine(words: readonly string[], around: Surroundings): Promise<ExitCode> {
  try {
    return await dispatch(words, around);
  } catch (error) {
    const { sentenceOf } = await import("./sentence.ts");
    around.error(sentenceOf(error));
    if (!(error instanceof UsageError)) return 1;
    const command = findCommand(words);
    around.error(command === undefined ? overview(commands) : `Usage: ${usageLine(command)}`);
    return 2;
  }
}

async function readStandardInput(): Promise<string> {
  if (process.stdin.isTTY) {
    throw new Refusal(
      "Standard input is a terminal, which would show the password: pipe it into the command.",
    );
  }
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of process.stdin as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAXIMUM_INPUT_BYTES) throw new Refusal("Standard input is too long for a password.");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

if (import.meta.main) {
  // `latchkey users list | head` closes the pipe early, which isn't a failure.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    process.exitCode = error.code === "EPIPE" ? 0 : 1;
  });
  process.exitCode = await runCommandLine(process.argv.slice(2), {
    variables: process.env,
    out: (text) => void process.stdout.write(`${text}\n`),
    error: (text) => void process.stderr.write(`${text}\n`),
    readInput: readStandardInput,
    openAuth: async (variables, needs) => (await import("./open-auth.ts")).openAuth(variables, needs),
  });
}
