import { english } from "./english.ts";

export { chooseLocale } from "./choose-locale.ts";
export { describeError, describeFieldError } from "./describe.ts";
export {
  type DeepPartial,
  type ErrorText,
  type FieldErrorText,
  type LocaleFolder,
  type Lookups,
  lookUp,
  type Messages,
  type Texts,
} from "./texts.ts";
export { createWords, type WordPart } from "./words.ts";

/** The words that belong to no single feature. */
export const commonWords = { english, locales: { de: () => import("./german.ts") } };
