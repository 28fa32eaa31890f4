import { type Passage, readProse } from "./prose.ts";

const MOST_WORDS = 20;

/** Phrases that a native engineer wouldn't write, each with what to write instead. */
const DIALECT: readonly (readonly [RegExp, string])[] = [
  [
    /\bthere(?:'s| is| are| was| were) (?:no|nothing)\b|\bthere (?:isn't|aren't) (?:a|an|any)\b/i,
    "say what is missing",
  ],
  [/\b(?:is|are|was|were|be) over(?=[.,;:]|$| (?:already|and|once|that|when)\b)/i, '"expired" or "ended"'],
  [/\bwh(?:o|om|at|ich)soever\b|\bwho(?:m)?ever\b/i, "name the thing"],
  [/\b(?:no|some|any)body\b/i, "name the thing"],
  [/\bone(?:'s own\b|self\b)/i, "name the thing"],
  [/\banew\b|\bafresh\b/i, '"again"'],
  [/\bso long as\b/i, '"while" or "if"'],
  [/\bfor good\b/i, '"permanently"'],
  [/\byield(?:s|ed)?\b/i, '"returns" or "results in"'],
  [/\btells?\b|\btold\b/i, '"reports", "names" or "reveals"'],
  [
    /(?<!\bthere )\b(?:is|are|was|were|be) no (?!longer\b|more\b|later\b|earlier\b|older\b|newer\b|higher\b)/i,
    '"isn\'t a"',
  ],
  [/\bas ever\b|\bfor ever\b/i, '"always" or "forever"'],
  [/\bof (?:theirs|(?:its|their|your|our) own(?=[.,;:]|$))/i, '"own" or "separate" before the noun'],
  [/\bg(?:o|oes|oing) on\b|\bwent on\b/i, '"continues"'],
  [/\bhears? of\b/i, '"gets a notice of"'],
  [/\ball the same\b|\bnone the less\b/i, '"still"'],
  [/\bbe(?:longs?|longed) into\b/i, '"belongs in"'],
  [/(?:^|[.;,] )where (?:there|no|one|a|an|the|it|that|this)\b/i, '"if" or "when"'],
];

/** The sentences of a file that break the rule of CONTRIBUTING.md ("How we write"), each with its place. */
export function styleFaults(file: string, text: string): string[] {
  return readProse(file, text).flatMap((passage) =>
    faultsOf(passage).map(({ sentence, fault }) => `${file}:${passage.line} ${fault}: "${sentence}"`),
  );
}

function faultsOf({ kind, text }: Passage): { sentence: string; fault: string }[] {
  return sentences(text).flatMap((sentence) => {
    const plain = withoutQuotes(sentence);
    const faults = DIALECT.filter(([phrase]) => phrase.test(plain)).map(([, instead]) => `write ${instead}`);
    const words = plain.split(/\s+/).filter((word) => /\p{L}/u.test(word)).length;
    if (words > MOST_WORDS && (kind === "comment" || kind === "title"))
      faults.push(`${words} words are too many`);
    return faults.map((fault) => ({ sentence, fault }));
  });
}

function sentences(text: string): string[] {
  return text.split(/(?<=[.?!:;])["')]?\s+(?=[\p{Lu}`"(*[])/u).filter((sentence) => sentence.trim() !== "");
}

/** Without code and quotations: they follow other rules. */
function withoutQuotes(text: string): string {
  return text
    .replace(/`[^`]*`/g, "")
    .replace(/"[^"]*"/g, "")
    .replace(/\]\([^)]*\)/g, "]");
}
