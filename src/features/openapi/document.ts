import type { GenericSchema } from "valibot";
import type { Folded } from "../../core/feature/index.ts";
import type { JsonSchema } from "../../core/operations/index.ts";
import {
  fieldName,
  guardWords,
  pathNames,
  type Route,
  refusalCodes,
  successes,
} from "../../core/requests/index.ts";
import type { Settings } from "../../core/settings.ts";
import { answerSchema, namedSchemas, reference, userMembers } from "./schemas.ts";

type Convert = (schema: GenericSchema) => JsonSchema;

const description = `Every form action is also a JSON endpoint at the same address with the same field names. Send
\`Content-Type: application/json\` or \`Accept: application/json\` for the answers described here; anything else gets the
page. POST needs the CSRF token of \`GET /csrf\` in \`X-CSRF-Token\`, or as the form field \`csrf_token\`.`;

const secrets = /^(current_)?password$/;

/** `POST /confirm-email/resend` becomes `postConfirmEmailResend`. */
function operationId({ method, path }: Route): string {
  const words = path.split(/[^A-Za-z0-9]+/).filter((word) => word !== "");
  return method.toLowerCase() + words.map((word) => word[0]?.toUpperCase() + word.slice(1)).join("");
}

/** The schema of a route's fields. Checks in valibot's code can't be converted, and are left out. */
function inputSchema(
  route: Route,
  convert: Convert,
  userFields: Settings["userFields"],
  { provers }: Folded,
): JsonSchema {
  const { $schema: _, required = [], ...schema } = convert(route.input as GenericSchema);
  const own = route.takesUserFields ? Object.keys(userFields) : [];
  const evidence = route.takesEvidence ? provers.map(({ field }) => field) : [];
  const inPath = new Set(pathNames(route.path));
  const properties = Object.entries({
    ...Object.fromEntries(
      Object.entries(schema.properties as Record<string, JsonSchema>)
        .filter(([name]) => !inPath.has(name))
        .map(([name, property]) => [fieldName(name), property]),
    ),
    ...Object.fromEntries(own.map((name) => [name, { description: "The application's" }])),
    ...Object.fromEntries(evidence.map((name) => [name, { type: "string" }])),
  }).map(([name, property]) => [name, secrets.test(name) ? { ...property, format: "password" } : property]);
  const needed = (required as string[]).filter((name) => !inPath.has(name)).map(fieldName);
  return {
    ...schema,
    properties: Object.fromEntries(properties),
    ...(needed.length === 0 ? {} : { required: needed }),
  };
}

function requestBody(route: Route): JsonSchema {
  const token = {
    type: "object",
    properties: { csrf_token: { type: "string" } },
    required: ["csrf_token"],
  };
  if (route.input === undefined) {
    return { required: false, content: { "application/x-www-form-urlencoded": { schema: token } } };
  }
  const fields = reference(`${operationId(route)}Input`);
  return {
    required: true,
    content: {
      "application/json": { schema: fields },
      "application/x-www-form-urlencoded": { schema: { allOf: [fields, token] } },
    },
  };
}

function parameters(route: Route): JsonSchema[] {
  const inPath = pathNames(route.path);
  const text = { type: "string" };
  return [
    ...inPath.map((name) => ({ name, in: "path", required: true, schema: text })),
    ...(route.query ?? []).map((name) => ({ name, in: "query", required: false, schema: text })),
    ...(route.method === "GET"
      ? []
      : [{ name: "X-CSRF-Token", in: "header", required: false, schema: text, description: "For JSON" }]),
  ];
}

function responses(route: Route): Record<string, JsonSchema> {
  const result: Record<string, JsonSchema> = {};
  for (const { status, body } of successes(route)) {
    const schema = body === undefined ? { type: "object" } : answerSchema(body);
    const content = { "application/json": { schema } };
    result[status] = { description: "Done", ...(status === 204 ? {} : { content }) };
  }
  for (const { code, status: refused } of refusalCodes(route)) {
    const before = result[refused]?.description;
    result[refused] = {
      description: before === undefined ? `\`${code}\`` : `${before}, \`${code}\``,
      content: { "application/problem+json": { schema: reference("Problem") } },
    };
  }
  return result;
}

function operation(route: Route, settings: Settings): JsonSchema {
  const own = parameters(route);
  const guard = guardWords(route, settings.freshness);
  return {
    operationId: operationId(route),
    summary: route.summary,
    ...(guard === "everyone" ? {} : { description: `Needs: ${guard}.` }),
    security: route.access.to === "everyone" ? [] : [{ session: [] }],
    ...(own.length === 0 ? {} : { parameters: own }),
    ...(route.method === "GET" ? {} : { requestBody: requestBody(route) }),
    responses: responses(route),
  };
}

/**
 * OpenAPI 3.1 of the declared routes. The server's address comes from the settings, never from a request. Loads the
 * converter of schemas at the first use.
 */
// Row RS-06.
export async function openApiDocument(settings: Settings, features: Folded): Promise<JsonSchema> {
  const { toJsonSchema } = await import("@valibot/to-json-schema");
  const convert: Convert = (schema) =>
    toJsonSchema(schema, { target: "draft-2020-12", typeMode: "input", errorMode: "ignore" }) as JsonSchema;
  const paths: Record<string, Record<string, JsonSchema>> = {};
  const schemas = namedSchemas(settings.userFields);
  for (const [name, make] of Object.entries(features.schemas))
    schemas[name] = make(userMembers(settings.userFields));
  for (const route of features.routes) {
    const path = route.path.replace(/:(\w+)/g, "{$1}");
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operation(route, settings) };
    if (route.input !== undefined) {
      schemas[`${operationId(route)}Input`] = inputSchema(route, convert, settings.userFields, features);
    }
  }
  return {
    openapi: "3.1.0",
    info: { title: `${settings.siteName}: accounts`, version: "1", description },
    servers: [{ url: settings.origin.origin + settings.basePath }],
    paths,
    components: {
      schemas,
      securitySchemes: { session: { type: "apiKey", in: "cookie", name: settings.cookies.session } },
    },
  };
}
