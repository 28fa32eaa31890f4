import type { DeepPartial, Lookups, Messages } from "./texts.ts";

/** A feature's texts in one language. */
export interface NamedTexts {
  readonly name: string;
  readonly texts: object;
}

type Group = Readonly<Record<string, unknown>>;

const emptyLookups = (): Record<keyof Lookups, Record<string, unknown>> => ({
  errors: {},
  fieldErrors: {},
  requiredFields: {},
  events: {},
  ended: {},
  endedShort: {},
});

/**
 * Joins the texts of all features. Each is under its name, and each group that is found by code is one table. Throws a
 * `TypeError` for a name or a code that two of them have.
 */
export function fold(language: string, parts: readonly NamedTexts[]): Messages {
  const lookups = emptyLookups();
  const messages: Record<string, unknown> = { language, ...lookups };
  for (const { name, texts } of parts) {
    if (Object.hasOwn(messages, name)) throw new TypeError(`two features have texts named "${name}"`);
    const own: Record<string, unknown> = {};
    for (const [group, value] of Object.entries(texts)) {
      if (!Object.hasOwn(lookups, group)) own[group] = value;
      else addTo(lookups[group as keyof Lookups], value as Group, `${name}.${group}`);
    }
    messages[name] = own;
  }
  return messages as unknown as Messages;
}

function addTo(table: Record<string, unknown>, group: Group, place: string): void {
  for (const [code, text] of Object.entries(group)) {
    if (Object.hasOwn(table, code)) throw new TypeError(`${place}.${code} is another feature's already`);
    table[code] = text;
  }
}

/** The same texts, with the given ones replaced; unknown keys are ignored. */
export function override(messages: Messages, overrides: DeepPartial<Messages> | undefined): Messages {
  return merged(messages, overrides) as Messages;
}

function merged(base: unknown, overrides: unknown): unknown {
  if (overrides === undefined) return base;
  if (!isGroup(base) || !isGroup(overrides)) return overrides;
  return Object.fromEntries(Object.entries(base).map(([key, value]) => [key, merged(value, overrides[key])]));
}

function isGroup(value: unknown): value is Group {
  return typeof value === "object" && value !== null;
}
