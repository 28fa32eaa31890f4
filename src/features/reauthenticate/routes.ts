import * as v from "valibot";
import {
  nextField,
  passwordField,
  type Route,
  route,
  sendTo,
  showPage,
  signedIn,
} from "../../core/requests/index.ts";
import { sessionJson } from "../session/index.ts";
import { reauthenticatePage } from "./pages.ts";
import { reauthenticate } from "./reauthenticate.ts";

export const reauthenticateRoutes: Route[] = [
  route({
    method: "GET",
    path: "/reauthenticate",
    summary: "Asks for the password again before something sensitive",
    access: signedIn,
    query: ["next"],
    success: { body: { csrf_token: "string" } },
    handle: (context) =>
      showPage(reauthenticatePage(context, { values: context.query, problems: {} }), {
        csrf_token: context.auth.csrfToken,
      }),
  }),
  route({
    method: "POST",
    path: "/reauthenticate",
    summary: "Proves anew who is signed in; the session gets a new value",
    access: signedIn,
    input: v.object({ password: passwordField(), next: nextField() }),
    refusals: ["too_many_attempts", "overloaded"],
    success: { body: { user: "User", session: "Session" } },
    async handle(context, input) {
      const { core, auth, facts, messages } = context;
      const renewed = await reauthenticate(core, auth.requireSession(), input.password, facts);
      auth.signIn(renewed);
      context.flash(messages.reauthenticate.flash.reauthenticated, "success");
      return sendTo(context.next(input.next), { status: 200, body: sessionJson(core, renewed) });
    },
    form: (context, model) => reauthenticatePage(context, model),
  }),
];
