import type { FieldProblems, LatchkeyError } from "../../platform/errors/index.ts";
import { describeError, describeFieldError, lookUp, type Messages } from "../words/index.ts";

/** The catalogue's title and sentence for a refusal. */
export function errorSentence(messages: Messages, error: LatchkeyError): { title: string; sentence: string } {
  const minutes = Math.max(1, Math.ceil((error.retryAfterSeconds ?? 60) / 60));
  const described = describeError(messages, error.code, { minutes });
  if (error.address !== undefined)
    return { ...described, sentence: messages.common.otherAddress(error.address) };
  return error.sentence === undefined ? described : { ...described, sentence: error.sentence };
}

/** One sentence for each problem of a field. */
export function problemSentences(messages: Messages, problems: FieldProblems, field: string): string[] {
  const list = Object.hasOwn(problems, field) ? (problems[field] ?? []) : [];
  return list.map(({ code, minimum, maximum }) => {
    const limit = minimum ?? maximum;
    return describeFieldError(messages, code, { field, ...(limit === undefined ? {} : { limit }) });
  });
}

/** The first sentence for a field, shown beside it. */
export function fieldSentence(
  messages: Messages,
  problems: FieldProblems,
  field: string,
): string | undefined {
  return problemSentences(messages, problems, field)[0];
}

/** The entries of the summary above a form. A sentence for any field stands behind the label of its field. */
export function summaryErrors(
  messages: Messages,
  problems: FieldProblems,
  labels: ReadonlyMap<string, string>,
): { field: string; message: string }[] {
  return Object.entries(problems).flatMap(([field, [problem]]) => {
    const sentence = fieldSentence(messages, problems, field);
    if (sentence === undefined) return [];
    const label = labels.get(field);
    const isItsOwn = problem?.code === "required" && lookUp(messages.requiredFields, field) !== undefined;
    const message = label === undefined || isItsOwn ? sentence : `${label}: ${sentence}`;
    return [{ field, message }];
  });
}
