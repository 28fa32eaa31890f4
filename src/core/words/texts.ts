/** The shape of other texts: the same keys, any text, the same arguments. */
export type Texts<T> = T extends string
  ? string
  : T extends (...values: infer Values) => string
    ? (...values: Values) => string
    : { readonly [Key in keyof T]: Texts<T[Key]> };

/** The same shape with every key optional. */
export type DeepPartial<T> = T extends string | ((...values: never[]) => string)
  ? T
  : { readonly [Key in keyof T]?: DeepPartial<T[Key]> };

/** The text of a page about a refusal. `minutes` is the wait. */
export interface ErrorText {
  readonly title: string;
  readonly sentence: string | ((minutes: number) => string);
}

/** The sentence beside a field; `limit` is the bound of a length. */
export type FieldErrorText = string | ((limit: number) => string);

/**
 * Texts that are found by a code. Each feature has the texts of its own codes in groups of these names; together they
 * are one table. Look them up with `lookUp`, since codes come from requests and stored rows.
 */
export interface Lookups {
  /** Code of a refusal → the text of its page. */
  readonly errors: Readonly<Record<string, ErrorText>> & { readonly internal_error: ErrorText };
  /** Code of a field's problem → the sentence beside the field. */
  readonly fieldErrors: Readonly<Record<string, FieldErrorText>> & {
    readonly required: string;
    readonly invalid_input: string;
  };
  /** Name of a field → the sentence if it is empty. */
  readonly requiredFields: Readonly<Record<string, string>>;
  /** Name of an event, or `event:variant` → the sentence in its owner's list of activity. */
  readonly events: Readonly<Record<string, string>>;
  /** Why a session ended → the sentence on the login page. */
  readonly ended: Readonly<Record<string, string>>;
  /** Why a session ended → the short text in the list of sessions. */
  readonly endedShort: Readonly<Record<string, string>>;
}

/** Every text of the library in one language: each feature's under its key, and the tables of all. */
export type Messages = {
  readonly [Feature in keyof Latchkey.Words]: Texts<Omit<Latchkey.Words[Feature], keyof Lookups>>;
} & Lookups & {
    /** BCP 47, such as `en`; the page's `lang`. */
    readonly language: string;
  };

/** An application's own language. A missing text doesn't compile. */
export interface LocaleFolder {
  /** BCP 47, such as `fr` or `pt-BR`. */
  readonly language: string;
  /** Every feature's texts in the shape of its `english.ts`. */
  readonly words: { readonly [Feature in keyof Latchkey.Words]: Texts<Latchkey.Words[Feature]> };
}

/** The text of a code, if it has one. "constructor" must not find a text. */
export function lookUp<T>(texts: Readonly<Record<string, T>>, key: string | undefined): T | undefined {
  return key !== undefined && Object.hasOwn(texts, key) ? texts[key] : undefined;
}
