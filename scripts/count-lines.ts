/**
 * Prints how many lines of production code each room of src/ and app/ has, without tests and generated files. Style
 * sheets are counted separately. Run as `node scripts/count-lines.ts`.
 */
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { sourceFiles } from "./source-files.ts";

/** The number of files and lines of a part of the project. */
export interface LineCount {
  readonly name: string;
  readonly files: number;
  readonly lines: number;
}

/** The result of `countLines`. */
export interface LineCounts {
  /** Rooms such as `src/core/sessions`, and `src/core/*.ts` for the files directly on a floor. */
  readonly rooms: readonly LineCount[];
  /** `src/core`, `src/features` … and `app`. */
  readonly floors: readonly LineCount[];
  readonly styleSheets: LineCount;
  readonly all: LineCount;
}

/** Counts the lines of a project's production code. */
export function countLines(root: string): LineCounts {
  const files = sourceFiles(root, "{src,app}");
  const count = (name: string, members: readonly string[]): LineCount => ({
    name,
    files: members.length,
    lines: members.reduce((sum, file) => sum + linesOf(readFileSync(join(root, file), "utf8")), 0),
  });
  const grouped = (nameOf: (file: string) => string) =>
    [...Map.groupBy(files, nameOf)]
      .map(([name, members]) => count(name, members))
      .sort((a, b) => a.name.localeCompare(b.name));
  return {
    rooms: grouped(roomOf),
    floors: grouped(floorOf),
    styleSheets: count("style sheets", globSync("{src,app}/**/*.css", { cwd: root })),
    all: count("all", files),
  };
}

function floorOf(file: string): string {
  const [top, floor, ...rest] = file.split("/");
  if (top !== "src") return "app";
  return rest.length === 0 ? "src/*.ts" : `src/${floor}`;
}

function roomOf(file: string): string {
  const floor = floorOf(file);
  if (floor === "app" || floor === "src/*.ts") return floor;
  const [, , room, ...rest] = file.split("/");
  return rest.length === 0 ? `${floor}/*.ts` : `${floor}/${room}`;
}

function linesOf(text: string): number {
  return text === "" ? 0 : text.replace(/\n$/, "").split("\n").length;
}

/** The table for the terminal. */
export function renderLineCounts({ rooms, floors, styleSheets, all }: LineCounts): string {
  const row = ({ name, files, lines }: LineCount) =>
    `${name.padEnd(34)}${String(files).padStart(6)}${String(lines).padStart(8)}`;
  return [
    `${"".padEnd(34)} files   lines`,
    ...rooms.map(row),
    "",
    ...[...floors, all, styleSheets].map(row),
  ].join("\n");
}

if (import.meta.main) console.log(renderLineCounts(countLines(join(import.meta.dirname, ".."))));
