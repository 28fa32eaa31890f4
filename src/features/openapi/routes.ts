import type { Core } from "../../core/core.ts";
import { everyone, type JsonSchema } from "../../core/operations/index.ts";
import { type Route, route } from "../../core/requests/index.ts";
import { openApiDocument } from "./document.ts";

// The features don't change while a program runs, so each installation has one document.
const documents = new WeakMap<Core["features"], Promise<JsonSchema>>();

function documentOf({ features, settings }: Core): Promise<JsonSchema> {
  let made = documents.get(features);
  if (made === undefined) {
    made = openApiDocument(settings, features);
    // A failure isn't kept: the next request tries again.
    made.catch(() => documents.delete(features));
    documents.set(features, made);
  }
  return made;
}

export const openapiRoutes: Route[] = [
  route({
    method: "GET",
    path: "/openapi.json",
    summary: "OpenAPI 3.1 of every route",
    access: everyone,
    answersJson: true,
    success: { body: { openapi: "string", info: "object", paths: "object", components: "object" } },
    async handle({ core }) {
      const body = await documentOf(core);
      return { html: "json", json: { status: 200, body } };
    },
  }),
];
