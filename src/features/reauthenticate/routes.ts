import { signedIn } from "../../core/operations/index.ts";
import { operationRoute, type Route, route, sendTo, showPage } from "../../core/requests/index.ts";
import { sessionJson } from "../session/index.ts";
import { reauthenticatePage } from "./pages.ts";
import { reauthenticate } from "./reauthenticate.ts";

export const reauthenticateRoutes: Route[] = [
  route({
    method: "GET",
    path: "/reauthenticate",
    summary: "Asks for a proof again before something sensitive",
    access: signedIn,
    query: ["next"],
    success: { body: { csrf_token: "string" } },
    handle: async (context) =>
      showPage(await reauthenticatePage(context, { values: context.query, problems: {} }), {
        csrf_token: context.auth.csrfToken,
      }),
  }),
  operationRoute({
    method: "POST",
    path: "/reauthenticate",
    operation: reauthenticate,
    success: { body: { user: "User", session: "Session", csrf_token: "string" } },
    answer(context, renewed, { next }) {
      const { core, messages } = context;
      context.flash(messages.reauthenticate.flash.reauthenticated, "success");
      return sendTo(context.next(next), { status: 200, body: sessionJson(core, renewed) });
    },
    form: (context, model) => reauthenticatePage(context, model),
  }),
];
