import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join, relative, sep } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, expect, test } from "vitest";
import type { Feature } from "../src/core/feature/index.ts";
import { features } from "../src/features.ts";
import { createSite } from "../tests/support/site.ts";
import { ROOT, runNode, toolPath } from "./run-tool.ts";

/** CONTRIBUTING.md builds a whole feature. The test writes its code to a folder and uses it. */
const block = /^```ts\n\/\/ src\/features\/nickname\/(\S+)\n([\s\S]*?)^```/gm;

mkdirSync(join(ROOT, ".cache"), { recursive: true });
const folder = mkdtempSync(join(ROOT, ".cache", "recipe-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function writeRecipe(): string[] {
  const text = readFileSync(join(ROOT, "CONTRIBUTING.md"), "utf8").replaceAll("\r\n", "\n");
  const toRoot = relative(folder, ROOT).split(sep).join("/");
  return [...text.matchAll(block)].map(([, name = "", code = ""]) => {
    const moved = code.replace(
      /"((?:\.\.\/){2,3})/g,
      (_, up: string) => `"${toRoot}/${up.length > 6 ? "" : "src/"}`,
    );
    writeFileSync(join(folder, name), moved);
    return name;
  });
}

const written = writeRecipe();

test("the recipe for a feature has every file of a feature's folder", () => {
  const usual = ["english.ts", "feature.ts", "german.ts", "index.ts", "migrations.ts", "nickname.test.ts"];
  expect([...written].sort()).toEqual([...usual, "pages.ts", "queries.ts", "routes.ts", "set-nickname.ts"]);
});

test("the recipe for a feature has no type error", () => {
  const settings = {
    extends: join(ROOT, "tsconfig.json"),
    compilerOptions: { typeRoots: [join(ROOT, "node_modules", "@types")] },
    include: [join(folder, "*.ts"), join(ROOT, "src", "*.ts")],
    exclude: [],
  };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(settings));
  const { code, output } = runNode([toolPath("typescript", "tsc"), "--noEmit", "-p", folder], {
    quiet: true,
  });
  expect([code, output]).toEqual([0, ""]);
}, 60_000);

test("the recipe for a feature imports only what rooms offer", () => {
  for (const file of globSync(join(folder, "*.ts"))) {
    const inner = [...readFileSync(file, "utf8").matchAll(/from "(\.\.\/[^"]+)"/g)].map(([, path]) => path);
    expect([basename(file), inner.filter((path) => !/\/(index|site)\.ts$/.test(path ?? ""))]).toEqual([
      basename(file),
      [],
    ]);
  }
});

test("the recipe's feature shows its page, saves, exports and speaks German", async () => {
  const { nickname } = (await import(pathToFileURL(join(folder, "index.ts")).href)) as { nickname: Feature };
  // A copy of the recipe may be in the list already.
  if (!features.some(({ name }) => name === nickname.name)) (features as Feature[]).push(nickname);
  const site = createSite({ locales: ["en", "de"] });
  const anna = await site.signedIn("anna@example.org");
  const answer = await anna.submitForm("/account/nickname", { nickname: "Annie" });
  expect([answer.status, answer.location]).toEqual([303, "/account"]);
  expect((await anna.get("/account/nickname")).text).toContain('value="Annie"');
  expect((await anna.postForm("/account/export")).text).toContain('"nickname":"Annie"');
  const berta = await site.signedIn("berta@example.org");
  const page = await berta.send("GET", "/account/nickname", { headers: { "accept-language": "de" } });
  expect(page.text).toContain("Dein Spitzname");
  await site.close();
});
