import type { Command } from "../src/cli/command.ts";
import { commands } from "../src/cli/commands.ts";
import { explainedWords, usageLine } from "../src/cli/help.ts";

const head = `# Command line

\`npx latchkey COMMAND\`; in a checkout \`npm run -s latchkey -- COMMAND\`. \`latchkey help COMMAND\` shows the options of one.

- **Configuration.** Commands read the environment variables of the application. In production a shell
  needs neither \`SMTP_URL\` nor \`SECRET_KEYS\`, because commands send no mail and neither sign nor seal. \`users create\` and
  \`explain\` show the origin, so they need \`ORIGIN\`. Set variables are checked, and a bad value is refused with its fix.
- **Output.** Text for people; with \`--json\` one JSON value. Times are ISO 8601 in UTC.
- **Exit code.** 0: done. 1: refused or failed, with one sentence on stderr that says the fix. 2: not understood, with
  the usage on stderr.
- **Passwords** come by standard input, never as an argument.
- **WHO** is an e-mail address, a username or an id.

The first administrator of a fresh installation:

\`\`\`sh
npx latchkey users create ada@example.org --role admin
\`\`\`

It prints a link, good for one use, where Ada chooses her password. A fresh installation has no account.
`;

function section(command: Command): string[] {
  const words = explainedWords(command);
  return [
    `## ${command.name}`,
    "",
    "```",
    usageLine(command),
    "```",
    "",
    `${command.summary}.${command.details === undefined ? "" : ` ${command.details}`}`,
    "",
    ...words.map(([word, meaning]) => `- \`${word}\`: ${meaning}`),
    ...(words.length === 0 ? [] : [""]),
  ];
}

/** docs/cli.md from the table of commands. */
export function cliPage(): string {
  return [head, ...commands.flatMap(section)].join("\n");
}
