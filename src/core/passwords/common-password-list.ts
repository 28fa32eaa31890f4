import { brotliDecompressSync } from "node:zlib";

/** A set of ASCII words in one sorted block of bytes. It takes a tenth of the memory of a `Set` of strings. */
export interface WordList {
  has(word: string): boolean;
  /** All words in order; for tests and tools. */
  words(): string[];
  readonly longest: number;
}

const newline = 0x0a;
let loaded: Promise<WordList> | undefined;

/** The list of common passwords and words. The first call reads it from the package and keeps it. No network. */
export function loadCommonPasswordList(): Promise<WordList> {
  loaded ??= import("./common-passwords.generated.ts").then((module) => unpackWordList(module.packedWords));
  return loaded;
}

/**
 * Front coding, then brotli, then base64: each word is one byte `1 + (characters shared with the word before)` and the
 * rest of the word. Words hold only U+0021 to U+007E and share at most 30 characters, so that byte starts a word.
 */
export function frontCode(sortedWords: readonly string[]): Buffer {
  let previous = "";
  let text = "";
  for (const word of sortedWords) {
    let shared = 0;
    while (shared < 30 && shared < word.length && word[shared] === previous[shared]) shared += 1;
    text += String.fromCharCode(shared + 1) + word.slice(shared);
    previous = word;
  }
  return Buffer.from(text, "latin1");
}

/** Reads what `frontCode` wrote, brotli-compressed and in base64. */
export function unpackWordList(packed: string): WordList {
  const coded = brotliDecompressSync(Buffer.from(packed, "base64"));
  const word = Buffer.alloc(64);
  let block = Buffer.alloc(coded.length * 4);
  let length = 0;
  let filled = 0;
  let longest = 0;
  const finishWord = () => {
    if (filled + length + 1 > block.length) block = Buffer.concat([block], block.length * 2);
    word.copy(block, filled, 0, length);
    filled += length;
    block[filled] = newline;
    filled += 1;
    if (length > longest) longest = length;
  };
  for (let at = 0; at < coded.length; at += 1) {
    const byte = coded[at]!;
    if (byte > 0x20) {
      word[length] = byte;
      length += 1;
      continue;
    }
    if (at > 0) finishWord();
    length = byte - 1;
  }
  if (coded.length > 0) finishWord();
  // Copied, so that the generous working block can be freed.
  return searchable(Buffer.from(block.subarray(0, filled)), longest);
}

function searchable(block: Buffer, longest: number): WordList {
  return {
    longest,
    words: () => block.toString("latin1").split("\n").slice(0, -1),
    has(word) {
      if (word.length === 0 || word.length > longest || !/^[\x21-\x7e]+$/.test(word)) return false;
      const wanted = Buffer.from(word, "latin1");
      let low = 0;
      let high = block.length;
      while (low < high) {
        // `low` and `high` are always at the start of a word, or at the end of the block.
        const middle = (low + high) >> 1;
        const start = middle === 0 ? 0 : block.lastIndexOf(newline, middle - 1) + 1;
        const end = block.indexOf(newline, middle);
        const order = block.compare(wanted, 0, wanted.length, start, end);
        if (order === 0) return true;
        if (order < 0) low = end + 1;
        else high = start;
      }
      return false;
    },
  };
}
