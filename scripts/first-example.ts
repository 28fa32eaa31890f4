/**
 * The first TypeScript example of a Markdown text, without its fences.
 * @throws Error without one
 */
export function firstExample(markdown: string): string {
  const match = /^```(?:ts|typescript)\b[^\n]*\n([\s\S]*?)^```/m.exec(markdown.replaceAll("\r\n", "\n"));
  if (!match) throw new Error("README.md has no ```ts block.");
  return match[1]!;
}
