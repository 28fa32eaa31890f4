import { everyone } from "../../core/operations/index.ts";
import { type Reply, type Route, route } from "../../core/requests/index.ts";
import { sessionJson } from "./session-json.ts";

/** These two are for programs: they always answer JSON. */
function jsonOnly(body: unknown): Reply {
  return { html: "json", json: { status: 200, body } };
}

export const sessionRoutes: Route[] = [
  route({
    method: "GET",
    path: "/session",
    summary: "The signed-in account, as JSON",
    access: everyone,
    answersJson: true,
    refusals: ["login_required"],
    success: { body: { user: "User", session: "Session" } },
    handle: ({ auth, core }) => jsonOnly(sessionJson(core, auth.requireSession())),
  }),
  route({
    method: "GET",
    path: "/csrf",
    summary: "The CSRF token for X-CSRF-Token, as JSON",
    access: everyone,
    answersJson: true,
    success: { body: { csrf_token: "string" } },
    handle: ({ auth }) => jsonOnly({ csrf_token: auth.csrfToken }),
  }),
];
