import { isPlainPadding } from "./predictable-text.ts";

/**
 * Whether a password is the account's or the site's own name or a plain derivative of it (ASVS 6.1.2, 6.2.11). Names
 * are the e-mail address, its local part, the username and the site name. They may stand alone, repeated, without
 * separators, or between digits and punctuation. Case doesn't count.
 *
 * The whole password is compared, so a long phrase may contain a name. Empty identifiers are ignored.
 */
export function isSameAsIdentifier(password: string, identifiers: readonly string[]): boolean {
  const typed = fold(password);
  const squeezed = squeeze(typed);
  return identifiers.flatMap(namesFrom).some((name) => {
    if (typed === name) return true;
    const core = squeeze(name);
    return core !== "" && isDerivedFrom(squeezed, core);
  });
}

function namesFrom(identifier: string): string[] {
  const name = fold(identifier).trim();
  if (name === "") return [];
  const local = name.includes("@") ? name.slice(0, name.lastIndexOf("@")) : name;
  // `anna+shop` is also `anna`; `anna1987` is also `anna`, so that `anna2026` is recognised.
  const names = [name, local, local.split("+")[0]!, local.replace(/[0-9]+$/, "")];
  return [...new Set(names)].filter((candidate) => candidate !== "");
}

function isDerivedFrom(squeezed: string, core: string): boolean {
  const first = squeezed.indexOf(core);
  if (first < 0) return false;
  let end = first;
  while (squeezed.startsWith(core, end)) end += core.length;
  const before = squeezed.slice(0, first);
  const after = squeezed.slice(end);
  if (before === "" && after === "") return true;
  // A name of digits inside other digits proves nothing.
  if (/^[0-9]+$/.test(core)) return false;
  return /^[0-9]*$/.test(before + after) && isPlainPadding(before, after);
}

function fold(text: string): string {
  return text.normalize("NFC").toLowerCase();
}

/** Only letters, their marks and digits. */
function squeeze(text: string): string {
  return text.replace(/[^\p{L}\p{M}\p{N}]/gu, "");
}
