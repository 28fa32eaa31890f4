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
    "any [Standard Schema](https://standardschema.dev): valibot, zod, arktype and others. What it returns is stored and typed.",
  ],
  [
    "NavigationItem",
    "`{ label, href, to?, role? }`; `to` is `everyone` (default), `signed-in` or `signed-out`; with `role` only people who have it see the link.",
  ],
  [
    "MailTransport",
    "an object with `send(mail, { signal })` and perhaps `close()`; resolving means the mail left, rejecting means that it is tried again later.",
  ],
  ["SendMail", "that `send` by itself, such as a function that calls a provider's API."],
  ["Messages", "the library's sentences, grouped by feature; every key may be left out."],
  [
    "LocaleFolder",
    "`{ language, words }`: a language of your own, such as `fr`, with every feature's texts in the shape of its `english.ts`; what is missing doesn't compile.",
  ],
  ["Logger", "`debug`, `info`, `warn`, `error`, each taking `(fields, message)`; pino fits as it is."],
  [
    "BreachedPasswordOptions",
    '`{ url?, timeout?, whenDown? }`: another service with the API of "Pwned Passwords" (default `https://api.pwnedpasswords.com/range/`); how long its answer may take, a Duration (default 1.5 seconds, at most a minute); and what holds without one: `allow` (default) accepts the password and logs a warning, `refuse` answers 503.',
  ],
  ["Clock", "`{ now(): number }` in UTC milliseconds."],
];

const head = `# Options

Everything \`createAuth\` takes. Only \`origin\` and \`database\` are required; every default is meant for production.

\`\`\`ts
import { createAuth } from "latchkey";

const auth = createAuth({
  origin: "https://app.example.org",
  database: "sqlite:data/app.db",
  secretKeys: process.env.SECRET_KEYS?.split(","),
});
\`\`\`

An option that can't be right stops the start with a \`ConfigurationError\`: one sentence that says the fix. The ready
application takes its options from environment variables; \`npx latchkey explain\` shows what they come to.
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
