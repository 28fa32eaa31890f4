import { everyone, type Route, route } from "../../core/requests/index.ts";
import type { Settings } from "../../core/settings.ts";
import { html } from "../../platform/html/index.ts";
import { openApiDocument } from "./document.ts";
import type { JsonSchema } from "./schemas.ts";

/** `GET /openapi.json`. Takes all routes by a function, since it is one of them. */
export function openapiRoutes(routes: () => readonly Route[]): Route[] {
  // Settings don't change while a program runs, so each has one document.
  const documents = new WeakMap<Settings, Promise<JsonSchema>>();

  function documentOf(settings: Settings): Promise<JsonSchema> {
    let made = documents.get(settings);
    if (made === undefined) {
      made = openApiDocument(settings, routes());
      // A failure isn't kept: the next request tries again.
      made.catch(() => documents.delete(settings));
      documents.set(settings, made);
    }
    return made;
  }

  return [
    route({
      method: "GET",
      path: "/openapi.json",
      summary: "OpenAPI 3.1 of every route",
      access: everyone,
      answersJson: true,
      success: { body: { openapi: "string", info: "object", paths: "object", components: "object" } },
      async handle({ core }) {
        const body = await documentOf(core.settings);
        return { html: { page: { title: "JSON", body: html`` } }, json: { status: 200, body } };
      },
    }),
  ];
}
