import type { Database } from "latchkey";

/** Every value of every table, as one text: the loot of a thief. */
export async function databaseDump(database: Database): Promise<string> {
  const tables = await database.all<{ name: string }>(
    "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'",
  );
  let text = "";
  for (const { name } of tables) {
    for (const row of await database.all<Record<string, unknown>>(`SELECT * FROM "${name}"`)) {
      text += `${name} ${Object.values(row).flatMap(spellings).join(" ")}\n`;
    }
  }
  return text;
}

/** Bytes could hold a secret in any of these encodings. */
function spellings(value: unknown): string[] {
  if (!(value instanceof Uint8Array)) return [String(value)];
  const bytes = Buffer.from(value);
  return (["hex", "base64", "base64url", "latin1"] as const).map((encoding) => bytes.toString(encoding));
}

const accountTables = [
  "users",
  "roles",
  "passwords",
  "sessions",
  "devices",
  "pending_registrations",
  "one_time_tokens",
  "outbox",
];

/** The data that a refused request must not change: all but the counters and the records of refusals. */
export async function accountsSnapshot(database: Database): Promise<string> {
  const rows = [];
  for (const table of accountTables) rows.push(await database.all(`SELECT * FROM ${table} ORDER BY 1`));
  return JSON.stringify(rows, (_, value) =>
    value instanceof Uint8Array ? Buffer.from(value).toString("hex") : value,
  );
}
