import { type JsonSchema, json, jsonObject } from "../../core/operations/index.ts";
import type { AnswerShape } from "../../core/requests/index.ts";
import type { Settings } from "../../core/settings.ts";

export function reference(name: string): JsonSchema {
  return { $ref: `#/components/schemas/${name}` };
}

/** The members of a `User`. The schema of an application's own field decides its type. */
export function userMembers(userFields: Settings["userFields"]): Record<string, JsonSchema> {
  return {
    id: json.id,
    email: { type: "string", format: "email" },
    username: { type: ["string", "null"] },
    email_verified: { type: "boolean" },
    roles: { type: "array", items: json.text, description: "Always includes user" },
    ...Object.fromEntries(
      Object.keys(userFields).map((name) => [name, { description: "The application's" }]),
    ),
  };
}

/** The schemas of every document, by name. */
export function namedSchemas(userFields: Settings["userFields"]): Record<string, JsonSchema> {
  return {
    Problem: {
      description: "A refusal (RFC 9457)",
      ...jsonObject(
        {
          type: { type: "string", format: "uri" },
          title: json.text,
          status: { type: "integer" },
          code: { type: "string", description: "Stable; programs branch on it" },
          detail: { type: "string", description: "A sentence for people" },
          request_id: { type: "string", description: "The same as the header X-Request-Id" },
          errors: {
            type: "object",
            description: "Field to what is wrong with it; with the code invalid_input",
            additionalProperties: {
              type: "array",
              items: jsonObject({ code: json.text, message: json.text }),
            },
          },
          session_ended: {
            type: "string",
            description: "Why the session of the presented cookie ended; with the code login_required",
          },
          continue: {
            type: "string",
            description: "The path where the step of the sign-in is answered that is left",
          },
          csrf_token: { type: "string", description: "The token for that step" },
        },
        ["errors", "session_ended", "continue", "csrf_token"],
      ),
    },
    User: jsonObject(userMembers(userFields)),
    Session: jsonObject({
      id: { ...json.id, description: "No secret and no cookie value" },
      created_at: json.time,
      authenticated_at: json.time,
      methods: { type: "array", items: json.text },
      expires_at: json.time,
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
  return jsonObject(
    Object.fromEntries(members.map(([name, shape]) => [name.replace(/\?$/, ""), shapeSchema(shape)])),
    members.filter(([name]) => name.endsWith("?")).map(([name]) => name.slice(0, -1)),
  );
}
