import { lookUp, type Messages } from "./texts.ts";

/**
 * Title and sentence for an error code. `minutes` is the wait for `too_many_attempts` (default 15). A code without a
 * text gets the text of `internal_error`: codes are for programs.
 *
 * @example
 * const { title, sentence } = describeError(auth.words("en"), "too_many_attempts", { minutes: 5 });
 */
export function describeError(
  messages: Messages,
  code: string,
  values: { minutes?: number } = {},
): { title: string; sentence: string } {
  const { title, sentence } = lookUp(messages.errors, code) ?? messages.errors.internal_error;
  return { title, sentence: typeof sentence === "string" ? sentence : sentence(values.minutes ?? 15) };
}

/**
 * The sentence for a field's error code. `required` has its own sentence for the usual `field`s; `limit` is the
 * number in `too_short` and `too_long`. A code without a text says that the field needs a check.
 *
 * @example
 * const sentence = describeFieldError(auth.words("en"), "too_long", { field: "title", limit: 200 });
 */
export function describeFieldError(
  messages: Messages,
  code: string,
  values: { field?: string; limit?: number } = {},
): string {
  if (code === "required")
    return lookUp(messages.requiredFields, values.field) ?? messages.fieldErrors.required;
  const text = lookUp<string | ((limit: number) => string)>(messages.fieldErrors, code);
  if (typeof text === "string") return text;
  if (text === undefined || values.limit === undefined) return messages.fieldErrors.invalid_input;
  return text(values.limit);
}
