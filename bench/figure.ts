/**
 * One measured number. A ratio compares A and B, measured in turns, so it holds on any machine. Other numbers depend on
 * the machine.
 */
export interface Figure {
  name: string;
  /** The measured value with its unit: `12.3 µs`. */
  measured: string;
  /** The value to compare with, or `–`. */
  against: string;
  ratio: string;
  target: string;
  /** Null without a target. */
  met: boolean | null;
}

const columns = ["figure", "measured", "compared with", "ratio", "target", ""];

/** `met`, `missed`, or empty without a target. */
function verdict({ met }: Figure): string {
  return met === null ? "" : met ? "met" : "**missed**";
}

/** The figures as a Markdown table. */
export function table(figures: readonly Figure[]): string {
  const rows = figures.map((figure) => [
    figure.name,
    figure.measured,
    figure.against,
    figure.ratio,
    figure.target,
    verdict(figure),
  ]);
  const widths = columns.map((column, index) =>
    Math.max(column.length, ...rows.map((row) => (row[index] as string).length)),
  );
  const line = (cells: string[]) =>
    `| ${cells.map((cell, index) => cell.padEnd(widths[index] as number)).join(" | ")} |`;
  return [line(columns), line(widths.map((width) => "-".repeat(width))), ...rows.map(line)].join("\n");
}

/** Passes the figures to `run.ts`, or prints them when the file runs alone. */
export function report(figures: readonly Figure[]): void {
  if (process.send === undefined) console.log(table(figures));
  else process.send(figures);
}

export const microseconds = (value: number): string => `${value.toFixed(1)} µs`;
export const milliseconds = (value: number): string => `${value.toFixed(value < 10 ? 2 : 0)} ms`;
export const times = (value: number): string => `${value.toFixed(2)} ×`;
export const percent = (value: number): string => `${(value * 100).toFixed(1)} %`;
