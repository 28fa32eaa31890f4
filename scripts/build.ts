/** Builds dist/ from src/: JavaScript and type declarations. Style sheets and the pages' script become constants. */
import { chmodSync, existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, sep } from "node:path";
import { rolldown } from "rolldown";
import { ROOT, runNode, toolPath } from "./run-tool.ts";

const COMMAND = join("dist", "cli", "main.js");
/** Every export of this module is the text of a file beside it. */
const STATIC_FILES = join("platform", "html", "static-files");

/** Builds, and rejects with one sentence if that fails. The compiler's messages go to stdout. */
export async function build(): Promise<void> {
  rmSync(join(ROOT, "dist"), { recursive: true, force: true });
  const { code } = runNode([toolPath("typescript", "tsc"), "-p", "tsconfig.build.json"]);
  if (code !== 0) throw new Error("The TypeScript compiler refused the source.");

  await writeStaticFiles();
  await joinModules();
  joinDeclarations();

  const command = join(ROOT, COMMAND);
  if (!existsSync(command)) throw new Error(`${COMMAND} is missing: package.json names it as the command.`);
  if (!readFileSync(command, "utf8").startsWith("#!")) {
    throw new Error("src/cli/main.ts needs the first line #!/usr/bin/env node.");
  }
  chmodSync(command, 0o755);
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
 * Joins the compiled modules into the entries and their shared code. Opening 150 small files would take more than half
 * of the time of `import "latchkey"`. Modules that load on demand stay separate. No code is minified or renamed.
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

/** The declarations of a framework belong to its adapter, so only the adapter imports them. */
const AUGMENTATIONS = "{core,features,platform}/**/*.d.ts";
const JOINED = "augmentations";

/**
 * The names of functions, codes, events and texts are in `declare global` beside each feature. A program sees them only
 * if its import reaches those files. So the declarations of every entry import all of them.
 */
function joinDeclarations(): void {
  const dist = join(ROOT, "dist");
  const files = globSync(AUGMENTATIONS, { cwd: dist })
    .map((file) => file.split(sep).join("/"))
    .filter((file) => /^declare global\b/m.test(readFileSync(join(dist, file), "utf8")))
    .sort();
  const lines = files.map((file) => `import "./${file.replace(/\.d\.ts$/, ".js")}";\n`);
  writeFileSync(join(dist, `${JOINED}.d.ts`), lines.join(""));
  for (const entry of entries()) {
    const file = join(dist, `${entry}.d.ts`);
    if (!existsSync(file)) throw new Error(`dist/${entry}.d.ts is missing: package.json names ${entry}.js.`);
    const up = "../".repeat(entry.split("/").length - 1) || "./";
    writeFileSync(file, `${readFileSync(file, "utf8")}import "${up}${JOINED}.js";\n`);
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
