import { signedIn } from "../../core/operations/index.ts";
import { operationRoute, type Route, route, sendTo, showPage, withNext } from "../../core/requests/index.ts";
import { sessionJson } from "../session/index.ts";
import { reauthenticatePage } from "./pages.ts";
import { proversOf, reauthenticate } from "./reauthenticate.ts";
import { requestReauthenticationCode } from "./request-code.ts";

export const reauthenticateRoutes: Route[] = [
  route({
    method: "GET",
    path: "/reauthenticate",
    summary: "Requests a new proof before a sensitive act",
    access: signedIn,
    query: ["next"],
    success: { body: { csrf_token: "string", fields: "string[]" } },
    async handle(context) {
      const { auth, core, query } = context;
      const provers = await proversOf(core, auth.requireSession());
      const page = await reauthenticatePage(context, { values: query, problems: {} });
      return showPage(page, { csrf_token: auth.csrfToken, fields: provers.map(({ field }) => field) });
    },
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
  operationRoute({
    method: "POST",
    path: "/reauthenticate/code",
    operation: requestReauthenticationCode,
    success: { status: 202, body: { status: "string" } },
    answer(context, _sent, { next }) {
      const path = "/reauthenticate";
      // The page knows the pending code, so loading it again sends no other.
      const page = next === undefined ? context.path(path) : withNext(context, path, context.next(next));
      return sendTo(page, { status: 202, body: { status: "code_sent" } });
    },
    form: (context, model) => reauthenticatePage(context, model),
  }),
];
