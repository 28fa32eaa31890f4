import type { Auth } from "../auth.ts";

/** An option as `--name`; with `value` it takes one, and this word represents it in the usage. */
export interface CommandOption {
  value?: string;
  /** May occur several times, or once with commas. */
  many?: true;
  summary: string;
}

/** A parameter without a name. The last one may repeat, or be left out. */
export interface CommandParameter {
  name: string;
  many?: true;
  optional?: true;
  summary: string;
}

/** One command, declared once: dispatch, `--help` and docs/cli.md come from this. Its code loads when it runs. */
export interface Command {
  /** Its words, such as `users create`. */
  name: string;
  /** A former name, which still works. */
  alias?: string;
  summary: string;
  /** What the summary leaves out, for the help of this command. */
  details?: string;
  parameters?: readonly CommandParameter[];
  options?: Readonly<Record<string, CommandOption>>;
  load(): Promise<CommandHandler>;
}

/** Does the work. Throws `Refusal`, `UsageError`, or what the library throws. */
export type CommandHandler = (context: CommandContext) => Promise<CommandResult> | CommandResult;

/** The same result for people and, with `--json`, for programs. */
export interface CommandResult {
  text: string;
  json: unknown;
  /** The result is a failure, such as a failed check. It is printed, and the exit code is 1. */
  failed?: boolean;
}

/** What a command needs from the library besides an existing database. */
export interface AuthNeeds {
  /** The result contains the origin, such as a link, so it must be set. */
  origin?: true;
  /**
   * A missing database is created. Other commands refuse it: a mistyped path would look like a database without
   * accounts.
   */
  newDatabase?: true;
}

export type Variables = Record<string, string | undefined>;

export interface CommandContext {
  /** The parameters in their order. */
  parameters: string[];
  /** Whether `--name` was given. */
  flag(name: string): boolean;
  /** The value of `--name`. */
  value(name: string): string | undefined;
  /** All values of `--name`, also those joined by commas. */
  values(name: string): string[];
  /** The environment variables. */
  variables: Variables;
  /** The library over the configured database, open and migrated. Closed after the command. */
  auth(needs?: AuthNeeds): Promise<Auth>;
  /** Everything on standard input. */
  readInput(): Promise<string>;
  /** Prints a message before the result, on stderr, so that `--json` stays clean. */
  say(text: string): void;
}

/** The command can't be done; the message is one sentence that says the fix. Exit code 1. */
export class Refusal extends Error {}

/** The command line can't be understood; the message is one sentence. Exit code 2. */
export class UsageError extends Error {}
