import { checkCharacters, DANGEROUS_KEYS, type Fields, malformed } from "./body-error.ts";

const MAXIMUM_DEPTH = 32;

/**
 * A flat JSON object: its values are strings, numbers, booleans, null and lists of strings. With `nested` they may be
 * anything, at most 32 levels deep. Keys that reach into prototypes are dropped at every depth.
 *
 * Throws BodyError `malformed_body` for anything else, for a byte order mark, and for NUL or lone surrogates in a
 * string. The same for a key given twice in one object: two readers could each see another value.
 */
export function parseJson(text: string, nested = false): Fields {
  checkCharacters(text);
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    // The parser's own message quotes the body, which may hold a password.
    throw malformed("The body is not valid JSON.");
  }
  if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) {
    throw malformed("The body must be a JSON object.");
  }
  if (!nested && !Object.values(parsed).every(isFlat)) {
    throw malformed("A value of the body must be a text, a number, true, false, null or a list of texts.");
  }
  // The parser keeps one member of each name and hides the others.
  if (cleanMembers(parsed, MAXIMUM_DEPTH) !== countColons(text)) throw malformed("The JSON has a key twice.");
  return Object.assign(Object.create(null), parsed);
}

function isFlat(value: unknown): boolean {
  if (Array.isArray(value)) return value.every((item) => typeof item === "string");
  return typeof value !== "object" || value === null;
}

/** Checks the strings of a parsed value and drops dangerous keys. Returns how many members its objects had. */
function cleanMembers(value: unknown, depth: number): number {
  if (typeof value === "string") checkCharacters(value, false);
  if (typeof value !== "object" || value === null) return 0;
  if (depth === 0) throw malformed(`The JSON is nested deeper than ${MAXIMUM_DEPTH}.`);
  let members = 0;
  for (const [key, inner] of Object.entries(value)) {
    if (!Array.isArray(value)) {
      members++;
      checkCharacters(key, false);
    }
    members += cleanMembers(inner, depth - 1);
    if (DANGEROUS_KEYS.has(key)) delete (value as Fields)[key];
  }
  return members;
}

/** The colons of valid JSON outside of its strings: one for each member of an object. */
function countColons(text: string): number {
  let colons = 0;
  let inString = false;
  for (let index = 0; index < text.length; index++) {
    const character = text[index];
    if (character === "\\") index++;
    else if (character === '"') inString = !inString;
    else if (character === ":" && !inString) colons++;
  }
  return colons;
}
