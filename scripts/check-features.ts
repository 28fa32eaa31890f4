/**
 * Counts, for each folder of src/features/, the source files outside that know the feature. A file knows it if it
 * imports from its folder or contains its name. A name that its feature.ts declares counts too: refusals, events,
 * secrets, keys, reasons for the end of sessions. A feature should be one folder and one line of src/features.ts. Run
 * as `node scripts/check-features.ts`. `--files` also lists the files; `--enforce` does so too, and fails if it finds
 * any.
 */
import { readFileSync } from "node:fs";
import { join, posix } from "node:path";
import { importsOf } from "./read-imports.ts";
import { featureOf, globFiles, sourceFiles } from "./source-files.ts";
import { keyName, type Node, parse, stringValue, walk } from "./syntax.ts";

/** The size of a feature, and the files that know it. */
export interface FeatureReport {
  readonly name: string;
  /** Its files and their lines, without tests. */
  readonly files: number;
  readonly lines: number;
  /** Files that should not know it, apart from the lists. */
  readonly outside: readonly string[];
  /** Features that build on it: they import its index.ts. */
  readonly usedBy: readonly string[];
}

/** The table of contents, and the list of public types. */
const LISTS = ["src/features.ts", "src/feature-types.ts"];

/** One report for each folder below `src/features/` of a project, in order of their names. */
export function readFeatures(root: string): FeatureReport[] {
  const sources = sourceFiles(root, "src").map((file) => readSource(root, file));
  const names = globFiles(root, "src/features/*/").map((folder) => posix.basename(folder));
  return names.sort().map((name) => {
    const own = sources.filter(({ file }) => featureOf(file) === name);
    const others = sources.filter(({ file }) => featureOf(file) !== name && !LISTS.includes(file));
    const folder = `src/features/${name}/`;
    const declared = new Set(own.flatMap((source) => [...source.declared]));
    const knows = others
      .map(({ file, imports, words, spelled }) => ({
        file,
        imports: imports.filter((path) => path.startsWith(folder)),
        named: says(words, name) || [...declared].some((declaration) => spelled.has(declaration)),
      }))
      .filter(({ imports, named }) => imports.length > 0 || named);
    const builds = ({ file, imports }: { file: string; imports: readonly string[] }) =>
      featureOf(file) !== undefined &&
      imports.length > 0 &&
      imports.every((path) => path === `${folder}index.ts`);
    return {
      name,
      files: own.length,
      lines: own.reduce((sum, { lines }) => sum + lines, 0),
      outside: knows.filter((source) => !builds(source)).map(({ file }) => file),
      usedBy: [...new Set(knows.filter(builds).map(({ file }) => featureOf(file)!))],
    };
  });
}

interface Source {
  readonly file: string;
  readonly lines: number;
  /** The imported files, relative to the project's folder. */
  readonly imports: readonly string[];
  /** Each name and each word of a string, split into lower-case parts: `mailLogin` is `-mail-login-`. */
  readonly words: ReadonlySet<string>;
  /** The same, as spelled. */
  readonly spelled: ReadonlySet<string>;
  /** The names that a `feature(…)` in it declares. */
  readonly declared: ReadonlySet<string>;
}

function readSource(root: string, file: string): Source {
  const text = readFileSync(join(root, file), "utf8");
  const words = new Set<string>();
  const spelled = new Set<string>();
  const declared = new Set<string>();
  const say = (word: string) => {
    spelled.add(word);
    words.add(parts(word));
  };
  const syntax = parse(file, text);
  walk(syntax.program, (node) => {
    if (node.type === "Identifier" || node.type === "PrivateIdentifier") say(node.name);
    const said =
      node.type === "TemplateElement"
        ? node.value.raw
        : node.type === "Literal" && typeof node.value === "string"
          ? node.value
          : "";
    for (const [word] of said.matchAll(/[\w$-]+/g)) say(word);
    for (const declaration of declaredNames(node)) declared.add(declaration);
  });
  const imports = importsOf(syntax)
    .filter(({ specifier }) => specifier.startsWith("."))
    .map(({ specifier }) => posix.join(posix.dirname(file), specifier));
  return { file, lines: text.split("\n").length - 1, imports, words, spelled, declared };
}

/** Groups of a declaration whose names belong to the feature alone. */
const DECLARING = ["refusals", "events", "secrets", "keys", "endReasons"];

/** The names in such groups of `feature("name", { … })`. Names of one word are too common to prove anything. */
function declaredNames(node: Node): string[] {
  if (node.type !== "CallExpression" || node.callee.type !== "Identifier" || node.callee.name !== "feature")
    return [];
  const [, declaration] = node.arguments;
  if (declaration?.type !== "ObjectExpression") return [];
  return declaration.properties.flatMap((group) => {
    if (group.type !== "Property" || !DECLARING.includes(keyName(group.key, group.computed) ?? "")) return [];
    return namesIn(group.value).filter((name) => /[_-]/.test(name));
  });
}

/** The keys of an object, or the texts of an array. */
function namesIn(node: Node): string[] {
  if (node.type === "ArrayExpression") return node.elements.flatMap((element) => stringValue(element) ?? []);
  if (node.type !== "ObjectExpression") return [];
  return node.properties.flatMap((property) =>
    property.type === "Property" ? (keyName(property.key, property.computed) ?? []) : [],
  );
}

/** `mail-login`, `mailLogin`, `MailLogin`, `mail_login` and `MAIL_LOGIN` all become `-mail-login-`. */
function parts(name: string): string {
  const split = name.replace(/([a-z\d])([A-Z])/g, "$1-$2").replace(/([A-Z])([A-Z][a-z])/g, "$1-$2");
  return `-${split.replaceAll(/[_$-]+/g, "-").toLowerCase()}-`;
}

/**
 * Whether a file contains a feature's name, alone or inside a longer one (`confirmMailLogin`, `mail_logins`). Names
 * of one word, such as `login`, are too common: those features count by their imports only.
 */
function says(words: ReadonlySet<string>, feature: string): boolean {
  if (!feature.includes("-")) return false;
  const name = new RegExp(`-${feature}s?-`);
  return [...words].some((word) => name.test(word));
}

/** The table for the terminal. */
export function renderFeatures(reports: readonly FeatureReport[]): string {
  const rows = reports.map(({ name, files, lines, outside, usedBy }) =>
    [name.padEnd(22), column(files, 5), column(lines, 7), column(outside.length, 9), `  ${usedBy.join(", ")}`]
      .join("")
      .trimEnd(),
  );
  return ["feature               files  lines  outside  used by features", ...rows].join("\n");
}

function column(number: number, width: number): string {
  return String(number).padStart(width);
}

if (import.meta.main) {
  const reports = readFeatures(join(import.meta.dirname, ".."));
  const enforce = process.argv.includes("--enforce");
  console.log(renderFeatures(reports));
  if (enforce || process.argv.includes("--files")) {
    for (const { name, outside } of reports)
      for (const file of outside) console.log(`${name} is known to ${file}`);
  }
  if (enforce && reports.some(({ outside }) => outside.length > 0)) process.exitCode = 1;
}
