import * as v from "valibot";
import { afterEach, expect, test } from "vitest";
import { createTestAuth, type TestAuth } from "../../adapters/testing.ts";

let t: TestAuth;

afterEach(() => t.close());

// biome-ignore lint/suspicious/noExplicitAny: a document of any depth
type Document = any;

async function documentOf(auth: TestAuth["auth"], headers: Record<string, string> = {}): Promise<Document> {
  const { basePath, origin } = auth.settings;
  const response = await auth.handle(new Request(`${origin.origin}${basePath}/openapi.json`, { headers }));
  expect(response?.status).toBe(200);
  expect(response?.headers.get("content-type")).toBe("application/json; charset=utf-8");
  return response?.json();
}

/** Every value of a key, at any depth. */
function valuesOf(node: unknown, key: string): unknown[] {
  if (typeof node !== "object" || node === null) return [];
  return Object.entries(node).flatMap(([name, value]) => [
    ...(name === key ? [value] : []),
    ...valuesOf(value, key),
  ]);
}

function resolve(document: Document, reference: string): unknown {
  return reference
    .replace(/^#\//, "")
    .split("/")
    .reduce((node, name) => node?.[name], document);
}

test("the document describes every declared route, itself included", async () => {
  t = createTestAuth();
  const document = await documentOf(t.auth);
  expect(document.openapi).toBe("3.1.0");
  const described = Object.entries<object>(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );
  const declared = t.auth.routes.map(({ method, path }) => `${method} ${path.replace(/:(\w+)/g, "{$1}")}`);
  expect(described.sort()).toEqual(declared.sort());
  expect(declared).toContain("GET /openapi.json");
});

test("every $ref resolves, every operation has its own id and answers, every path name is a parameter", async () => {
  t = createTestAuth();
  const document = await documentOf(t.auth);
  const references = valuesOf(document, "$ref") as string[];
  expect(references.length).toBeGreaterThan(10);
  for (const reference of references) expect(resolve(document, reference), reference).toBeTypeOf("object");
  const ids = valuesOf(document.paths, "operationId");
  expect(new Set(ids).size).toBe(t.auth.routes.length);
  for (const [path, methods] of Object.entries<Document>(document.paths)) {
    for (const operation of Object.values<Document>(methods)) {
      expect(Object.keys(operation.responses).some((status) => status.startsWith("2"))).toBe(true);
      for (const { description } of Object.values<Document>(operation.responses)) {
        expect(description).not.toBe("");
      }
      const names = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]);
      const inPath = (operation.parameters ?? []).filter((each: Document) => each.in === "path");
      expect(inPath.map((each: Document) => each.name)).toEqual(names);
    }
  }
  expect(valuesOf(document, "$schema")).toEqual([]);
});

test("a form's fields, token, answers and refusals come from the declaration", async () => {
  t = createTestAuth();
  const { paths, components } = await documentOf(t.auth);
  const { requestBody, responses, security } = paths["/login"].post;
  expect(security).toEqual([]);
  expect(requestBody.content["application/json"].schema.$ref).toBe("#/components/schemas/postLoginInput");
  expect(components.schemas.postLoginInput).toMatchObject({
    required: ["password"],
    properties: { login: { type: "string" }, password: { type: "string", format: "password" } },
  });
  expect(requestBody.content["application/x-www-form-urlencoded"].schema.allOf[1].required).toEqual([
    "csrf_token",
  ]);
  expect(Object.keys(responses)).toEqual(expect.arrayContaining(["200", "401", "403", "422", "429", "503"]));
  expect(responses["401"]).toEqual({
    description: "`invalid_credentials`, `password_change_required`",
    content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } },
  });
  expect(paths["/account"].get.security).toEqual([{ session: [] }]);
});

test("the Session and User schemas have exactly the members of the answers", async () => {
  t = createTestAuth({ user: { fields: { displayName: v.optional(v.string()) } } }) as unknown as TestAuth;
  const { components, paths } = await documentOf(t.auth);
  const { cookie } = await t.as("ada@example.org");
  const response = await t.auth.handle(new Request("http://localhost:3000/session", { headers: { cookie } }));
  const answered = (await response?.json()) as { user: object; session: object };
  expect(components.schemas.User.required).toEqual(Object.keys(answered.user));
  expect(components.schemas.Session.required).toEqual(Object.keys(answered.session));
  expect(components.schemas.postRegisterInput.properties).toHaveProperty("displayName");
  expect(paths["/register"].post.responses).toHaveProperty("201");
});

test("the Problem schema has exactly the members of a refusal", async () => {
  t = createTestAuth();
  const { components } = await documentOf(t.auth);
  const response = await t.auth.handle(new Request("http://localhost:3000/session"));
  expect(components.schemas.Problem.required).toEqual(Object.keys((await response?.json()) as object));
});

test("[RS-06] the server is the configured origin, whatever the request says, and the document holds no secret", async () => {
  const secret = "openapi test key: 0123456789 abcdefghijklmnopqrstuvwxyz";
  t = createTestAuth({ origin: "https://app.example.org", basePath: "/auth", secretKeys: [secret] });
  const document = await documentOf(t.auth, {
    host: "evil.example",
    "x-forwarded-host": "evil.example",
    forwarded: "host=evil.example",
  });
  expect(document.servers).toEqual([{ url: "https://app.example.org/auth" }]);
  expect(document.components.securitySchemes.session.name).toBe("__Host-session");
  const text = JSON.stringify(document);
  expect(text).not.toContain("evil.example");
  expect(text).not.toContain(secret);
});
