import { readFileSync } from "node:fs";
import { join } from "node:path";
import { defaultOf, type Member, meaningOf, readInterface, readMerged } from "./docs-declarations.ts";
import { ROOT } from "./run-tool.ts";
import { sourceFiles } from "./source-files.ts";

/** Types whose members are shown in place, by their declaring file. */
const shownInPlace: Readonly<Record<string, string>> = {
  SessionLifetime: "src/options.ts",
  HashParameters: "src/core/settings.ts",
};

/** The meaning of other type names in the table. */
const glossary: readonly (readonly [string, string])[] = [
  ["Duration", 'milliseconds as a number, or a text with a unit: `"90s"`, `"10m"`, `"24h"`, `"30d"`.'],
  [
    "FieldSchema",
    "any [Standard Schema](https://standardschema.dev): valibot, zod, arktype and others. Its result is stored and typed.",
  ],
  [
    "NavigationItem",
    "`{ label, href, to?, role? }`; `to` is `everyone` (default), `signed-in` or `signed-out`; with `role` only users with that role see the link.",
  ],
  [
    "MailTransport",
    "an object with `send(mail, { signal })` and perhaps `close()`; it resolves once the mail is sent; if it rejects, the mail is tried again later.",
  ],
  ["SendMail", "only that `send`, such as a function that calls a provider's API."],
  ["Messages", "the library's sentences, grouped by feature; every key is optional."],
  [
    "LocaleFolder",
    "`{ language, words }`: your own language, such as `fr`, with every feature's texts in the shape of its `english.ts`. A missing text doesn't compile.",
  ],
  ["Logger", "`debug`, `info`, `warn`, `error`, each with `(fields, message)`; pino fits."],
  [
    "BreachedPasswordOptions",
    '`{ url?, timeout?, whenDown? }`: another service with the API of "Pwned Passwords" (default `https://api.pwnedpasswords.com/range/`); the longest wait for its answer, a Duration (default 1.5 seconds, at most a minute). Without an answer `allow` (default) accepts the password and logs a warning, and `refuse` answers 503.',
  ],
  ["Clock", "`{ now(): number }` in UTC milliseconds."],
];

const head = `# Options

The options of \`createAuth\`. Only \`origin\` and \`database\` are required. Every default is meant for production.

\`\`\`ts
import { createAuth } from "latchkey";

const auth = createAuth({
  origin: "https://app.example.org",
  database: "sqlite:data/app.db",
  secretKeys: process.env.SECRET_KEYS?.split(","),
});
\`\`\`

An invalid option stops the start with a \`ConfigurationError\`: one sentence that says the fix. The ready
application takes its options from environment variables; \`npx latchkey explain\` shows the result.
`;

function source(file: string): string {
  return readFileSync(join(ROOT, file), "utf8");
}

/** What the features add to an interface of `Latchkey`. */
function ofFeatures(name: string): Member[] {
  return sourceFiles(ROOT, "src/features").flatMap((file) => readMerged(source(file), name));
}

/** All options: the required ones first, then those of features, then the rest. */
function allOptions(): Member[] {
  const own = readInterface(source("src/options.ts"), "AuthOptions", ofFeatures);
  const firstOptional = own.findIndex(({ optional }) => optional);
  return own.toSpliced(firstOptional, 0, ...ofFeatures("Options"));
}

function expanded(member: Member): Member[] {
  const file = shownInPlace[member.type];
  if (file === undefined) return [member];
  const inner = readInterface(source(file), member.type);
  return [
    { ...member, type: "" },
    ...inner.map((each) => ({ ...each, path: `${member.path}.${each.path}`, optional: true })),
  ];
}

/** Text inside a table's cell. */
function cell(text: string): string {
  return text.replaceAll("|", "\\|");
}

/** A type as the table shows it. */
function shownType({ type }: Member): string {
  if (type === "") return "object";
  if (type === "UserFields" || type === "DataFields") return "`Record<string, FieldSchema>`";
  if (type === "Roles") return "`Record<string, readonly string[]>`";
  if (/^\w+(Mode|Profile)$/.test(type)) return "one of the names";
  return `\`${type
    .replace(/^DeepPartial<(\w+)>$/, "$1")
    .replace(/^readonly /, "")
    .replace(/ \| undefined$/, "")}\``;
}

function row(member: Member): string {
  const inTable = [`\`${member.path}\``, shownType(member), defaultOf(member), meaningOf(member)];
  return `| ${inTable.map(cell).join(" | ")} |`;
}

/** docs/options.md from the doc comments of `AuthOptions` and of what features add to it. */
export function optionsPage(): string {
  const members = allOptions().flatMap(expanded);
  for (const { path, comment, type } of members) {
    const parent = type === "" && members.some((other) => other.path.startsWith(`${path}.`));
    if (comment === "" && !parent) throw new Error(`The option ${path} has no doc comment.`);
  }
  const named = glossary.filter(([name]) => members.some((member) => shownType(member).includes(name)));
  return [
    head,
    "| option | type | default | what it does |",
    "| --- | --- | --- | --- |",
    ...members.map(row),
    "",
    "## The types",
    "",
    ...named.map(([name, text]) => `- \`${name}\`: ${text}`),
    "",
  ].join("\n");
}
