const MINIMUM_LENGTH = 3;
const MAXIMUM_LENGTH = 32;
/** Longer input can't become 32 code points by any normalisation. */
const MAXIMUM_INPUT_LENGTH = 256;

/** Scripts in common use that UAX 31 recommends for identifiers. Some languages write with several at once. */
const SCRIPTS = [
  ...["Latin", "Greek", "Cyrillic", "Armenian", "Georgian", "Hebrew", "Arabic", "Thaana", "Ethiopic"],
  ...["Devanagari", "Bengali", "Gurmukhi", "Gujarati", "Oriya", "Tamil", "Telugu", "Kannada", "Malayalam"],
  ...["Sinhala", "Thai", "Lao", "Tibetan", "Myanmar", "Khmer"],
].map((script) => [script]);
const WRITING_SYSTEMS = [...SCRIPTS, ["Han", "Hiragana", "Katakana"], ["Han", "Hangul"], ["Han", "Bopomofo"]];
const ONE_SCRIPT = WRITING_SYSTEMS.map((scripts) => {
  const letters = scripts.map((script) => `\\p{scx=${script}}`).join("");
  return new RegExp(`^(?:[[${letters}]&&[\\p{L}\\p{M}]]|[0-9._\\-])+$`, "v");
});

const HIDDEN = /\p{Default_Ignorable_Code_Point}/u;
/** UTS 39 5.4: no long piles of marks, and no mark twice in a row. */
const PILED_MARKS = /\p{M}{5}|(\p{Mn})\1/u;

const RESERVED = new Set(
  (
    "abuse account accounts admin administrator administrators anonymous api app auth billing bot confirm contact " +
    "constructor csrf dashboard deleted everybody everyone false guest help hostmaster info latchkey login logout " +
    "mail mailerdaemon me moderator nobody noreply null official operator owner password postmaster posts privacy " +
    "proto prototype register root security self session settings signin signout signup staff status superuser " +
    "support sysadmin system team true undefined unknown user username users webmaster www"
  ).split(" "),
);

/**
 * Parses a username. `username` is the name as typed (NFC). `key` compares names. It ignores case and is wider than the
 * key of an address (ı is i, ß is ss). Names are public, and a look-alike deceives.
 *
 * A name has 3 to 32 code points: letters with their marks, the digits 0-9, `_`, `-` and `.`. It has at least one
 * letter or digit. It doesn't begin or end with a dot, nor begin with a mark. Its letters come from one writing system,
 * without compatibility forms such as full width and without invisible characters (UTS 39).
 *
 * Refused with `too_short`, `too_long`, `invalid_characters`, or `reserved` for names that speak for the site, ignoring
 * separators (`no-reply`, `ad.min`).
 *
 * @see Row SU-07
 */
export function parseUsername(
  value: string,
):
  | { ok: true; username: string; key: string }
  | { ok: false; code: "too_short" | "too_long" | "invalid_characters" | "reserved" } {
  if (value.length > MAXIMUM_INPUT_LENGTH) return { ok: false, code: "too_long" };
  const username = value.normalize("NFC");
  const length = [...username].length;
  if (length > MAXIMUM_LENGTH) return { ok: false, code: "too_long" };
  if (length > 0 && !hasAllowedCharacters(username)) return { ok: false, code: "invalid_characters" };
  if (length < MINIMUM_LENGTH) return { ok: false, code: "too_short" };

  const key = keyOf(username);
  if (RESERVED.has(key.replace(/[._-]/g, ""))) return { ok: false, code: "reserved" };
  return { ok: true, username, key };
}

function hasAllowedCharacters(username: string): boolean {
  if (username !== username.normalize("NFKC") || HIDDEN.test(username) || PILED_MARKS.test(username))
    return false;
  if (/^[.\p{M}]|\.$/u.test(username) || !/[\p{L}0-9]/u.test(username)) return false;
  return ONE_SCRIPT.some((pattern) => pattern.test(username));
}

function keyOf(username: string): string {
  let key = "";
  for (const character of username) key += character.toUpperCase().toLowerCase();
  return key.normalize("NFC");
}
