/**
 * Checks the package's exports. Every function, class and constant has a doc comment with an example. Comments show row
 * ids only in `@see`. Every type in a signature is exported by an entry, so that programs can name it. Run as `node
 * scripts/check-public-api.ts`.
 */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Declared, PublicApi, type PublicName } from "./public-api.ts";
import { ROOT } from "./run-tool.ts";
import { sourceFiles } from "./source-files.ts";

/** Functions of the auth object live in these interfaces, beside the features. */
const functionGroups = ["Operations", "UserFunctions", "OutboxFunctions", "AuditFunctions"];

/** Values without behaviour need no example. */
const constants = new Set([
  ...["defaultHashParameters", "testPassword"],
  ...["everyone", "signedIn", "operator", "json", "blank"],
]);

/** The library returns them and takes them back. Programs need no names of their parts. */
const opaque = new Set(["Feature", "Core", "KeyRing", "RouteContext"]);

const rowId = /\brows? [A-Z]{2}-\d+/;

/** The fault of a doc comment, or undefined. */
export function commentProblem({ path, kind, comment, inner, name }: PublicName): string | undefined {
  if (comment === "") return `${path} has no doc comment`;
  const shown = [comment, ...inner].map((each) => each.split(/^@see\b/m)[0] ?? "");
  if (shown.some((sentences) => rowId.test(sentences)))
    return `${path} shows a row id in its doc comment: move it into @see`;
  if (kind === "type" || constants.has(name)) return undefined;
  return /^@example\b/m.test(comment) ? undefined : `${path} has no @example`;
}

/** Types in signatures that no entry exports. */
export function unnamedTypes(
  names: readonly PublicName[],
  functions: readonly Declared[],
): { type: string; usedBy: string }[] {
  const exported = new Set(names.map(({ file, name }) => `${file} ${name}`));
  const found = new Map<string, string>();
  const look = (types: readonly Declared[], usedBy: string) => {
    for (const { file, name } of types)
      if (!exported.has(`${file} ${name}`)) found.set(`${name} (${file})`, usedBy);
  };
  for (const { name, path, types } of names) if (!opaque.has(name)) look(types, path);
  look(functions, "a function of the auth object");
  return [...found].map(([type, usedBy]) => ({ type, usedBy }));
}

/** The entries of package.json with their sources. */
export function entriesOf(root: string): [specifier: string, file: string][] {
  const { name, exports } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  return Object.entries(exports as Record<string, string | Record<string, string>>).flatMap(
    ([path, target]): [string, string][] => {
      const source = typeof target === "string" ? undefined : target["latchkey-source"];
      return source === undefined ? [] : [[name + path.slice(1), source.replace(/^\.\//, "")]];
    },
  );
}

/** The fault of the doc comment of a function of the auth object. */
function functionProblem(comment: string): string[] {
  const [sentences = ""] = comment.split(/^@see\b/m);
  const [first = ""] = comment.split("\n");
  if (rowId.test(sentences)) return [`the function "${first}" shows a row id: move it into @see`];
  return /^@example\b/m.test(comment) ? [] : [`the function "${first}" has no @example`];
}

/** The sources that may declare functions of the auth object. */
const functionSources = (root: string): string[] => sourceFiles(root, "src/{core,features}");

/** The doc comments of the functions of the auth object. */
export function functionComments(root: string, api: PublicApi): string[] {
  return functionSources(root).flatMap((file) => api.globalComments(file, functionGroups));
}

/** All faults of a project's public names. */
export function publicProblems(root: string): string[] {
  const api = new PublicApi(root);
  const names = api.names(entriesOf(root));
  const functions = functionSources(root).flatMap((file) => api.globalTypes(file, functionGroups));
  const problems = names.map(commentProblem).filter((problem) => problem !== undefined);
  const unnamed = unnamedTypes(names, functions).map(
    ({ type, usedBy }) => `${type} isn't exported, but ${usedBy} shows it`,
  );
  return [...problems, ...functionComments(root, api).flatMap(functionProblem), ...unnamed];
}

if (import.meta.main) {
  const problems = [...new Set(publicProblems(ROOT))];
  for (const problem of problems) console.error(problem);
  if (problems.length === 0) console.log("Every exported name has its doc comment, and every type a name.");
  process.exitCode = problems.length === 0 ? 0 : 1;
}
