import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createTestAuth } from "../src/adapters/testing.ts";
import { commands } from "../src/cli/commands.ts";
import { architecturePage } from "./docs-architecture.ts";
import { cliPage } from "./docs-cli.ts";
import { contractPage } from "./docs-contract.ts";
import { defaultOf, meaningOf, readInterface, readMerged } from "./docs-declarations.ts";
import { optionsPage } from "./docs-options.ts";
import { withVariables } from "./docs-running.ts";

const sample = `
import type { Thing } from "./thing.ts";

export interface Sample<
  Fields extends object = object,
> {
  /** What it is called. */
  name: string;
  /**
   * How long, such as \`1.5h\` (row AB-01). Default 10 minutes.
   * More about it.
   */
  span?: Duration;
  group?: {
    /** \`one\` (default) or \`two\`. */
    kind?: "one" | "two";
    inner?: {
      /** Default \`{ a: ["*"] }\`. */
      deep?: Record<string, readonly string[]>;
    };
  };
  /** Shown as it is. */
  link?: { label: string; href: string };
  // A remark for maintainers.
  readonly last?:
    | Thing
    | undefined;
}

export interface Other {
  /** Not of the sample. */
  stray: string;
}
`;

test("readInterface reads an interface with nested objects, comments and defaults", () => {
  const members = readInterface(sample, "Sample");
  expect(members.map(({ path, type }) => `${path}: ${type}`)).toEqual([
    "name: string",
    "span: Duration",
    "group: ",
    'group.kind: "one" | "two"',
    "group.inner: ",
    "group.inner.deep: Record<string, readonly string[]>",
    "link: { label: string; href: string }",
    "last: Thing | undefined",
  ]);
  expect(members.map(defaultOf)).toEqual([
    "required",
    "10 minutes",
    "",
    "`one`",
    "",
    '`{ a: ["*"] }`',
    "",
    "",
  ]);
  expect(members.map(meaningOf).slice(0, 2)).toEqual([
    "What it is called.",
    "How long, such as `1.5h`. More about it.",
  ]);
});

test("an unreadable interface is refused, so that no option is missing", () => {
  expect(() => readInterface("export interface A {\n  get(): string;\n}\n", "A")).toThrow(/can't be read/);
  expect(() => readInterface(sample, "Missing")).toThrow(/Missing "export interface Missing"/);
});

test("reads what features add to an interface, and puts it in place", () => {
  const feature = `declare global {
  namespace Latchkey {
    interface LoginOptions {
      /** By mail. Default off. */
      mail?: boolean;
    }
  }
}
export interface LoginOptions {
  other: string;
}
`;
  const options =
    "export interface A {\n  login?: Latchkey.LoginOptions & {\n    /** Own. */\n    own?: string;\n  };\n}\n";
  const members = readInterface(options, "A", (name) => readMerged(feature, name));
  expect(members.map(({ path, type }) => `${path}: ${type}`)).toEqual([
    "login: ",
    "login.mail: boolean",
    "login.own: string",
  ]);
});

test("the table of variables has a row for each variable of a feature, in its place or at the end", () => {
  const page = "| `A` | old | `1` |\n| `B` | by hand | `2` |\n\nText.\n";
  const variable = { values: [], read: () => ({}) };
  expect(
    withVariables(page, [
      { ...variable, name: "A", meaning: "new", default: "on" },
      { ...variable, name: "C", meaning: "more", default: "off" },
    ]),
  ).toBe("| `A` | new | `on` |\n| `B` | by hand | `2` |\n| `C` | more | `off` |\n\nText.\n");
  expect(() => withVariables("", [{ ...variable, name: "A", meaning: "", default: "" }])).toThrow(/No table/);
});

test("the options page has an explained row for every option", () => {
  const page = optionsPage();
  for (const option of [
    "origin",
    "session.data.store",
    "session.standard.idle",
    "password.hash.passes",
    "clock",
  ]) {
    expect(page).toMatch(new RegExp(`^\\| \`${option.replaceAll(".", "\\.")}\` \\|.*\\S \\|$`, "m"));
  }
  expect(page).not.toMatch(/\brow [A-Z]{2}-\d/);
});

test("the contract has a section for every path with each of its methods, and is stable", async () => {
  const t = createTestAuth();
  const page = await contractPage();
  const sections = page.split(/^#{2,3} /m);
  for (const { method, path, summary } of t.auth.routes) {
    const own = sections.filter((section) => section.startsWith(`\`${path}\`\n`));
    expect(own).toHaveLength(1);
    expect(own[0]).toContain(`\n- **${method}**: ${summary}\n`);
  }
  expect(await contractPage()).toBe(page);
  await t.close();
});

test("the command line's page has every command", () => {
  for (const { name } of commands) expect(cliPage()).toContain(`\n## ${name}\n`);
});

test("the architecture page explains every field of a feature and names files that exist", () => {
  const page = architecturePage();
  for (const field of ["enabled", "operations", "stages", "eraseAccount", "links"])
    expect(page).toMatch(new RegExp(`^\\| \`${field}\` \\| \\S.*\\|$`, "m"));
  expect(page.split("\n").length).toBeLessThanOrEqual(200);
  const named = [...page.matchAll(/`((?:src|core|platform|scripts)\/[\w./-]+)`/g)].map(
    ([, path]) => path ?? "",
  );
  const missing = named.filter((path) => !existsSync(path) && !existsSync(join("src", path)));
  expect(named.length).toBeGreaterThan(15);
  expect(missing).toEqual([]);
});
