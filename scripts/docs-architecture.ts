import { readFileSync } from "node:fs";
import { join } from "node:path";
import { readInterface } from "./docs-declarations.ts";
import { ROOT } from "./run-tool.ts";

/** For fields whose name says it all in the source. */
const plain: Readonly<Record<string, string>> = {
  links: "Links to its pages, on the login page and in the account centre.",
  limits: "Budgets and lifetimes that `explain` shows.",
};

const MARKER = "<!-- fields -->";

/** How the library is built: a text, and the fields of a feature's declaration with their doc comments. */
export function architecturePage(): string {
  const text = readFileSync(join(ROOT, "scripts/docs-architecture.text.md"), "utf8");
  if (!text.includes(MARKER)) throw new Error(`docs-architecture.text.md has no ${MARKER}.`);
  const source = readFileSync(join(ROOT, "src/core/feature/feature.ts"), "utf8");
  const rows = readInterface(source, "FeatureDeclaration", { methods: true })
    .filter(({ path }) => !path.includes("."))
    .map(({ path, comment }) => {
      const meaning = comment === "" ? plain[path] : comment;
      if (meaning === undefined)
        throw new Error(`FeatureDeclaration.${path} has no doc comment for the docs.`);
      return `| \`${path}\` | ${meaning.replaceAll("|", "\\|")} |`;
    });
  return text.replace(MARKER, () => `| field | what it is |\n| --- | --- |\n${rows.join("\n")}`);
}
