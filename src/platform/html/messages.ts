import { english } from "./english/index.ts";

export { english };

/** The shape of a catalogue: the same keys as `english`, any text, the same arguments. */
export type Messages = Texts<typeof english>;

type Texts<T> = T extends string
  ? string
  : T extends (...values: infer Values) => string
    ? (...values: Values) => string
    : { readonly [Key in keyof T]: Texts<T[Key]> };

/** The same shape with every key optional. */
export type DeepPartial<T> = T extends string | ((...values: never[]) => string)
  ? T
  : { readonly [Key in keyof T]?: DeepPartial<T[Key]> };

/** A code that an answer can carry (contract: Negotiation). */
export type ErrorCode = keyof Messages["errors"];

/**
 * English, with the given texts in place of its own: a translation, or single sentences in the application's own
 * voice.
 */
export function withMessages(overrides: DeepPartial<Messages>): Messages {
  return merged(english, overrides) as Messages;
}

/**
 * Title and sentence for an error code. `minutes` is the wait of `too_many_attempts` (default 15). A code without a
 * text gets the text of `internal_error`: the code itself is for programs.
 */
export function describeError(
  messages: Messages,
  code: string,
  values: { minutes?: number } = {},
): { title: string; sentence: string } {
  const known: ErrorCode = Object.hasOwn(messages.errors, code) ? (code as ErrorCode) : "internal_error";
  const { title, sentence } = messages.errors[known];
  return { title, sentence: typeof sentence === "string" ? sentence : sentence(values.minutes ?? 15) };
}

/**
 * The sentence for a field's error code. `required` has its own sentence for the usual `field`s; `limit` is the
 * number in `too_short` and `too_long`. A code without a text says that the field needs a check.
 */
export function describeFieldError(
  messages: Messages,
  code: string,
  values: { field?: string; limit?: number } = {},
): string {
  if (code === "required")
    return ownText(messages.requiredFields, values.field) ?? messages.fieldErrors.required;
  const text = ownText(messages.fieldErrors, code) ?? messages.fieldErrors.invalid_input;
  if (typeof text === "string") return text;
  return values.limit === undefined ? messages.fieldErrors.invalid_input : text(values.limit);
}

/** Codes and field names also come from requests, so "constructor" must not find anything. */
function ownText<T extends object>(texts: T, key: string | undefined): T[keyof T] | undefined {
  return key !== undefined && Object.hasOwn(texts, key) ? texts[key as keyof T] : undefined;
}

function merged(base: unknown, overrides: unknown): unknown {
  if (overrides === undefined) return base;
  if (!isGroup(base) || !isGroup(overrides)) return overrides;
  return Object.fromEntries(Object.entries(base).map(([key, value]) => [key, merged(value, overrides[key])]));
}

function isGroup(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
