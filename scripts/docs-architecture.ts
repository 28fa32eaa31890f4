import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./run-tool.ts";
import { keyName, parse, walk } from "./syntax.ts";

/** For fields that need no comment in the source. */
const plain: Readonly<Record<string, string>> = {
  links: "Links to its pages, on the login page and in the account centre.",
  limits: "Budgets and lifetimes that `explain` shows.",
};

const MARKER = "<!-- fields -->";

const SOURCE = "src/core/feature/feature.ts";

/** The fields of `FeatureDeclaration` with the doc comments before them. */
function readFields(): (readonly [name: string, comment: string])[] {
  const { program, comments, text } = parse(SOURCE, readFileSync(join(ROOT, SOURCE), "utf8"));
  const fields: (readonly [string, string])[] = [];
  walk(program, (node) => {
    if (node.type !== "TSInterfaceDeclaration" || node.id.name !== "FeatureDeclaration") return;
    let before = node.body.start;
    for (const member of node.body.body) {
      if (member.type !== "TSPropertySignature" && member.type !== "TSMethodSignature")
        throw new Error(
          `This part of FeatureDeclaration has no name: ${text.slice(member.start, member.end)}`,
        );
      const said = comments.find(({ start, end }) => start >= before && end <= member.start)?.value ?? "";
      const comment = said
        .replace(/^\*|\n\s*\*/g, " ")
        .replace(/\s+/g, " ")
        .trim();
      fields.push([keyName(member.key, member.computed) ?? "", comment]);
      before = member.end;
    }
  });
  return fields;
}

/** docs/architecture.md: a text, and the fields of a feature's declaration with their doc comments. */
export function architecturePage(): string {
  const text = readFileSync(join(ROOT, "scripts/docs-architecture.text.md"), "utf8");
  if (!text.includes(MARKER)) throw new Error(`docs-architecture.text.md has no ${MARKER}.`);
  const rows = readFields().map(([path, comment]) => {
    const meaning = comment === "" ? plain[path] : comment;
    if (meaning === undefined) throw new Error(`FeatureDeclaration.${path} has no doc comment for the docs.`);
    return `| \`${path}\` | ${meaning.replaceAll("|", "\\|")} |`;
  });
  return text.replace(MARKER, () => `| field | what it is |\n| --- | --- |\n${rows.join("\n")}`);
}
