/**
 * Text for a header: control characters and line breaks of any kind become spaces.
 *
 * @see Row EM-01
 */
export function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, " ").trim();
}
