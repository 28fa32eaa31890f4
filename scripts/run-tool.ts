import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** The project's folder. */
export const ROOT = join(import.meta.dirname, "..");

/** How to run a tool; all fields are optional. */
export interface ToolOptions {
  /** Default: the project's folder. */
  readonly cwd?: string;
  /** Default: this process's environment. */
  readonly env?: NodeJS.ProcessEnv;
  /** Milliseconds after which the tool is killed. Default: five minutes. */
  readonly timeout?: number;
  /** True returns the tool's output instead of showing it. */
  readonly quiet?: boolean;
}

/** How a tool ended. `code` is 0 on success, and 1 if a signal ended it. */
export interface ToolResult {
  readonly code: number;
  /** Stdout and stderr if `quiet`, else empty. */
  readonly output: string;
  readonly timedOut: boolean;
}

/**
 * The script of a dependency's command, to run with this Node. The shims in node_modules/.bin are shell scripts or
 * batch files, and may find another Node.
 */
export function toolPath(dependency: string, command: string): string {
  const folder = join(ROOT, "node_modules", dependency);
  const { bin } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  return join(folder, typeof bin === "string" ? bin : bin[command]);
}

/** Runs a script with this Node and waits for its end. */
export function runNode(args: readonly string[], options: ToolOptions = {}): ToolResult {
  return run(process.execPath, args, options);
}

/** Runs a program and waits for its end. */
export function run(program: string, args: readonly string[], options: ToolOptions = {}): ToolResult {
  const { cwd = ROOT, env = process.env, timeout = 5 * 60_000, quiet = false } = options;
  const stdio = quiet ? "pipe" : "inherit";
  const result = spawnSync(program, args, { cwd, env, timeout, stdio, encoding: "utf8", maxBuffer: 1 << 26 });
  const timedOut = (result.error as NodeJS.ErrnoException | undefined)?.code === "ETIMEDOUT";
  if (result.error && !timedOut) throw result.error;
  return { code: result.status ?? 1, output: `${result.stdout ?? ""}${result.stderr ?? ""}`, timedOut };
}
