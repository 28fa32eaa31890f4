/**
 * Enforces the direction of imports: app > doors > features > core > platform, rooms meet through their index.ts,
 * and no two rooms import each other in a circle. Run as `node scripts/check-imports.ts`.
 */
import { existsSync, globSync, readFileSync } from "node:fs";
import { join, posix, sep } from "node:path";
import { type Import, readImports } from "./read-imports.ts";

/** One broken rule at one place. */
export interface Violation {
  readonly file: string;
  readonly line: number;
  readonly rule: string;
}

interface Edge {
  readonly from: string;
  readonly to: string;
  readonly file: string;
  readonly line: number;
}

// Files directly in src/ (index.ts, auth.ts, options.ts …) stand between the doors and the features.
const FLOORS = ["platform", "core", "features", "src", "adapters", "app"] as const;
type Floor = (typeof FLOORS)[number];

const TEST_FILE = /\.test(?:-d)?\.tsx?$/;

/**
 * Checks every .ts and .tsx file below `src/` and `app/` of a project; tests may import anything.
 * @param root the project's folder
 * @returns the violations in order of file and line; empty when all rules hold
 */
export function checkImports(root: string): Violation[] {
  const violations: Violation[] = [];
  const edges: Edge[] = [];
  for (const file of sourceFiles(root)) {
    for (const found of readImports(readFileSync(join(root, file), "utf8"))) {
      const rule = brokenRule(root, file, found);
      if (rule) violations.push({ file, line: found.line, rule });
      const from = roomOf(file);
      const to = found.specifier.startsWith(".")
        ? roomOf(resolveImport(root, file, found.specifier))
        : undefined;
      if (from && to && from !== to) edges.push({ from, to, file, line: found.line });
    }
  }
  return [...violations, ...cycles(edges)].sort((a, b) => a.file.localeCompare(b.file) || a.line - b.line);
}

function sourceFiles(root: string): string[] {
  return globSync(["src/**/*.{ts,tsx}", "app/**/*.{ts,tsx}"], { cwd: root })
    .map((file) => file.split(sep).join("/"))
    .filter((file) => !TEST_FILE.test(file))
    .sort();
}

function brokenRule(root: string, file: string, { specifier, typeOnly }: Import): string | undefined {
  const from = floorOf(file)!;
  if (!specifier.startsWith(".")) {
    const own = specifier === "latchkey" || specifier.startsWith("latchkey/");
    return own && from !== "app" ? `inside src/ imports are relative, not "${specifier}"` : undefined;
  }
  const target = resolveImport(root, file, specifier);
  const to = floorOf(target);
  if (from === "app") {
    return to === "app"
      ? undefined
      : `app/ imports only "latchkey", packages and its own files, not ${target}`;
  }
  if (!to) return `src/ imports nothing outside src/, not ${target}`;
  if (FLOORS.indexOf(to) > FLOORS.indexOf(from)) {
    const reachesOptions = target === "src/options.ts" && (from === "features" || from === "core");
    if (reachesOptions && typeOnly) return undefined;
    if (reachesOptions) return `${from} may take only types from ${target}: write "import type"`;
    return `imports only go down: ${from} may not import ${target} (${to})`;
  }
  const room = roomOf(target);
  if (room && room !== roomOf(file) && !/^index\.tsx?$/.test(target.slice(room.length + 1))) {
    return `rooms meet through their index.ts: import ${room}/index.ts, not ${target}`;
  }
  return undefined;
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
  const named = /^(?:platform|core|features|doors)$/.test(floor) && rest.length > 0;
  return named ? (floor as Floor) : "src";
}

/** The room a file stands in, such as `src/core/sessions`; files directly on a floor stand in none. */
function roomOf(file: string): string | undefined {
  return /^src\/(?:features|core|platform)\/[^/]+(?=\/)/.exec(file)?.[0];
}

/** Reports each import that closes a circle of rooms, with the circle. */
function cycles(edges: readonly Edge[]): Violation[] {
  const next = new Map<string, Edge[]>();
  for (const edge of edges) next.set(edge.from, [...(next.get(edge.from) ?? []), edge]);
  const violations: Violation[] = [];
  const seen = new Set<string>();
  const visit = (room: string, path: readonly string[]) => {
    seen.add(room);
    for (const edge of next.get(room) ?? []) {
      const start = path.indexOf(edge.to);
      if (start !== -1) {
        const circle = [...path.slice(start), edge.to].map((name) => name.replace("src/", "")).join(" -> ");
        violations.push({
          file: edge.file,
          line: edge.line,
          rule: `rooms import each other in a circle: ${circle}`,
        });
      } else if (!seen.has(edge.to)) visit(edge.to, [...path, edge.to]);
    }
  };
  for (const room of next.keys()) if (!seen.has(room)) visit(room, [room]);
  return violations;
}

if (import.meta.main) {
  const root = join(import.meta.dirname, "..");
  const violations = checkImports(root);
  for (const { file, line, rule } of violations) console.error(`${file}:${line} ${rule}`);
  if (violations.length === 0) console.log(`${sourceFiles(root).length} files, all imports go down.`);
  process.exitCode = violations.length === 0 ? 0 : 1;
}
