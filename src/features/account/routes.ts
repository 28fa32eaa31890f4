import * as v from "valibot";
import {
  blank,
  everyone,
  passwordField,
  type Route,
  route,
  sendTo,
  showPage,
  signedIn,
} from "../../core/requests/index.ts";
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
    handle: (context) =>
      showPage(changePasswordPage(context, blank), {
        csrf_token: context.auth.csrfToken,
      }),
  }),
  route({
    method: "POST",
    path: "/account/password",
    summary: "Changes the password; ends every other session and renews this one",
    access: signedIn,
    input: v.object({ current_password: passwordField(), password: passwordField() }),
    refusals: ["too_many_attempts", "overloaded"],
    success: { body: { user: "User", session: "Session" } },
    async handle(context, input) {
      const { core, auth, facts, messages } = context;
      const change = { currentPassword: input.current_password, password: input.password };
      const renewed = await changePassword(core, auth.requireSession(), change, facts);
      auth.signIn(renewed);
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
