import type { AnswerShape } from "../../core/requests/index.ts";
import type { Settings } from "../../core/settings.ts";

/** A JSON Schema (2020-12), as OpenAPI 3.1 takes it. */
export type JsonSchema = { readonly [keyword: string]: unknown };

const text: JsonSchema = { type: "string" };
const textOrNull: JsonSchema = { type: ["string", "null"] };
const time: JsonSchema = { type: "string", format: "date-time", description: "ISO 8601 in UTC" };
const id: JsonSchema = { type: "string", format: "uuid" };

export function reference(name: string): JsonSchema {
  return { $ref: `#/components/schemas/${name}` };
}

function object(properties: Record<string, JsonSchema>, optional: readonly string[] = []): JsonSchema {
  return {
    type: "object",
    properties,
    required: Object.keys(properties).filter((name) => !optional.includes(name)),
  };
}

/** The members of a `User`; the application's own fields have whatever type their schema gives them. */
function userMembers(userFields: Settings["userFields"]): Record<string, JsonSchema> {
  return {
    id,
    email: { type: "string", format: "email" },
    username: { type: ["string", "null"] },
    email_verified: { type: "boolean" },
    roles: { type: "array", items: text, description: "Always includes user" },
    ...Object.fromEntries(
      Object.keys(userFields).map((name) => [name, { description: "The application's" }]),
    ),
  };
}

/** The schemas every document holds, by name. */
export function namedSchemas(userFields: Settings["userFields"]): Record<string, JsonSchema> {
  return {
    Problem: {
      description: "A refusal (RFC 9457)",
      ...object(
        {
          type: { type: "string", format: "uri" },
          title: text,
          status: { type: "integer" },
          code: { type: "string", description: "Stable; programs branch on it" },
          detail: { type: "string", description: "A sentence for people" },
          request_id: { type: "string", description: "The same as the header X-Request-Id" },
          errors: {
            type: "object",
            description: "Field to what is wrong with it; with the code invalid_input",
            additionalProperties: { type: "array", items: object({ code: text, message: text }) },
          },
          session_ended: {
            type: "string",
            description: "Why the session of the presented cookie ended; with the code login_required",
          },
        },
        ["errors", "session_ended"],
      ),
    },
    User: object(userMembers(userFields)),
    ManagedUser: object({
      ...userMembers(userFields),
      status: { enum: ["active", "disabled"] },
      created_at: time,
    }),
    ListedSession: object({
      id: { ...id, description: "No secret and no cookie value" },
      current: { type: "boolean", description: "Whether it is the one that asks" },
      created_at: time,
      authenticated_at: time,
      last_seen_at: time,
      expires_at: time,
      remembered: { type: "boolean" },
      methods: { type: "array", items: text },
      device: { ...textOrNull, description: "In words, such as Firefox on Linux" },
      address: textOrNull,
      ended_at: { type: ["string", "null"], format: "date-time" },
      ended_reason: textOrNull,
    }),
    Activity: object({
      id: text,
      time,
      event: { type: "string", description: "Its name, for programs" },
      text: { type: "string", description: "A sentence for people" },
      device: { ...textOrNull, description: "In words, such as Firefox on Linux" },
      address: textOrNull,
    }),
    Session: object({
      id: { ...id, description: "No secret and no cookie value" },
      created_at: time,
      authenticated_at: time,
      methods: { type: "array", items: text },
      expires_at: time,
      remembered: { type: "boolean" },
    }),
  };
}

/** The schema of a declared answer's member. */
export function shapeSchema(shape: AnswerShape): JsonSchema {
  if (shape === "string or null") return { type: ["string", "null"] };
  if (shape.endsWith("[]")) return { type: "array", items: shapeSchema(shape.slice(0, -2) as AnswerShape) };
  return /^[A-Z]/.test(shape) ? reference(shape) : { type: shape };
}

/** The schema of a declared answer. */
export function answerSchema(body: Readonly<Record<string, AnswerShape>>): JsonSchema {
  const members = Object.entries(body);
  return object(
    Object.fromEntries(members.map(([name, shape]) => [name.replace(/\?$/, ""), shapeSchema(shape)])),
    members.filter(([name]) => name.endsWith("?")).map(([name]) => name.slice(0, -1)),
  );
}
