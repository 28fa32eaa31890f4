/** Builds dist/ from src/: JavaScript and type declarations. Style sheets and the pages' script become constants. */
import {
  appendFileSync,
  chmodSync,
  existsSync,
  globSync,
  mkdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { rolldown } from "rolldown";
import { ROOT, runNode, toolPath } from "./run-tool.ts";

const COMMAND = join("dist", "cli", "main.js");
/** Every export of this module is a text from a file beside it. */
const STATIC_FILES = join("platform", "html", "static-files");

/** Builds, and rejects with one sentence when that fails. The compiler's messages go to stdout. */
export async function build(): Promise<void> {
  rmSync(join(ROOT, "dist"), { recursive: true, force: true });
  const { code } = runNode([toolPath("typescript", "tsc"), "-p", "tsconfig.build.json"]);
  if (code !== 0) throw new Error("The TypeScript compiler refused the source.");

  keepNames(join(ROOT, "dist"));
  await writeStaticFiles();
  await joinModules();

  const command = join(ROOT, COMMAND);
  if (!existsSync(command)) throw new Error(`${COMMAND} is missing: package.json names it as the command.`);
  if (!readFileSync(command, "utf8").startsWith("#!")) {
    throw new Error("src/cli/main.ts needs the first line #!/usr/bin/env node.");
  }
  chmodSync(command, 0o755);
}

/** Declarations that speak of the names which features add to `Latchkey`. */
const SPEAK_OF_NAMES = ["auth", "kit"];

/**
 * Ties the modules that add names to `Latchkey` to the declarations that use them: the compiler drops imports that only
 * code needs, so `auth.account.login` would be unknown to a program that imports the package.
 */
function keepNames(dist: string): void {
  const naming = globSync("**/*.d.ts", { cwd: dist })
    .filter((file) =>
      /^declare global \{\s+namespace Latchkey /m.test(readFileSync(join(dist, file), "utf8")),
    )
    .map((file) => `import type {} from "./${file.replaceAll("\\", "/").replace(/\.d\.ts$/, ".js")}";\n`)
    .sort();
  for (const name of SPEAK_OF_NAMES) appendFileSync(join(dist, `${name}.d.ts`), naming.join(""));
}

/** The files of `exports` and `bin`, by their name below dist/ without the ending. */
function entries(): string[] {
  const { exports, bin } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
  const targets = Object.values(exports as Record<string, string | { default: string }>)
    .map((target) => (typeof target === "string" ? target : target.default))
    .concat(Object.values(bin as Record<string, string>));
  return targets
    .filter((target) => target.endsWith(".js"))
    .map((target) => target.replace(/^\.\/dist\/|\.js$/g, ""));
}

/** Replaces the module that reads files at start by one that holds their texts. */
async function writeStaticFiles(): Promise<void> {
  const texts: Record<string, string> = await import(join(ROOT, "src", `${STATIC_FILES}.ts`));
  const constants = Object.entries(texts).map(
    ([name, text]) => `export const ${name} = ${JSON.stringify(text)};\n`,
  );
  writeFileSync(join(ROOT, "dist", `${STATIC_FILES}.js`), constants.join(""));
}

/**
 * Joins the compiled modules into the entries and their shared code: opening 150 small files costs more than half of
 * the time of `import "latchkey"`. Modules that load on demand stay separate. Nothing is minified or renamed.
 */
async function joinModules(): Promise<void> {
  const dist = join(ROOT, "dist");
  const input = Object.fromEntries(entries().map((name) => [name, join(dist, `${name}.js`)]));
  const bundle = await rolldown({
    input,
    external: /^[^./]/,
    platform: "node",
    tsconfig: false,
    transform: { target: "esnext" },
    logLevel: "warn",
  });
  const { output } = await bundle.generate({
    format: "esm",
    entryFileNames: "[name].js",
    chunkFileNames: "chunks/[name]-[hash].js",
  });
  for (const file of globSync("**/*.js", { cwd: dist })) rmSync(join(dist, file));
  for (const part of output) {
    const target = join(dist, part.fileName);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, part.type === "chunk" ? part.code : part.source);
  }
}

if (import.meta.main) {
  try {
    await build();
    console.log("Built dist/.");
  } catch (error) {
    console.error((error as Error).message);
    process.exitCode = 1;
  }
}
