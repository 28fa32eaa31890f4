import { loadCommonPasswordList, type WordList } from "./common-password-list.ts";
import { isPlainPadding, isPredictable, repeatedUnit, splitRuns } from "./predictable-text.ts";

/**
 * Whether a password is on the offline list of common passwords and words, or a plain derivative of an entry. The whole
 * password counts; case doesn't (ASVS 6.2.4, NIST SP 800-63B-4 3.1.1.2):
 *
 * - an entry (`hello123`), also with the usual substitutions (`p@ssw0rd`)
 * - an entry or up to four characters repeated (`passwordpassword`, `abcabcabcabc`)
 * - sequences and keyboard walks, also backwards (`123456789012345`, `qwertyuiopasdfghjkl`)
 * - one of these between digits and punctuation (`password2026!!!`)
 *
 * A phrase that merely contains common words is not common. Derivatives are looked for in printable ASCII only. The
 * first call loads the list; nothing leaves the machine.
 */
export async function isCommonPassword(password: string): Promise<boolean> {
  const list = await loadCommonPasswordList();
  const text = password.normalize("NFC").toLowerCase();
  if (!/^[\x20-\x7e]+$/.test(text)) return false;
  return isCommonCore(text, list) || isPaddedCore(text, list);
}

function isCommonCore(text: string, list: WordList): boolean {
  if (isEntry(text, list) || isPredictable(text)) return true;
  const unit = repeatedUnit(text);
  return unit !== undefined && unit !== text && (isEntry(unit, list) || isPaddedCore(unit, list));
}

function isEntry(text: string, list: WordList): boolean {
  if (list.has(text)) return true;
  if (text.length < 5 || text.length > list.longest) return false;
  return undoSubstitutions(text).some((candidate) => candidate !== text && list.has(candidate));
}

function isPaddedCore(text: string, list: WordList): boolean {
  const before = /^[^a-z]*/.exec(text)![0].length;
  if (before === text.length) return isPlainNumber(text, list);
  const after = /[^a-z]*$/.exec(text)![0].length;
  const end = text.length - after;
  if (isCommonCore(text.slice(before, end), list) && isPlainPadding(text.slice(0, before), text.slice(end))) {
    return true;
  }
  // The entry may itself begin or end with digits or punctuation: `abc123!!`, `@dm1n2026`.
  for (let from = before; from >= 0 && end - from <= list.longest; from -= 1) {
    for (let to = end; to <= text.length && to - from <= list.longest; to += 1) {
      if (isEntry(text.slice(from, to), list) && isPlainPadding(text.slice(0, from), text.slice(to)))
        return true;
    }
  }
  return false;
}

// Without any letter: `123456!!!`, `2026-2026`, `11111111.`
function isPlainNumber(text: string, list: WordList): boolean {
  const runs = splitRuns(text);
  if (runs.length > 3) return false;
  return runs.every((run) => isPredictable(run) || list.has(run) || (run.length <= 2 && !/[0-9]/.test(run)));
}

const substitutions: Record<string, string> = {
  "0": "o",
  "3": "e",
  "4": "a",
  "5": "s",
  "7": "t",
  "8": "b",
  "@": "a",
  $: "s",
};

// A one and an exclamation mark replace either letter.
function undoSubstitutions(text: string): string[] {
  if (!/[a-z]/.test(text)) return [];
  const plain = text.replace(/[034578@$]/g, (character) => substitutions[character]!);
  return [plain.replace(/[1!]/g, "i"), plain.replace(/[1!]/g, "l")];
}
