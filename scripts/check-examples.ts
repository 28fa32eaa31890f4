/**
 * Compiles the examples in the doc comments of the package's exports, each as the body of a function. An example that
 * doesn't compile stays in `.cache/examples/`. Run as `node scripts/check-examples.ts`.
 */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { entriesOf, functionComments } from "./check-public-api.ts";
import { PublicApi, type PublicName } from "./public-api.ts";
import { ROOT, runNode, toolPath } from "./run-tool.ts";

/** Their examples show parts of one feature. Alone they don't compile. */
const fragments = new Set(["latchkey/kit"]);

/** What examples may use without declaring it. */
const COMMON = `
declare const auth: Auth;
declare const request: Request;
declare const context: ScriptContext;
declare const administrator: User;
declare const userId: string;
declare const login: string;
declare const password: string;
declare const currentPassword: string;
declare const better: string;
declare const token: string;
declare const title: string;
declare const code: string;
declare const hash: string;
declare const mail: QueuedMail;
declare const session: ListedSession;
declare const report: { head: string };
declare const post: { id: string; authorId: string; website: string };
declare function alertOperators(sentence: string): void;
declare function showCheckYourMail(): void;
`;

/** What examples of an entry may use besides. */
const FRAMEWORKS: Readonly<Record<string, string>> = {
  latchkey: `import type { Context } from "hono";
import type { SignedInEnv } from "latchkey/hono";
declare const c: Context<SignedInEnv>;`,
  "latchkey/hono": `import { Hono } from "hono";
declare const app: Hono;`,
  "latchkey/express": `import express from "express";
declare const app: express.Express;`,
  "latchkey/fastify": `import fastify, { type FastifyInstance } from "fastify";
declare const app: FastifyInstance;`,
  "latchkey/node": `import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AuthMessage } from "latchkey/node";
declare const app: (req: IncomingMessage, res: ServerResponse) => void;
declare const req: AuthMessage;
declare const res: ServerResponse;`,
  "latchkey/testing/store": `import { test } from "vitest";
declare const database: Database;
declare const store: SessionStore;
declare const here: Signals;
declare const there: Signals;
declare function myCounters(clock: Clock): Counters;
declare function openMyDatabase(name: string): Promise<Database>;
declare function close(): Promise<void>;`,
};

/** One example and its place. */
export interface Example {
  readonly entry: string;
  readonly name: string;
  readonly code: string;
}

/** The examples of a doc comment. */
export function examplesIn(comment: string): string[] {
  return comment
    .split(/^@/m)
    .filter((tag) => tag.startsWith("example"))
    .map((tag) => tag.slice("example".length).trim());
}

/** An example as a module that only has to compile. Names come from its entry, else from the other entries in order. */
export function moduleOf({ entry, code }: Example, exported: ReadonlyMap<string, readonly string[]>): string {
  const whole = code + COMMON + (FRAMEWORKS[entry] ?? "");
  const taken = new Set<string>();
  const imports = [entry, ...exported.keys()].flatMap((from) => {
    const names = (exported.get(from) ?? []).filter((name) => {
      const used = !taken.has(name) && new RegExp(`(?<![\\w"/]|(?<!\\.\\.)\\.)${name}\\b(?!:)`).test(whole);
      // Names that the entry's prelude declares or imports.
      return used && !new RegExp(`(?:const|import|type) (?:\\{ )?${name}\\b`).test(whole);
    });
    for (const name of names) taken.add(name);
    return names.length === 0 ? [] : [`import { ${names.join(", ")} } from "${from}";`];
  });
  const body = code.replace(/^export (?=const )/gm, "");
  return `${imports.join("\n")}\n${FRAMEWORKS[entry] ?? ""}\n${COMMON}\nexport async function example() {\n${body}\n}\n`;
}

function readExamples(names: readonly PublicName[], api: PublicApi): Example[] {
  const ofEntry = names.flatMap(({ path, comment }) => {
    const [entry = "", ...rest] = path.split(" ");
    return examplesIn(comment).map((code) => ({ entry, name: rest.join(" "), code }));
  });
  const ofFunctions = functionComments(ROOT, api).flatMap((comment) =>
    examplesIn(comment).map((code) => ({ entry: "latchkey", name: "a function of the auth object", code })),
  );
  return [...ofEntry, ...ofFunctions].filter(({ entry }) => !fragments.has(entry));
}

function check(): number {
  const entries = entriesOf(ROOT);
  const api = new PublicApi(ROOT);
  const names = api.names(entries);
  const exported = new Map(
    entries.map(([entry]) => [
      entry,
      // The paths of a name's members begin with it.
      [
        ...new Set(
          names.flatMap(({ path }) => {
            const [from, name = ""] = path.split(" ");
            return from === entry ? [name] : [];
          }),
        ),
      ],
    ]),
  );
  const examples = readExamples(names, api);
  const folder = join(ROOT, ".cache", "examples");
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const compilerOptions = {
    noUnusedLocals: false,
    noUnusedParameters: false,
    verbatimModuleSyntax: false,
    isolatedModules: false,
  };
  const project = { extends: "../../tsconfig.json", compilerOptions, include: ["*.ts"], exclude: [] };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(project));
  examples.forEach((example, index) => {
    const file = `${String(index).padStart(3, "0")}-${example.name.replace(/\W+/g, "-")}.ts`;
    writeFileSync(join(folder, file), moduleOf(example, exported));
  });
  const { code } = runNode([toolPath("typescript", "tsc"), "--noEmit", "-p", folder]);
  if (code === 0) {
    rmSync(folder, { recursive: true, force: true });
    console.log(`${examples.length} examples compile.`);
  }
  return code;
}

if (import.meta.main) process.exitCode = check();
