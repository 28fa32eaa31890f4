import { everyone, signedIn } from "../../core/operations/index.ts";
import { hasPassword } from "../../core/password-trials/index.ts";
import { blank, operationRoute, type Route, route, sendTo, showPage } from "../../core/requests/index.ts";
import { userJson } from "../../core/users/index.ts";
import { sessionJson } from "../session/index.ts";
import { changePassword } from "./change-password.ts";
import { accountPage, changePasswordPage } from "./pages.ts";

export const accountRoutes: Route[] = [
  route({
    method: "GET",
    path: "/account",
    summary: "The account centre",
    access: signedIn,
    success: { body: { user: "User" } },
    handle(context) {
      const user = context.auth.requireLogin();
      return showPage(accountPage(context, user), { user: userJson(user, context.core.settings.userFields) });
    },
  }),
  route({
    method: "GET",
    path: "/account/password",
    summary: "The form for changing the password",
    access: signedIn,
    success: { body: { csrf_token: "string" } },
    refusals: ["reauthentication_required"],
    async handle(context) {
      const { core, auth } = context;
      const { user } = auth.requireSession();
      // The password itself is the proof of those that have one.
      if (!(await hasPassword(core.db, user.id))) auth.requireFreshLogin(core.settings.freshness.openMs);
      return showPage(await changePasswordPage(context, blank), { csrf_token: auth.csrfToken });
    },
  }),
  operationRoute({
    method: "POST",
    path: "/account/password",
    operation: changePassword,
    success: { body: { user: "User", session: "Session", csrf_token: "string" } },
    answer(context, renewed) {
      const { core, messages } = context;
      context.flash(messages.account.flash.passwordChanged, "success");
      return sendTo(context.path("/account"), { status: 200, body: sessionJson(core, renewed) });
    },
    form: (context, model) => changePasswordPage(context, model),
  }),
  route({
    method: "GET",
    path: "/.well-known/change-password",
    summary: "Where password managers find the form for changing the password",
    access: everyone,
    success: { body: { location: "string" } },
    handle: (context) => ({
      html: { redirect: context.path("/account/password"), status: 302 },
      json: { status: 200, body: { location: context.path("/account/password") } },
    }),
  }),
];
