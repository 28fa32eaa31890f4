/** Longer than any browser's. The rest is not read. */
const MOST_CHARACTERS = 512;
const MOST_RANGES = 20;

/** A language range with its weight (RFC 9110, 12.5.4 and 12.4.2; RFC 4647, 2.1). */
const RANGE = /^(\*|[a-z]{1,8}(?:-[a-z0-9]{1,8}){0,7})(?:[ \t]*;[ \t]*q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?))?$/;

interface Range {
  tag: string;
  quality: number;
  /** Its place in the header. It decides between equal weights. */
  place: number;
}

/** Malformed parts are dropped, and so is the last part of a cut header. */
function readRanges(header: string): Range[] {
  const cut = header.length > MOST_CHARACTERS;
  const parts = header.slice(0, MOST_CHARACTERS).toLowerCase().split(",", MOST_RANGES);
  if (cut && parts.length < MOST_RANGES) parts.pop();
  return parts.flatMap((part, place) => {
    const match = RANGE.exec(part.trim());
    return match === null ? [] : [{ tag: match[1] as string, quality: Number(match[2] ?? 1), place }];
  });
}

/** How closely a range names a language: the number of characters, 1 for `*`, 0 for no match. */
function closeness(range: string, language: string): number {
  if (range === "*") return 1;
  if (range === language || language.startsWith(`${range}-`)) return range.length;
  // "de-at" is served by "de" (RFC 4647, 3.4).
  return range.startsWith(`${language}-`) ? language.length : 0;
}

/** The range that decides about a language: the closest one, and of equals the one with the highest weight. */
function deciding(language: string, ranges: readonly Range[]): Range | undefined {
  let best = 0;
  let chosen: Range | undefined;
  for (const range of ranges) {
    const close = closeness(range.tag, language);
    // "de-at;q=0" refuses Austria's German, not German.
    if (close === 0 || (range.quality === 0 && range.tag.length > language.length)) continue;
    if (close > best || (close === best && range.quality > (chosen?.quality ?? 0))) chosen = range;
    best = Math.max(best, close);
  }
  return chosen;
}

const isBefore = (one: Range, other: Range): boolean =>
  one.quality > other.quality || (one.quality === other.quality && one.place < other.place);

/**
 * The best of the available languages for an `Accept-Language` header; of equal ones the one that the header names
 * first. Null if it wants none. The client chooses the header, so it is read up to a length, and no part of it is
 * returned.
 */
export function chooseLocale(acceptLanguage: string | null, available: readonly string[]): string | null {
  if (acceptLanguage === null) return null;
  const ranges = readRanges(acceptLanguage);
  let chosen: string | null = null;
  let best: Range | undefined;
  for (const language of available) {
    const range = deciding(language.toLowerCase(), ranges);
    if (range === undefined || range.quality === 0) continue;
    if (best !== undefined && !isBefore(range, best)) continue;
    [chosen, best] = [language, range];
  }
  return chosen;
}
