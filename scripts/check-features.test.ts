import { describe, expect, it } from "vitest";
import { readFeatures, renderFeatures } from "./check-features.ts";
import { madeUpTree } from "./made-up-tree.ts";

const feature = {
  "src/features/mail-login/index.ts": 'export const mailLogin = { secret: "mail_login" };\n',
  "src/features/mail-login/mail-login.test.ts": "export {};\n",
  "src/features/login/index.ts": "export const login = 1;\n",
};

function outside(files: Record<string, string>, name = "mail-login") {
  return readFeatures(madeUpTree({ ...feature, ...files })).find((each) => each.name === name)?.outside;
}

describe("readFeatures", () => {
  it("readFeatures counts own files and lines without tests", () => {
    const [, mailLogin] = readFeatures(madeUpTree(feature));
    expect(mailLogin).toEqual({ name: "mail-login", files: 1, lines: 1, outside: [], usedBy: [] });
  });

  it("readFeatures finds no features without their folder", () => {
    expect(readFeatures(madeUpTree({ "src/index.ts": "export {};\n" }))).toEqual([]);
  });

  it.each([
    ["an import", 'import { x } from "./features/mail-login/index.ts";'],
    ["a type import", 'import type { X } from "./features/mail-login/index.ts";'],
    ["an identifier", "const mailLogin = 1;"],
    ["a longer identifier", "confirmMailLogin();"],
    ["a type", "let a: MailLoginInput;"],
    ["a property", "a.mailLogin = 1;"],
    ["a key of an object", "const a = { mail_login: 1 };"],
    ["a string", 'const a = "authn_mail_login_requested";'],
    ["a path", 'const a = "/mail-login/confirm";'],
    ["SQL", "const a = `SELECT id FROM mail_logins`;"],
    ["a constant", "const MAIL_LOGIN_LIMIT = 1;"],
  ])("readFeatures counts %s outside the folder", (_what, text) => {
    expect(outside({ "src/auth.ts": `${text}\n` })).toEqual(["src/auth.ts"]);
  });

  it.each([
    ["a comment", "// mailLogin and /mail-login\nconst a = 1;"],
    ["separate words", 'const a = "mail login";'],
    ["a part of a word", "const email_logins = 1;"],
  ])("readFeatures doesn't count %s", (_what, text) => {
    expect(outside({ "src/auth.ts": `${text}\n` })).toEqual([]);
  });

  it.each([
    ["a refusal", "refusals: { other_browser: 403 }", 'throw new Refusal("other_browser");', true],
    ["a secret", "secrets: { way_in: {} }", "const a = { way_in: 1 };", true],
    ["a key", 'keys: ["code-key"]', 'keys.for("code-key");', true],
    ["another spelling", "secrets: { way_in: {} }", "wayIn();", false],
    ["a name of one word", "secrets: { undo: {} }", "undo();", false],
    ["a name of another group", "routes: { way_in: 1 }", 'f("way_in");', false],
  ])("readFeatures counts a name that the feature declares: %s", (_what, group, text, counts) => {
    const declared = `export const mailLogin = feature("mail-login", { ${group} });\n`;
    const files = { "src/features/mail-login/feature.ts": declared, "src/core/a.ts": `${text}\n` };
    expect(outside(files)).toEqual(counts ? ["src/core/a.ts"] : []);
  });

  it("readFeatures doesn't count src/features.ts, tests, or files outside src", () => {
    const text = 'import { mailLogin } from "./features/mail-login/index.ts";\n';
    expect(outside({ "src/features.ts": text, "src/auth.test.ts": text, "app/main.ts": text })).toEqual([]);
  });

  it("readFeatures counts a feature of one word by imports only", () => {
    const imports = 'import { login } from "./features/login/index.ts";\n';
    expect(outside({ "src/a.ts": "login();\n", "src/b.ts": imports }, "login")).toEqual(["src/b.ts"]);
  });

  it("readFeatures separates imports of index.ts from imports of inner files", () => {
    const index = 'import { mailLogin } from "../mail-login/index.ts";\n';
    const inside = 'import { mailLogin } from "../mail-login/queries.ts";\n';
    const files = { "src/features/login/pages.ts": index, "src/features/undo/undo.ts": inside };
    const [, mailLogin] = readFeatures(madeUpTree({ ...feature, ...files }));
    expect(mailLogin).toMatchObject({ usedBy: ["login"], outside: ["src/features/undo/undo.ts"] });
  });

  it("readFeatures counts a feature that names another without building on it", () => {
    const files = { "src/features/login/pages.ts": "show(words.mailLogin);\n" };
    expect(outside(files)).toEqual(["src/features/login/pages.ts"]);
  });
});

describe("renderFeatures", () => {
  it("renderFeatures has a line for each feature", () => {
    const files = {
      "src/auth.ts": "mailLogin();\n",
      "src/features/login/pages.ts": 'import "../mail-login/index.ts";\n',
    };
    const table = renderFeatures(readFeatures(madeUpTree({ ...feature, ...files })));
    expect(table).toMatch(/^login +2 +2 +0$/m);
    expect(table).toMatch(/^mail-login +1 +1 +1 {2}login$/m);
  });
});
