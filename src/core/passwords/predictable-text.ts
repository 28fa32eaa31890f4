/**
 * Text that can be guessed without a list: repetitions, sequences and keyboard walks. Every function here expects lower
 * case and judges printable ASCII only. Lists of leaked passwords say little about emoji and other scripts.
 */

// Digits and letters wrap around (…8 9 0 1…), so they are written twice. Keyboard lines don't.
const lines = [
  "01234567890123456789",
  "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz",
  "13579",
  "24680",
  "`1234567890-=",
  "~!@#$%^&*()_+",
  "qwertyuiop[]\\",
  "asdfghjkl;'",
  "zxcvbnm,./",
  "qwertzuiop",
  "yxcvbnm,.-",
  "azertyuiop",
  "qsdfghjklm",
  "wxcvbn",
  "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik,9ol.0p;/",
  "qazwsxedcrfvtgbyhnujmikolp",
  "1q2w3e4r5t6y7u8i9o0p",
  "q1w2e3r4t5y6u7i8o9p0",
  "1a2b3c4d5e6f7g8h9i",
  "a1b2c3d4e5f6g7h8i9",
  "qweasdzxc",
  "147258369",
  "789456123",
];
const walks = [...lines, ...lines.map((line) => [...line].reverse().join(""))];
const shortestPiece = 3;
const longestRepeatedUnit = 4;

/**
 * The positions of each shortest piece in the lines. Attackers decide how many texts are judged, so look-ups must be
 * cheap.
 */
const places = new Map<string, { line: string; at: number }[]>();
for (const line of walks) {
  for (let at = 0; at + shortestPiece <= line.length; at += 1) {
    const piece = line.slice(at, at + shortestPiece);
    places.set(piece, [...(places.get(piece) ?? []), { line, at }]);
  }
}

/** True for repetitions of at most four characters and for texts made of walks only (`qwertyuiopasdfghjkl`). */
export function isPredictable(text: string): boolean {
  if (text.length < shortestPiece) return false;
  const period = smallestPeriod(text);
  return (period <= longestRepeatedUnit && text.length >= 2 * period) || isMadeOfWalks(text);
}

/** The unit that the text repeats; the last one may be cut (`passwordpasswor` → `password`). */
export function repeatedUnit(text: string): string | undefined {
  const period = smallestPeriod(text);
  return text.length >= 1.5 * period ? text.slice(0, period) : undefined;
}

/**
 * Whether digits and punctuation around a word add next to nothing. True up to eight characters (a year, a date,
 * `!!!`), and for longer plain runs such as `1234567890` or `2026!!!!!!!`. Thirteen random digits do add something.
 */
export function isPlainPadding(before: string, after: string): boolean {
  if (before.length + after.length <= 8) return true;
  const runs = [...splitRuns(before), ...splitRuns(after)];
  return runs.length <= 3 && runs.every((run) => run.length <= 4 || isPredictable(run));
}

/** Runs of digits and runs of everything else, in order. */
export function splitRuns(text: string): string[] {
  return text.match(/[0-9]+|[^0-9]+/g) ?? [];
}

function isMadeOfWalks(text: string): boolean {
  const reachable = new Set([0]);
  for (let start = 0; start < text.length; start += 1) {
    if (!reachable.has(start)) continue;
    const longest = Math.max(lengthOfWalk(text, start), lengthOfRun(text, start));
    for (let length = shortestPiece; length <= longest; length += 1) reachable.add(start + length);
  }
  return reachable.has(text.length);
}

/** How many characters from here on follow one of the lines; 1 if fewer than the shortest piece do. */
function lengthOfWalk(text: string, start: number): number {
  let longest = 1;
  for (const { line, at } of places.get(text.slice(start, start + shortestPiece)) ?? []) {
    let length = shortestPiece;
    while (start + length < text.length && text[start + length] === line[at + length]) length += 1;
    longest = Math.max(longest, length);
  }
  return longest;
}

/** How often the character here is repeated. */
function lengthOfRun(text: string, start: number): number {
  let length = 1;
  while (text[start + length] === text[start]) length += 1;
  return length;
}

// The prefix function of Knuth, Morris and Pratt: a text of 256 characters costs some hundred steps.
function smallestPeriod(text: string): number {
  const border = [0];
  for (let at = 1, matched = 0; at < text.length; at += 1) {
    while (matched > 0 && text[at] !== text[matched]) matched = border[matched - 1]!;
    if (text[at] === text[matched]) matched += 1;
    border.push(matched);
  }
  return text.length - border[text.length - 1]!;
}
