/** A JSON Schema (2020-12), as OpenAPI 3.1 uses it. */
export type JsonSchema = { readonly [keyword: string]: unknown };

/** Small parts of the schemas of answers. */
export const json = {
  text: { type: "string" },
  textOrNull: { type: ["string", "null"] },
  time: { type: "string", format: "date-time", description: "ISO 8601 in UTC" },
  id: { type: "string", format: "uuid" },
  boolean: { type: "boolean" },
  integer: { type: "integer" },
} as const satisfies Record<string, JsonSchema>;

/**
 * An object of these members. The `optional` ones may be missing.
 *
 * @example
 * jsonObject({ id: json.id, note: json.text }, ["note"])
 */
export function jsonObject(
  properties: Record<string, JsonSchema>,
  optional: readonly string[] = [],
): JsonSchema {
  return {
    type: "object",
    properties,
    required: Object.keys(properties).filter((name) => !optional.includes(name)),
  };
}
