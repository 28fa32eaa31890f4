import { type FieldProblem, type FieldProblems, LatchkeyError } from "latchkey";
import type { PostInput } from "./posts.ts";

const TITLE_CODE_POINTS = 200;
const CONTENT_CODE_POINTS = 20_000;

const control = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/;
const controlButTabAndNewline = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/;

function problemOf(value: unknown, maximum: number, forbidden: RegExp): FieldProblem | null {
  if (value === undefined) return { code: "required" };
  if (typeof value !== "string") return { code: "wrong_type" };
  if (value.trim() === "") return { code: "required" };
  if (!value.isWellFormed() || forbidden.test(value)) return { code: "invalid_characters" };
  if (Array.from(value).length > maximum) return { code: "too_long", maximum };
  return null;
}

/** Forms send line breaks as CR LF. Each counts as one character, and is stored so. */
function withPlainLineBreaks(value: unknown): unknown {
  return typeof value === "string" ? value.replace(/\r\n?/g, "\n") : value;
}

/**
 * Reads `title` (one line, at most 200 code points) and `content` (plain text, at most 20,000). Other fields are
 * ignored, an author's name included. Throws `invalid_input` with the problem of each field.
 */
export function readPostInput(fields: Record<string, unknown>): PostInput {
  const content = withPlainLineBreaks(fields.content);
  const problems: FieldProblems = {};
  const title = problemOf(fields.title, TITLE_CODE_POINTS, control);
  if (title !== null) problems.title = [title];
  const text = problemOf(content, CONTENT_CODE_POINTS, controlButTabAndNewline);
  if (text !== null) problems.content = [text];
  if (title !== null || text !== null) throw new LatchkeyError("invalid_input", { fields: problems });
  return { title: (fields.title as string).trim(), content: content as string };
}
