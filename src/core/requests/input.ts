import * as v from "valibot";
import { type FieldProblems, LatchkeyError } from "../../platform/errors/index.ts";
import { type Fields, trimTyped } from "../../platform/http/index.ts";

/*
 * Schemas of request fields. Messages are codes; the catalogue has the sentences. Fields that a schema doesn't name
 * are dropped, whatever their name.
 * Row SU-03.
 */

/** The default limit of a field's length (contract, "Numbers"). */
const FIELD_BYTES = 1024;

/** No path of the library is longer (contract, "Numbers": `next`). */
const NEXT_CHARACTERS = 2048;

const encoder = new TextEncoder();

/** Neither NUL and other control characters nor half a surrogate pair. */
// Row IN-04.
const oneLine = /^[^\u0000-\u001f\u007f\u0080-\u009f\u2028\u2029]*$/u;

/**
 * A required line of text.
 *
 * @example
 * input: v.object({ nickname: line({ maximumBytes: 64 }) })
 */
export function line(options: { maximumBytes?: number } = {}) {
  return v.pipe(
    v.string("wrong_type"),
    v.check((value) => encoder.encode(value).length <= (options.maximumBytes ?? FIELD_BYTES), "too_long"),
    v.check((value) => value.isWellFormed() && oneLine.test(value), "invalid_characters"),
    v.check((value) => value.trim() !== "", "required"),
  );
}

/**
 * A line of text that may be missing or empty; both mean the same.
 *
 * @example
 * input: v.object({ note: optionalLine() })
 */
export function optionalLine(options: { maximumBytes?: number } = {}) {
  return v.optional(
    v.pipe(
      v.string("wrong_type"),
      v.check((value) => encoder.encode(value).length <= (options.maximumBytes ?? FIELD_BYTES), "too_long"),
      v.check((value) => value.isWellFormed() && oneLine.test(value), "invalid_characters"),
      v.transform((value) => (value.trim() === "" ? undefined : value)),
    ),
  );
}

/**
 * An address or a name that its owner types. Spaces and invisible characters around it go first: phone keyboards and
 * copying add them.
 *
 * @example
 * input: v.object({ email: typedName() })
 */
export function typedName() {
  return v.pipe(v.string("wrong_type"), v.transform(trimTyped), line());
}

/**
 * An address or a name that may be missing or empty, which is the same.
 *
 * @example
 * input: v.object({ username: optionalTypedName() })
 */
export function optionalTypedName() {
  return v.pipe(v.optional(v.pipe(v.string("wrong_type"), v.transform(trimTyped))), optionalLine());
}

/**
 * A password as typed, never inspected. The policy checks its length. It counts code points after NFC, and its refusal
 * names the number.
 *
 * @example
 * input: v.object({ currentPassword: passwordField() })
 * @see row PW-03
 */
// Row PW-03.
export function passwordField() {
  return v.pipe(
    v.string("wrong_type"),
    v.check((value) => value !== "", "required"),
  );
}

/**
 * A box: ticked by any of the usual spellings, JSON `true` included.
 *
 * @example
 * input: v.object({ newsletter: checkbox() })
 */
export function checkbox() {
  return v.optional(
    v.pipe(
      v.union([v.boolean(), v.string()], "wrong_type"),
      v.transform(
        (value) => value === true || ["on", "true", "1", "yes"].includes(String(value).toLowerCase()),
      ),
    ),
    false,
  );
}

/**
 * The page to go to afterwards. Invalid values count as absent, so it never fails here.
 *
 * @example
 * input: v.object({ next: nextField() })
 */
export function nextField() {
  return v.optional(
    v.pipe(
      v.unknown(),
      v.transform((value) =>
        typeof value === "string" && value.length <= NEXT_CHARACTERS ? value : undefined,
      ),
    ),
  );
}

function problemCode(issue: v.BaseIssue<unknown>): string {
  const missing = issue.received === "undefined" || (issue.input === undefined && issue.expected !== null);
  return missing ? "required" : issue.message;
}

/** The cursor of a page. An invalid one begins with the newest, so it never fails here. */
export function cursorField() {
  return v.optional(
    v.pipe(
      v.unknown(),
      v.transform((value) => (typeof value === "string" ? value : undefined)),
    ),
  );
}

/** `currentPassword` is `current_password` in forms and JSON. */
export const fieldName = (key: string): string =>
  key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** The keys of a schema's object. */
export function schemaKeys(schema: v.GenericSchema | undefined): string[] {
  return schema !== undefined && "entries" in schema ? Object.keys(schema.entries as object) : [];
}

/** Takes the fields of a form or of JSON under the names of the schema. */
function namedFields(schema: v.GenericSchema, fields: Fields): Record<string, unknown> {
  const named: Record<string, unknown> = {};
  for (const key of schemaKeys(schema)) {
    const name = fieldName(key);
    if (Object.hasOwn(fields, name)) named[key] = fields[name];
  }
  return named;
}

/** Checks values by a schema. Throws `invalid_input` with the problems, by the names of forms and JSON. */
export function checkInput<Schema extends v.GenericSchema>(
  schema: Schema,
  values: object,
): v.InferOutput<Schema> {
  const result = v.safeParse(schema, values, { abortPipeEarly: true });
  if (result.success) return result.output;
  const problems: FieldProblems = {};
  for (const issue of result.issues) {
    const name = fieldName(String(issue.path?.[0]?.key ?? "form"));
    const list = Object.hasOwn(problems, name) ? (problems[name] as FieldProblems[string]) : [];
    list.push({ code: problemCode(issue) });
    Object.defineProperty(problems, name, { value: list, enumerable: true, configurable: true });
  }
  throw new LatchkeyError("invalid_input", { fields: problems });
}

/** Reads fields by a schema. Throws `invalid_input` with the problems of each field. */
export function readInput<Schema extends v.GenericSchema>(
  schema: Schema,
  fields: Fields,
): v.InferOutput<Schema> {
  return checkInput(schema, namedFields(schema, fields));
}
