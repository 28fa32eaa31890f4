/**
 * Enforces the direction of imports: app > cli, tools > adapters > src/*.ts > features > core > platform. Rooms meet
 * through their index.ts, and no two rooms import each other in a circle. Circles that only types close are printed as
 * warnings. The example of a plugin imports only "latchkey/kit", and no other file imports the example. Run as `node
 * scripts/check-imports.ts`.
 */
import { existsSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";
import { styleText } from "node:util";
import { type Edge, findCircles } from "./import-circles.ts";
import { type Import, readImports } from "./read-imports.ts";
import { globFiles, sourceFiles } from "./source-files.ts";

/** One broken rule at one place. */
export interface Violation {
  readonly file: string;
  readonly line: number;
  readonly rule: string;
}

/** The broken rules, and the warnings. */
export interface ImportReport {
  readonly violations: readonly Violation[];
  /** Circles of rooms that exist only through `import type`. */
  readonly warnings: readonly Violation[];
}

/** From the lowest to the highest; files directly in src/ (index.ts, auth.ts …) are "src". */
const HEIGHTS = { platform: 0, core: 1, features: 2, src: 3, adapters: 4, tools: 5, cli: 5, app: 6 };
type Floor = keyof typeof HEIGHTS;

/**
 * Checks every .ts and .tsx file below `src/` and `app/` of a project; tests may import anything.
 * @param root the project's folder
 * @returns violations and warnings in order of file and line
 */
export function checkImports(root: string): ImportReport {
  const violations: Violation[] = [];
  const edges: Edge[] = [];
  for (const file of sourceFiles(root, "{src,app}")) {
    for (const found of readImports(file, readFileSync(join(root, file), "utf8"))) {
      const { specifier, line, typeOnly } = found;
      const rule = brokenRule(root, file, found);
      if (rule) violations.push({ file, line, rule });
      if (!specifier.startsWith(".")) continue;
      const from = roomOf(file);
      const to = roomOf(resolveImport(root, file, specifier));
      if (from && to && from !== to) edges.push({ from, to, file, line, typeOnly });
    }
  }
  violations.push(...pluginViolations(root));
  const { real, typeOnly } = findCircles(edges);
  const sentence = "rooms import each other in a circle";
  const circles = real.map(({ edge, rooms }) => report(edge, `${sentence}: ${rooms}`));
  const warnings = typeOnly.map(({ edge, rooms }) => report(edge, `${sentence} by their types: ${rooms}`));
  return { violations: [...violations, ...circles].sort(byPlace), warnings: warnings.sort(byPlace) };
}

/** The example of a plugin. It represents a third party's package. */
const PLUGIN = "examples/plugin-terms/";

/** Files that only run or test the plugin, as an application does. */
const AROUND_PLUGIN = /^examples\/plugin-terms\/(?:server|[^/]+\.test)\.ts$/;

/** The example imports the kit and its own files. No file outside imports the example, tests included. */
function pluginViolations(root: string): Violation[] {
  const plugin = sourceFiles(root, PLUGIN.slice(0, -1)).filter((file) => !AROUND_PLUGIN.test(file));
  const files = [...plugin, ...globFiles(root, "{src,app,tests,scripts,bench}/**/*.{ts,tsx}")];
  return files.flatMap((file) => {
    const isPlugin = file.startsWith(PLUGIN);
    const text = readFileSync(join(root, file), "utf8");
    // An import of the example spells its folder, so no other file has to be parsed again.
    if (!isPlugin && !text.includes("plugin-terms")) return [];
    return readImports(file, text).flatMap(({ specifier, line }) => {
      const relative = specifier.startsWith(".");
      const inPlugin = relative && posix.join(posix.dirname(file), specifier).startsWith(PLUGIN);
      if (isPlugin && !inPlugin && specifier !== "latchkey/kit")
        return [
          { file, line, rule: `a plugin imports only "latchkey/kit" and its own files, not "${specifier}"` },
        ];
      if (!isPlugin && inPlugin)
        return [{ file, line, rule: `nothing imports the example of a plugin: not ${specifier}` }];
      return [];
    });
  });
}

function report({ file, line }: Edge, rule: string): Violation {
  return { file, line, rule };
}

function byPlace(a: Violation, b: Violation): number {
  return a.file.localeCompare(b.file) || a.line - b.line;
}

function brokenRule(root: string, file: string, found: Import): string | undefined {
  const from = floorOf(file)!;
  if (!found.specifier.startsWith(".")) {
    const own = found.specifier === "latchkey" || found.specifier.startsWith("latchkey/");
    return own && from !== "app" ? `inside src/ imports are relative, not "${found.specifier}"` : undefined;
  }
  const target = resolveImport(root, file, found.specifier);
  const to = floorOf(target);
  if (from === "app") {
    if (to === "app") return undefined;
    return `app/ imports only "latchkey", packages and its own files, not ${target}`;
  }
  if (!to) return `src/ imports nothing outside src/, not ${target}`;
  return brokenDirection(from, to, target, found) ?? brokenRoom(file, target);
}

function brokenDirection(
  from: Floor,
  to: Floor,
  target: string,
  { typeOnly, dynamic }: Import,
): string | undefined {
  if (to === "cli" && from !== "cli") return `nothing imports the command line: not ${target}`;
  if (to === "tools" && from === "cli") {
    return dynamic ? undefined : `the command line loads tools only by "await import()": not ${target}`;
  }
  if (HEIGHTS[to] <= HEIGHTS[from]) return undefined;
  if (target === "src/options.ts" && (from === "features" || from === "core")) {
    return typeOnly ? undefined : `${from} may take only types from ${target}: write "import type"`;
  }
  return `imports only go down: ${from} may not import ${target} (${to})`;
}

function brokenRoom(file: string, target: string): string | undefined {
  const room = /^src\/(?:features|core|platform)\/[^/]+(?=\/)/.exec(target)?.[0];
  if (!room || file.startsWith(`${room}/`)) return undefined;
  if (/^index\.tsx?$/.test(target.slice(room.length + 1))) return undefined;
  return `rooms meet through their index.ts: import ${room}/index.ts, not ${target}`;
}

function resolveImport(root: string, file: string, specifier: string): string {
  const path = posix.join(posix.dirname(file), specifier.replace(/[?#].*$/, ""));
  const written = path.replace(/\.js(x?)$/, ".ts$1");
  return written !== path && existsSync(join(root, written)) ? written : path;
}

function floorOf(file: string): Floor | undefined {
  const [top, floor, ...rest] = file.split("/");
  if (top === "app") return "app";
  if (top !== "src" || floor === undefined) return undefined;
  const named = /^(?:platform|core|features|adapters|tools|cli)$/.test(floor) && rest.length > 0;
  return named ? (floor as Floor) : "src";
}

/** The room of a file, such as `src/core/sessions`; a file directly on a floor is its own room. */
function roomOf(file: string): string | undefined {
  const floor = floorOf(file);
  if (floor === undefined || floor === "app") return undefined;
  const depth = floor === "src" ? 2 : 3;
  return file.split("/").slice(0, depth).join("/");
}

if (import.meta.main) {
  const root = join(import.meta.dirname, "..");
  const { violations, warnings } = checkImports(root);
  for (const { file, line, rule } of warnings) console.warn(styleText("yellow", `${file}:${line} ${rule}`));
  for (const { file, line, rule } of violations) console.error(`${file}:${line} ${rule}`);
  if (violations.length === 0) {
    console.log(`${sourceFiles(root, "{src,app}").length} files, all imports go down.`);
  }
  process.exitCode = violations.length === 0 ? 0 : 1;
}
