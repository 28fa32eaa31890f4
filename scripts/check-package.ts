/**
 * Uses the package as a new user would. Builds and packs it, and installs the tarball into an empty project. Compiles
 * and runs the README's first example there. Compiles the example of a plugin and the sources of tests/types. Bundles a
 * program, and lets publint and attw check the tarball. Needs only the npm registry. All files outside dist/ are in a
 * temporary folder.
 */
import { spawn } from "node:child_process";
import {
  copyFileSync,
  cpSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { rolldown } from "rolldown";
import { build } from "./build.ts";
import { firstExample } from "./first-example.ts";
import { ROOT, run, runNode, type ToolResult, toolPath } from "./run-tool.ts";

/** The packages that the example and its compilation need too, at the versions of our lock file. */
const COMPANIONS = [
  ...["hono", "@hono/node-server", "typescript", "@types/node"],
  ...["express", "@types/express", "fastify"],
];

/** The bound on the compiler's work for the README's first example: editors check it at every key. */
const MOST_INSTANTIATIONS = 6000;

/**
 * Sources that pin what compiles and what doesn't. A registration holds for a whole program, so it has a separate one.
 */
const PROGRAMS = { types: "tests/types", registered: "tests/types-registered" };

// A refusal's status comes from the feature that declares its code: a bundler may not drop that declaration.
const BUNDLED = `import { createAuth, LatchkeyError } from "latchkey";
const auth = createAuth({ origin: "http://localhost:3000", database: "sqlite::memory:" });
await auth.ready();
const answer = await auth.handle(new Request("http://localhost:3000/login"));
console.log(new LatchkeyError("invalid_credentials").status, answer.status);
await auth.close();
`;

/** A third party's feature, which needs every name that the features of the library declare. */
const PLUGIN_SERVER = "plugin-terms/server.ts";

// Serves the compiled example on a free port and reports the port.
const RUNNER = `import { serve } from "@hono/node-server";
import app from "./app.js";
const server = serve({ fetch: app.fetch, port: 0, hostname: "127.0.0.1" }, ({ port }) => process.send(port));
process.on("disconnect", () => server.close(() => process.exit(0)));
`;

const COMPILER_OPTIONS = {
  target: "ES2024",
  module: "NodeNext",
  moduleResolution: "NodeNext",
  strict: true,
  noUncheckedIndexedAccess: true,
  exactOptionalPropertyTypes: true,
  verbatimModuleSyntax: true,
  skipLibCheck: false,
  rewriteRelativeImportExtensions: true,
  types: ["node"],
};

/** The environment of programs in the other project: without npm's variables about ours, and with our Node first. */
function strangerEnvironment(): NodeJS.ProcessEnv {
  const own =
    /^(?:npm_(?:package|lifecycle|config_(?:local_prefix|global_prefix|prefix))|INIT_CWD|NODE_OPTIONS)/i;
  const entries = Object.entries(process.env).filter(([name]) => !own.test(name));
  // npm scripts put our node_modules/.bin first. The other project must not find our tools there.
  const path = (process.env.PATH ?? "").split(delimiter).filter((folder) => !folder.includes("node_modules"));
  const node = dirname(realpathSync(process.execPath));
  return { ...Object.fromEntries(entries), PATH: [node, ...path].join(delimiter) };
}

function npm(args: readonly string[], cwd: string, quiet = false): ToolResult {
  const script = process.env.npm_execpath;
  const options = { cwd, quiet, env: strangerEnvironment() };
  return script?.endsWith(".js") ? runNode([script, ...args], options) : run("npm", args, options);
}

function must(what: string, { code, output, timedOut }: ToolResult): string {
  if (code === 0) return output;
  throw new Error(`${what} ${timedOut ? "took too long" : "failed"}.${output ? `\n${output}` : ""}`);
}

function pack(folder: string): string {
  must("npm pack", npm(["pack", "--silent", "--pack-destination", folder], ROOT));
  const { name, version } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
  return join(folder, `${name}-${version}.tgz`);
}

function lockedVersions(): string[] {
  const { packages } = JSON.parse(readFileSync(join(ROOT, "package-lock.json"), "utf8"));
  return COMPANIONS.map((name) => `${name}@${packages[`node_modules/${name}`].version}`);
}

function makeProject(project: string, tarball: string): void {
  mkdirSync(project);
  const manifest = { name: "example", version: "1.0.0", private: true, type: "module" };
  writeFileSync(join(project, "package.json"), JSON.stringify(manifest));
  writeFileSync(
    join(project, "tsconfig.json"),
    JSON.stringify({ compilerOptions: COMPILER_OPTIONS, files: ["app.ts", PLUGIN_SERVER] }),
  );
  cpSync(join(ROOT, "examples", "plugin-terms"), join(project, "plugin-terms"), {
    recursive: true,
    filter: (file) => !file.endsWith(".test.ts"),
  });
  writeFileSync(join(project, "app.ts"), firstExample(readFileSync(join(ROOT, "README.md"), "utf8")));
  writeFileSync(join(project, "runner.js"), RUNNER);
  for (const [name, folder] of Object.entries(PROGRAMS)) {
    const files = globSync("*.ts", { cwd: join(ROOT, folder) });
    mkdirSync(join(project, name));
    for (const file of files) copyFileSync(join(ROOT, folder, file), join(project, name, file));
    // This checks the pinned sources. The example checks the declarations of libraries.
    const compilerOptions = { ...COMPILER_OPTIONS, skipLibCheck: true, noEmit: true };
    writeFileSync(join(project, name, "tsconfig.json"), JSON.stringify({ compilerOptions, files }));
  }
  const install = ["install", "--no-audit", "--no-fund", "--ignore-scripts", "--save-exact"];
  must("npm install of the tarball", npm([...install, tarball, ...lockedVersions()], project, true));
}

/** Starts the compiled example and requests the two pages that a new user sees first. */
async function tryExample(project: string): Promise<void> {
  const stdio = ["ignore", "inherit", "inherit", "ipc"] as const;
  const child = spawn(process.execPath, ["runner.js"], {
    cwd: project,
    env: strangerEnvironment(),
    stdio: [...stdio],
  });
  try {
    const origin = `http://127.0.0.1:${await portOf(child)}`;
    await expectAnswer(`${origin}/dashboard`, 303, "location", /^\/login\?next=/);
    await expectAnswer(`${origin}/login`, 200, "content-type", /^text\/html/);
  } finally {
    child.kill();
  }
}

function portOf(child: ReturnType<typeof spawn>): Promise<number> {
  return new Promise((resolve, reject) => {
    const limit = setTimeout(() => reject(new Error("The example did not start within 30 seconds.")), 30_000);
    const settle = (action: () => void) => {
      clearTimeout(limit);
      action();
    };
    child.once("message", (port) => settle(() => resolve(Number(port))));
    child.once("error", (error) => settle(() => reject(error)));
    child.once("exit", (code) =>
      settle(() => reject(new Error(`The example ended at its start (exit code ${code}).`))),
    );
  });
}

async function expectAnswer(url: string, status: number, header: string, value: RegExp): Promise<void> {
  const response = await fetch(url, { redirect: "manual", signal: AbortSignal.timeout(15_000) });
  const found = response.headers.get(header) ?? "";
  const path = new URL(url).pathname;
  if (response.status !== status || !value.test(found)) {
    const body = (await response.text()).slice(0, 500);
    throw new Error(
      `GET ${path}: expected ${status} with ${header} ${value}, got ${response.status} "${found}".\n${body}`,
    );
  }
  console.log(`GET ${path} => ${status} ${found}`);
}

/** The number of types that the compiler makes of the example, without checking the declarations of libraries. */
function checkInstantiations(compiler: string, project: string): void {
  const alone = "tsconfig.example.json";
  writeFileSync(join(project, alone), JSON.stringify({ extends: "./tsconfig.json", files: ["app.ts"] }));
  const args = [compiler, "-p", alone, "--noEmit", "--skipLibCheck", "--extendedDiagnostics"];
  const output = must(
    "tsc with diagnostics",
    runNode(args, { cwd: project, env: strangerEnvironment(), quiet: true }),
  );
  const count = Number(/Instantiations:\s+(\d+)/.exec(output)?.[1]);
  if (!(count <= MOST_INSTANTIATIONS)) {
    throw new Error(`The example makes ${count} instantiations; at most ${MOST_INSTANTIATIONS} are allowed.`);
  }
  console.log(`${count} instantiations`);
}

/** Bundles a program without the parts that its imports don't need, and runs the bundle. */
async function tryBundle(project: string): Promise<void> {
  writeFileSync(join(project, "bundled.js"), BUNDLED);
  const bundle = await rolldown({
    input: join(project, "bundled.js"),
    cwd: project,
    platform: "node",
    external: [/\.node$/, /^@node-rs\//, /^node:/],
    logLevel: "warn",
  });
  await bundle.write({ dir: join(project, "bundle"), format: "esm" });
  const run = runNode([join("bundle", "bundled.js")], {
    cwd: project,
    env: strangerEnvironment(),
    quiet: true,
  });
  const output = must("the bundle", run);
  if (!/^401 200$/m.test(output)) throw new Error(`The bundle lacks a part of the library:\n${output}`);
  console.log(output.trim().split("\n").at(-1));
}

async function checkPackage(folder: string): Promise<void> {
  const heading = (text: string) => console.log(`\n== ${text}`);
  heading("build and pack");
  await build();
  const tarball = pack(folder);

  heading("install into an empty project");
  const project = join(folder, "project");
  makeProject(project, tarball);

  heading("compile the README's first example and the example of a plugin");
  const compiler = join(project, "node_modules", "typescript", "bin", "tsc");
  must(
    "tsc in the empty project",
    runNode([compiler, "-p", "."], { cwd: project, env: strangerEnvironment() }),
  );

  checkInstantiations(compiler, project);

  heading("compile what is pinned");
  for (const name of Object.keys(PROGRAMS)) {
    must(`tsc in ${name}`, runNode([compiler, "-p", name], { cwd: project, env: strangerEnvironment() }));
  }

  heading("run it");
  await tryExample(project);

  heading("bundle a program and run it");
  await tryBundle(project);

  heading("npx latchkey --help");
  const help = must(
    "npx latchkey --help",
    npm(["exec", "--offline", "--", "latchkey", "--help"], project, true),
  );
  if (!help.includes("latchkey")) throw new Error(`npx latchkey --help printed no help:\n${help}`);
  console.log(help.trim().split("\n")[0]);

  heading("publint");
  must("publint", runNode([toolPath("publint", "publint"), "run", tarball, "--strict"]));
  heading("are the types wrong?");
  must(
    "attw",
    runNode([
      toolPath("@arethetypeswrong/cli", "attw"),
      tarball,
      "--profile",
      "esm-only",
      "--no-emoji",
      "--no-summary",
    ]),
  );
}

const folder = realpathSync(mkdtempSync(join(tmpdir(), "latchkey-package-")));
try {
  await checkPackage(folder);
  console.log("\nThe package is ready to publish.");
} catch (error) {
  console.error(`\n${(error as Error).message}`);
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
