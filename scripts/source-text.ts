/** A string or template literal found in source text. `value` is the text between the quotes, as written. */
export interface Literal {
  /** Offset of the opening quote. */
  readonly start: number;
  readonly quote: '"' | "'" | "`";
  readonly value: string;
}

/** Source text with everything that is not code blanked out, at unchanged offsets, and its literals. */
export interface SourceText {
  readonly code: string;
  readonly literals: readonly Literal[];
}

const WORD = /[\w$]/;
const BEFORE_REGEX_WORD = /^(?:return|typeof|case|in|of|delete|void|throw|new|do|else|yield|await)$/;

/**
 * Reads TypeScript or TSX and blanks comments, regular expressions and the insides of strings with spaces, so
 * that patterns over `code` can't be fooled by them. Offsets and line breaks stay. Code inside `${…}` stays code.
 * It is a scanner, not a parser: TypeScript 7 has no parser to import, and adding one for two checks isn't worth it.
 */
export function readSource(text: string): SourceText {
  const code = text.split("");
  const literals: Literal[] = [];
  // One entry per open template: how many braces are open inside its current `${…}`.
  const templates: { start: number; braces: number }[] = [];
  let previous = "";
  let word = "";
  let at = 0;

  const blank = (from: number, to: number) => {
    for (let index = from; index < to; index++) if (code[index] !== "\n") code[index] = " ";
  };

  const readTemplate = (from: number, start: number) => {
    let index = from;
    while (index < text.length) {
      if (text[index] === "\\") index += 2;
      else if (text[index] === "`") {
        blank(from, index);
        literals.push({ start, quote: "`", value: text.slice(start + 1, index) });
        previous = "`";
        return index + 1;
      } else if (text[index] === "$" && text[index + 1] === "{") {
        blank(from, index);
        templates.push({ start, braces: 0 });
        previous = "{";
        return index + 2;
      } else index++;
    }
    blank(from, text.length);
    return text.length;
  };

  while (at < text.length) {
    const character = text[at]!;
    const pair = text.slice(at, at + 2);

    if (pair === "//" || pair === "/*") {
      const end = pair === "//" ? text.indexOf("\n", at) : text.indexOf("*/", at + 2) + 2;
      const stop = end < at + 2 ? text.length : end;
      blank(at, stop);
      at = stop;
    } else if (character === '"' || character === "'") {
      const end = endOfString(text, at, character);
      blank(at + 1, end);
      literals.push({ start: at, quote: character, value: text.slice(at + 1, end) });
      previous = character;
      word = "";
      at = end + 1;
    } else if (character === "`") {
      word = "";
      at = readTemplate(at + 1, at);
    } else if (character === "/" && startsRegex(previous, word)) {
      const end = endOfRegex(text, at);
      if (end !== undefined) blank(at, end);
      previous = "/";
      word = "";
      at = end ?? at + 1;
    } else {
      const template = templates.at(-1);
      if (template && character === "{") template.braces++;
      if (template && character === "}") {
        if (template.braces === 0) {
          templates.pop();
          at = readTemplate(at + 1, template.start);
          word = "";
          continue;
        }
        template.braces--;
      }
      if (WORD.test(character)) {
        word = WORD.test(text[at - 1] ?? "") ? word + character : character;
        previous = character;
      } else if (character.trim() !== "") {
        word = "";
        previous = character;
      }
      at++;
    }
  }
  return { code: code.join(""), literals };
}

/** The 1-based line of an offset. */
export function lineAt(text: string, offset: number): number {
  let line = 1;
  for (let index = text.indexOf("\n"); index !== -1 && index < offset; index = text.indexOf("\n", index + 1))
    line++;
  return line;
}

function endOfString(text: string, start: number, quote: string): number {
  for (let index = start + 1; index < text.length; index++) {
    if (text[index] === "\\") index++;
    // A lone apostrophe in JSX text ends with its line.
    else if (text[index] === quote || text[index] === "\n") return index;
  }
  return text.length;
}

function startsRegex(previous: string, word: string): boolean {
  if (word !== "") return BEFORE_REGEX_WORD.test(word);
  // After "<" it is a JSX closing tag; after a value or a closing bracket it divides.
  return previous === "" || "(,=:[!&|?{};+-*%>~^".includes(previous);
}

function endOfRegex(text: string, start: number): number | undefined {
  let inClass = false;
  for (let index = start + 1; index < text.length && text[index] !== "\n"; index++) {
    if (text[index] === "\\") index++;
    else if (text[index] === "[") inClass = true;
    else if (text[index] === "]") inClass = false;
    else if (text[index] === "/" && !inClass) return index + 1;
  }
  return undefined;
}
