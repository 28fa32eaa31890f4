/**
 * Checks the catalogues of words. Each `english.ts` has a translation with the same texts beside it. No text is unused,
 * and no sentence of a page is outside a catalogue. Comments, test titles, messages and docs follow the rule of style
 * in CONTRIBUTING.md. Run as `node scripts/check-words.ts`; `--enforce` fails if it finds a fault.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { globFiles, sourceFiles } from "./source-files.ts";
import { styleFaults } from "./style.ts";
import { differences, readCatalogue } from "./words-catalogue.ts";
import { findSentences } from "./words-sentences.ts";
import { readUses, unusedLeaves } from "./words-uses.ts";

const LANGUAGES = ["german"];
const CATALOGUE = new RegExp(`/(?:english|${LANGUAGES.join("|")})(?:\\.ts|/[^/]+\\.ts)$`);
const ENGLISH = /\/english(?:\.ts|\/[^/]+\.ts)$/;

/** Files in which every string counts, and files in which only html`…` templates count. */
const PAGES = /^src\/(?:features\/[^/]+\/pages|core\/requests\/[^/]+)\.ts$/;
const TEMPLATES = /^src\/platform\/html\/[^/]+\.ts$/;

/** Files whose prose follows the rule of style. The coverage quotes titles and rows. */
const PROSE = ["{app,bench,examples,scripts,src,tests}/**/*.{ts,tsx,js,md}", "docs/*.md", "*.md"];
const NO_PROSE = /\.generated\.|\/node_modules\/|\/(?:english|german)(?:\.ts|\/[^/]+\.ts)$/;

/** One sentence for each fault of a project's words, by kind. */
export interface WordReport {
  readonly translations: readonly string[];
  readonly unused: readonly string[];
  readonly sentences: readonly string[];
  readonly style: readonly string[];
}

/** Checks every `english.ts`, and every file of a folder `english`, below `src/` of a project, and its prose. */
export function checkWords(root: string): WordReport {
  const read = (file: string) => readFileSync(join(root, file), "utf8");
  const files = sourceFiles(root, "src");
  const catalogues = files
    .filter((file) => ENGLISH.test(file))
    .map((file) => ({ file, leaves: readCatalogue(file, read(file)) }));
  const uses = files.filter((file) => !CATALOGUE.test(file)).map((file) => readUses(file, read(file)));

  const translations = catalogues.flatMap(({ file, leaves }) =>
    LANGUAGES.flatMap((language) => {
      if (leaves.length === 0) return [];
      const other = file.replace(/english(?=\.ts$|\/[^/]+$)/, language);
      if (!existsSync(join(root, other))) return [`${other} is missing: it translates ${file}`];
      return differences(leaves, readCatalogue(other, read(other))).map((what) => `${other}: ${what}`);
    }),
  );
  const unused = catalogues.flatMap(({ file, leaves }) =>
    unusedLeaves(file, leaves, uses).map(({ path }) => `${file}: nothing uses ${path.join(".")}`),
  );
  const sentences = [
    ...files
      .filter((file) => PAGES.test(file))
      .flatMap((file) => inWords(file, findSentences(file, read(file)))),
    ...files
      .filter((file) => TEMPLATES.test(file))
      .flatMap((file) => inWords(file, findSentences(file, read(file), true))),
  ];
  const style = PROSE.flatMap((pattern) => globFiles(root, pattern))
    .filter((file) => !NO_PROSE.test(file))
    .flatMap((file) => styleFaults(file, read(file)));
  return { translations, unused, sentences, style };
}

function inWords(file: string, found: ReturnType<typeof findSentences>): string[] {
  return found.map(({ line, text }) => `${file}:${line} belongs in a catalogue: "${text}"`);
}

if (import.meta.main) {
  const { translations, unused, sentences, style } = checkWords(join(import.meta.dirname, ".."));
  const faults = [...translations, ...unused, ...sentences, ...style];
  for (const line of faults) console.log(line);
  console.log(
    `${translations.length} differences of translations, ${unused.length} unused texts, ${sentences.length} sentences outside, ${style.length} faults of style.`,
  );
  if (process.argv.includes("--enforce") && faults.length > 0) process.exitCode = 1;
}
