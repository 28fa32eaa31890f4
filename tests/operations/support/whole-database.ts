import type { Database } from "latchkey";
import { afterEach, beforeEach, vi } from "vitest";

/**
 * Lets every attempt of a test file count in the same shard of the site's budgets. Otherwise the rows of two equal
 * sites would differ by chance.
 */
export function countInOneShard(): void {
  beforeEach(() => void vi.spyOn(Math, "random").mockReturnValue(0));
  afterEach(() => void vi.mocked(Math.random).mockRestore());
}

/** Replaces random values; their kind stays. */
export function masked(text: string): string {
  return text
    .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, "<id>")
    .replace(/(?<![0-9a-f])[0-9a-f]{32}(?![0-9a-f])/g, "<id>")
    .replace(/\$argon2\S+/g, "<hash>")
    .replace(/(?<![\w-])[\w-]{43,}={0,2}(?![\w-])/g, "<secret>")
    .replace(/\b[A-Z]{4}-[A-Z]{4}\b/g, "<code>");
}

/** A browser's forms leave an answer there for half a minute, and functions have none. */
const ANSWERS = "kept_answers";

/** Every row of every table except those of the schema, without random values. `without`: columns to leave out. */
export async function wholeDatabase(
  database: Database,
  without: readonly string[] = [],
): Promise<Record<string, string[]>> {
  const tables = await database.all<{ name: string }>(
    "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'",
  );
  const whole: Record<string, string[]> = {};
  for (const { name } of tables) {
    if (name === ANSWERS) continue;
    const rows = await database.all<Record<string, unknown>>(`SELECT * FROM "${name}"`);
    const shown = rows.map((row) =>
      JSON.stringify(row, (column, value) => {
        if (column === "request_id" || without.includes(column)) return undefined;
        return value instanceof Uint8Array ? "<bytes>" : value;
      }),
    );
    whole[name] = shown.map(masked).sort();
  }
  return whole;
}
