import { trimTyped } from "../../platform/http/index.ts";

const LINE_BREAKS = /=?[\r\n]+|\s|\p{Default_Ignorable_Code_Point}/gu;

/** A secret, perhaps behind `3D`: programs that encode `=` as `=3D` and don't decode it again leave that. */
const SECRET = /^(?:3D)?([A-Za-z0-9_-]{43})(?![A-Za-z0-9_-])/;
const SECRET_FIRST = /^([A-Za-z0-9_-]{43})/;

/**
 * The secret of a mailed link as it was sent. Mail programs break long lines, and take punctuation, brackets and
 * spaces around a link for a part of it. A text without a secret stays as it is.
 */
export function linkSecret(text: string): string {
  const joined = trimTyped(text).replace(LINE_BREAKS, "");
  return (SECRET.exec(joined) ?? SECRET_FIRST.exec(joined))?.[1] ?? text;
}

/** The name of a query's parameter: `amp;token` comes from a link whose `&` was encoded for HTML and not decoded. */
export const linkParameter = (name: string): string => name.replace(/^(?:amp;|#38;)+/, "");
