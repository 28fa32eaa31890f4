import type { Command, CommandParameter } from "./command.ts";
import { columns } from "./text.ts";

/** The options of every command. */
export const commonOptions: readonly (readonly [string, string])[] = [
  ["--json", "print JSON for programs"],
  ["--help", "show this help"],
];

/** The usage in one line, such as `latchkey users create EMAIL [--username NAME]`. */
export function usageLine({ name, parameters = [], options = {} }: Command): string {
  const shown = ({ name, many, optional }: CommandParameter) =>
    (optional ? `[${name}]` : name) + (many ? " ..." : "");
  const words = ["latchkey", name, ...parameters.map(shown)];
  for (const [option, { value, many }] of Object.entries(options)) {
    words.push(`[--${option}${value === undefined ? "" : ` ${value}`}]${many ? "..." : ""}`);
  }
  return [...words, "[--json]"].join(" ");
}

/** Parameters and options of a command with their meanings. */
export function explainedWords({ parameters = [], options = {} }: Command): [string, string][] {
  return [
    ...parameters.map(({ name, summary }): [string, string] => [name, summary]),
    ...Object.entries(options).map(([name, { value, summary }]): [string, string] => [
      `--${name}${value === undefined ? "" : ` ${value}`}`,
      summary,
    ]),
  ];
}

/** The help of one command. */
export function commandHelp(command: Command): string {
  const words = [...explainedWords(command), ...commonOptions.map(([name, summary]) => [name, summary])];
  const paragraphs = [`Usage: ${usageLine(command)}`, `${command.summary}.`];
  if (command.details !== undefined) paragraphs.push(command.details);
  return [...paragraphs, columns(words as [string, string][])].join("\n\n");
}

/** The list of commands: all, or those of a group such as `users`. */
export function overview(commands: readonly Command[]): string {
  return [
    "Usage: latchkey COMMAND",
    columns(commands.map(({ name, summary }) => [name, summary])),
    'The configuration comes from the environment variables of the application. "latchkey help COMMAND" shows the\n' +
      "options of one command; --json makes any of them print JSON.",
  ].join("\n\n");
}
