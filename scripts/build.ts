/** Builds dist/ from src/: JavaScript, type declarations and the files that are read at run time. */
import { chmodSync, cpSync, existsSync, globSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { ROOT, runNode, toolPath } from "./run-tool.ts";

const COMMAND = join("dist", "doors", "cli", "main.js");

/** Builds, and throws with one sentence when that fails. The compiler's messages go to stdout. */
export function build(): void {
  rmSync(join(ROOT, "dist"), { recursive: true, force: true });
  const { code } = runNode([toolPath("typescript", "tsc"), "-p", "tsconfig.build.json"]);
  if (code !== 0) throw new Error("The TypeScript compiler refused the source.");

  for (const file of runtimeFiles()) {
    const target = join(ROOT, "dist", file);
    mkdirSync(dirname(target), { recursive: true });
    cpSync(join(ROOT, "src", file), target);
  }

  const command = join(ROOT, COMMAND);
  if (!existsSync(command)) throw new Error(`${COMMAND} is missing: package.json names it as the command.`);
  if (!readFileSync(command, "utf8").startsWith("#!")) {
    throw new Error("src/doors/cli/main.ts needs the first line #!/usr/bin/env node.");
  }
  chmodSync(command, 0o755);
}

/** What the library reads beside its code, such as style sheets and word lists. */
function runtimeFiles(): string[] {
  return globSync("**/*.*", { cwd: join(ROOT, "src"), withFileTypes: true })
    .filter((entry) => entry.isFile() && !/\.(?:tsx?|md|snap)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name).slice(join(ROOT, "src").length + 1));
}

if (import.meta.main) {
  try {
    build();
    console.log("Built dist/.");
  } catch (error) {
    console.error((error as Error).message);
    process.exitCode = 1;
  }
}
