import { describe, expect, it } from "vitest";
import { checkImports, type Violation } from "./check-imports.ts";
import { madeUpTree } from "./made-up-tree.ts";

function report(files: Record<string, string>) {
  const inWords = ({ file, line, rule }: Violation) => `${file}:${line} ${rule}`;
  const { violations, warnings } = checkImports(madeUpTree(files));
  return { violations: violations.map(inWords), warnings: warnings.map(inWords) };
}

function check(files: Record<string, string>): string[] {
  return report(files).violations;
}

describe("imports that are allowed", () => {
  it.each([
    ["downwards through an index", "src/features/login/login.ts", "../../core/sessions/index.ts"],
    ["inside a room", "src/core/sessions/index.ts", "./deep/session.ts"],
    ["a file directly on a lower floor", "src/features/login/login.ts", "../../core/settings.ts"],
    ["another feature through its index", "src/features/login/login.ts", "../account/index.ts"],
    ["an adapter to the options", "src/adapters/hono.ts", "../options.ts"],
    ["an adapter to another adapter", "src/adapters/next.ts", "./node.ts"],
    ["the command line to an adapter", "src/cli/main.ts", "../adapters/environment.ts"],
    ["the command line to itself", "src/cli/main.ts", "./help.ts"],
    ["a tool to an adapter", "src/tools/doctor/mail.ts", "../../adapters/smtp.ts"],
    ["a tool to a room", "src/tools/doctor/mail.ts", "../../core/outbox/index.ts"],
    ["a tool to another tool", "src/tools/doctor/doctor.ts", "../site/address.ts"],
    ["createAuth to a feature", "src/auth.ts", "./features/login/index.ts"],
    ["the application to the library", "app/main.ts", "latchkey"],
    ["the application to a subpath", "app/main.ts", "latchkey/hono"],
    ["the application to itself", "app/pages/home.ts", "../server.ts"],
    ["packages and built-ins", "src/platform/crypto/random.ts", "node:crypto"],
    ["a test to anything", "src/core/sessions/sessions.test.ts", "../../adapters/testing.ts"],
    ["a type test to anything", "src/core/sessions/sessions.test-d.ts", "latchkey"],
  ])("%s", (_what, file, specifier) => {
    expect(check({ [file]: `import { x } from "${specifier}";\n` })).toEqual([]);
  });

  it("a tool may import the command line that loads it on demand", () => {
    const text = 'const load = () => import("../tools/doctor/doctor.ts");';
    expect(check({ "src/cli/commands.ts": text })).toEqual([]);
  });

  it.each(["features/login/login.ts", "core/sessions/session.ts"])(
    "types of the options are allowed in %s",
    (file) => {
      expect(check({ [`src/${file}`]: 'import type { Options } from "../../options.ts";\n' })).toEqual([]);
    },
  );
});

describe("imports that are refused", () => {
  it.each([
    [
      "platform to core",
      "src/platform/http/limits.ts",
      "../../core/sessions/index.ts",
      "imports only go down",
    ],
    ["core to a feature", "src/core/users/users.ts", "../../features/login/index.ts", "imports only go down"],
    [
      "a feature to an adapter",
      "src/features/login/login.ts",
      "../../adapters/testing.ts",
      "imports only go down",
    ],
    ["a feature to createAuth", "src/features/login/login.ts", "../../auth.ts", "imports only go down"],
    ["createAuth to an adapter", "src/auth.ts", "./adapters/hono.ts", "imports only go down"],
    ["createAuth to a tool", "src/auth.ts", "./tools/doctor/doctor.ts", "imports only go down"],
    ["an adapter to a tool", "src/adapters/node.ts", "../tools/doctor/doctor.ts", "imports only go down"],
    [
      "an adapter to the command line",
      "src/adapters/node.ts",
      "../cli/text.ts",
      "nothing imports the command line",
    ],
    ["createAuth to the command line", "src/auth.ts", "./cli/text.ts", "nothing imports the command line"],
    [
      "a tool to the command line",
      "src/tools/doctor/report.ts",
      "../../cli/text.ts",
      "nothing imports the command line",
    ],
    [
      "the command line to a tool",
      "src/cli/commands.ts",
      "../tools/doctor/doctor.ts",
      'only by "await import()"',
    ],
    ["src to the application", "src/adapters/node.ts", "../../app/server.ts", "imports only go down"],
    ["a feature to the options' values", "src/features/login/login.ts", "../../options.ts", "only types"],
    ["platform to the options", "src/platform/http/limits.ts", "../../options.ts", "imports only go down"],
    [
      "the inside of another feature",
      "src/features/login/login.ts",
      "../account/routes.ts",
      "their index.ts",
    ],
    [
      "the inside of a core room",
      "src/features/login/login.ts",
      "../../core/users/queries.ts",
      "their index.ts",
    ],
    ["an inner index", "src/core/audit/audit.ts", "../users/deep/index.ts", "their index.ts"],
    [
      "the inside of a room from an adapter",
      "src/adapters/hono.ts",
      "../core/users/queries.ts",
      "their index.ts",
    ],
    ["the application to the source", "app/main.ts", "../src/index.ts", "app/ imports only"],
    ["the application to the scripts", "app/main.ts", "../scripts/build.ts", "app/ imports only"],
    ["the library to its own name", "src/core/users/users.ts", "latchkey", "imports are relative"],
    [
      "the library to the project's tests",
      "src/core/users/users.ts",
      "../../../tests/a.ts",
      "nothing outside src/",
    ],
  ])("%s", (_what, file, specifier, rule) => {
    const found = check({ [file]: `// first line\nimport { x } from "${specifier}";\n` });
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(`${file}:2 `);
    expect(found[0]).toContain(rule);
  });

  it.each([
    ["a re-export", 'export * from "../../adapters/hono.ts";'],
    ["a type re-export", 'export type { X } from "../../adapters/hono.ts";'],
    ["a bare import", 'import "../../adapters/hono.ts";'],
    ["a dynamic import", 'const adapter = await import("../../adapters/hono.ts");'],
    ["a type query", 'let adapter: import("../../adapters/hono.ts").Adapter;'],
    ["a list over several lines", 'import {\n  a, // one\n  type B,\n} from "../../adapters/hono.ts";'],
    [
      "an import after an export without a name",
      'export class A {}\nimport { a } from "../../adapters/hono.ts";',
    ],
  ])("the check sees %s", (_what, text) => {
    expect(check({ "src/core/users/users.ts": text })).toHaveLength(1);
  });

  it("the check ignores text that only looks like an import", () => {
    const text = [
      '// import "../../adapters/hono.ts"',
      'const example = `import { a } from "../../adapters/hono.ts";`;',
      "const quote = /import \"'/;",
      'load.import("../../adapters/hono.ts");',
    ].join("\n");
    expect(check({ "src/core/users/users.ts": text })).toEqual([]);
  });

  it("an inline type counts as a real import, because it loads the module", () => {
    const found = check({ "src/core/users/users.ts": 'import { type Options } from "../../options.ts";' });
    expect(found[0]).toContain('write "import type"');
  });
});

describe("the example of a plugin", () => {
  const plugin = "examples/plugin-terms";
  const importing = (file: string, specifier: string) =>
    check({ [file]: `import { x } from "${specifier}";` });

  it.each([
    ["the kit", `${plugin}/feature.ts`, "latchkey/kit"],
    ["its own files", `${plugin}/feature.ts`, "./pages.ts"],
    ["the library, in its server", `${plugin}/server.ts`, "latchkey"],
    ["what tests need, in its test", `${plugin}/terms.test.ts`, "latchkey/testing"],
  ])("imports %s", (_what, file, specifier) => {
    expect(importing(file, specifier)).toEqual([]);
  });

  it.each([
    ["the library", "latchkey"],
    ["another package", "valibot"],
    ["a file of the library", "../../src/kit.ts"],
  ])("doesn't import %s", (_what, specifier) => {
    expect(importing(`${plugin}/feature.ts`, specifier)).toEqual([
      `${plugin}/feature.ts:1 a plugin imports only "latchkey/kit" and its own files, not "${specifier}"`,
    ]);
  });

  it.each([
    ["a test of the library", "src/core/a/a.test.ts", "../../../examples/plugin-terms/index.ts"],
    ["a test in tests/", "tests/browser/plugin.test.ts", "../../examples/plugin-terms/index.ts"],
  ])("isn't imported by %s", (_what, file, specifier) => {
    expect(importing(file, specifier)).toEqual([
      `${file}:1 nothing imports the example of a plugin: not ${specifier}`,
    ]);
  });
});

describe("circles", () => {
  it("a circle is named once, by its rooms", () => {
    const found = check({
      "src/core/a/index.ts": 'import { b } from "../b/index.ts";',
      "src/core/b/index.ts": 'export * from "./inner.ts";',
      "src/core/b/inner.ts": 'import { c } from "../c/index.ts";',
      "src/core/c/index.ts": 'import { a } from "../a/index.ts";',
    });
    expect(found).toEqual([
      "src/core/c/index.ts:1 rooms import each other in a circle: core/a -> core/b -> core/c -> core/a",
    ]);
  });

  it("a circle is found through a file directly on a floor, which is its own room", () => {
    const found = check({
      "src/core/core.ts": 'import { a } from "./a/index.ts";',
      "src/core/a/index.ts": 'import { core } from "../core.ts";',
    });
    expect(found).toEqual([
      "src/core/core.ts:1 rooms import each other in a circle: core/a -> core/core.ts -> core/a",
    ]);
  });

  it("a circle of types only is a warning", () => {
    const found = report({
      "src/core/core.ts": 'import type { A } from "./a/index.ts";',
      "src/core/a/index.ts": 'import { core } from "../core.ts";',
    });
    expect(found).toEqual({
      violations: [],
      warnings: [
        "src/core/core.ts:1 rooms import each other in a circle by their types: core/core.ts -> core/a -> core/core.ts",
      ],
    });
  });

  it("two ways to one room aren't a circle", () => {
    const found = report({
      "src/core/a/index.ts": 'import "../b/index.ts";\nimport type { C } from "../c/index.ts";',
      "src/core/b/index.ts": 'import "../c/index.ts";',
      "src/core/c/index.ts": "export const c = 1;",
    });
    expect(found).toEqual({ violations: [], warnings: [] });
  });
});
