import { globSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createTestAuth } from "latchkey/testing";
import { expect, test } from "vitest";
import { readImports } from "../scripts/read-imports.ts";
import { explanationOf } from "./cli/explanation.ts";
import * as kit from "./kit.ts";

const read = (pattern: string) =>
  globSync(pattern)
    .filter((file) => !file.endsWith(".test.ts"))
    .map((file) => readFileSync(file, "utf8"));

const library = read("src/{core,features,platform}/**/*.ts");
const functions = Object.entries(kit).flatMap(([name, value]) => (typeof value === "function" ? [name] : []));

/** The doc comment above a declaration. Lines about rows of requirements may follow it. */
function commentOf(name: string): string | undefined {
  const declared = new RegExp(
    `(/\\*\\*(?:(?!\\*/)[\\s\\S])*\\*/)\\n(?://[^\\n]*\\n)*export (?:async )?(?:function\\*?|const|class) ${name}\\b`,
  );
  return library.map((text) => declared.exec(text)?.[1]).find((comment) => comment !== undefined);
}

test("every function of the kit has a doc comment with an example", () => {
  expect(functions.length).toBeGreaterThan(50);
  // `html` belongs to hono.
  const mute = functions.filter((name) => name !== "html" && !commentOf(name)?.includes("@example"));
  expect(mute).toEqual([]);
});

test("a feature or the example of a plugin uses every export of the kit", () => {
  const users = read("{src/features,examples/plugin-terms}/**/*.ts").join("\n");
  // The budgets of the library's own features are in the core.
  const known = ["bucket"];
  const names = Object.keys(kit).filter((name) => !known.includes(name));
  const unused = names.filter((name) => !new RegExp(`\\b${name}\\b`).test(users));
  expect(unused).toEqual([]);
});

test("the example of a plugin imports only the kit", () => {
  const files = globSync("examples/plugin-terms/*.ts").filter(
    (file) => !/server\.ts$|\.test\.ts$/.test(file),
  );
  const outside = files.flatMap((file) =>
    readImports(file, readFileSync(file, "utf8")).flatMap(({ specifier }) =>
      specifier.startsWith("./") ? [] : [specifier],
    ),
  );
  expect([files.length > 5, ...new Set(outside)]).toEqual([true, "latchkey/kit"]);
});

const { everyone, feature, json, jsonObject, line, operation, operationRoute, showPage, v } = kit;

const greet = operation({
  summary: "Greets by name",
  access: everyone,
  input: v.object({ name: line() }),
  run: async (_core, { name }) => ({ greeting: `Hello, ${name}` }),
});

const hello = feature("acme-hello", {
  operations: { greet },
  schemas: { Greeting: () => jsonObject({ greeting: json.text }) },
  routes: [
    operationRoute({
      method: "POST",
      path: "/hello",
      operation: greet,
      answer: (_context, result) =>
        showPage({ title: "Hello", body: kit.html`<p>${result.greeting}</p>` }, result),
    }),
  ],
});

test("a plugin's route is explained and documented, and its operation is a function", async () => {
  const { auth, close } = createTestAuth({ plugins: [hello] });
  const explained = explanationOf(auth, "sqlite::memory:").routes.find(({ path }) => path === "/hello");
  expect(explained).toMatchObject({ method: "POST", guard: "everyone", csrf: "token", fields: ["name"] });
  const answer = await auth.handle(new Request("http://localhost:3000/openapi.json"));
  const document = (await answer?.json()) as { paths: object; components: { schemas: object } };
  expect(document.paths).toHaveProperty("/hello");
  expect(document.components.schemas).toHaveProperty("Greeting");
  const { greet: call } = auth.account as unknown as Record<string, (...given: object[]) => Promise<object>>;
  const context = auth.context({ address: "127.0.0.1" });
  expect(await call?.({ name: "Anna" }, context)).toEqual({ ok: true, greeting: "Hello, Anna" });
  expect(await call?.({ name: " " }, context)).toMatchObject({ ok: false, code: "invalid_input" });
  await close();
});

test("a plugin that claims a foreign name stops the start, and leaves no database behind", () => {
  const folder = mkdtempSync(join(tmpdir(), "latchkey-kit-"));
  const database = `sqlite:${join(folder, "app.db")}`;
  const thief = feature("acme-thief", { migrations: [{ id: 1, name: "one", sql: "DROP TABLE users" }] });
  expect(() => createTestAuth({ database, plugins: [thief] })).toThrow(
    "may only create, alter, drop and fill tables",
  );
  expect(readdirSync(folder)).toEqual([]);
  rmSync(folder, { recursive: true });
  expect(() => createTestAuth({ plugins: [hello, hello] })).toThrow("pass each plugin once");
});
