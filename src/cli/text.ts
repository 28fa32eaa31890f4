/** Removes control and format characters: stored text must not control the operator's terminal. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, "?");
}

function width(text: string): number {
  return [...text].length;
}

/** Rows of cells as aligned columns, two spaces apart; the last column isn't padded. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, ...rows].map((row) => row.map(printable));
  const widths = head.map((_, column) => Math.max(...lines.map((line) => width(line[column] ?? ""))));
  return lines
    .map((line) =>
      line
        .map((cell, column) => cell + " ".repeat((widths[column] ?? 0) - width(cell)))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

/** Names and their meanings, aligned and indented. */
export function columns(pairs: readonly (readonly [string, string])[]): string {
  const widest = Math.max(...pairs.map(([name]) => width(printable(name))));
  return pairs
    .map(([name, value]) => {
      const shown = printable(name);
      return `  ${shown}${" ".repeat(widest - width(shown))}  ${printable(value)}`.trimEnd();
    })
    .join("\n");
}

/** `1 row`, `2 rows`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
