import * as v from "valibot";
import {
  everyone,
  line,
  passwordField,
  type Route,
  route,
  sendTo,
  showPage,
} from "../../core/requests/index.ts";
import { choosePasswordPage } from "./pages.ts";
import { choosePassword, inspectPasswordLink } from "./password-reset.ts";

export const passwordResetRoutes: Route[] = [
  route({
    method: "GET",
    path: "/reset-password",
    summary: "The form for choosing a password by a link; changes nothing",
    access: everyone,
    refusals: ["link_invalid", "too_many_attempts"],
    query: ["token"],
    success: { body: { csrf_token: "string" } },
    async handle(context) {
      const token = context.query.token ?? "";
      await inspectPasswordLink(context.core, token, context.facts);
      return showPage(choosePasswordPage(context, { token, values: {}, problems: {} }), {
        csrf_token: context.auth.csrfToken,
      });
    },
  }),
  route({
    method: "POST",
    path: "/reset-password",
    summary: "Sets the chosen password and ends every session of the account",
    access: everyone,
    input: v.object({ token: line(), password: passwordField() }),
    refusals: ["link_invalid", "too_many_attempts", "overloaded"],
    success: { body: { status: "string" } },
    async handle(context, input) {
      const { core, auth, facts, messages } = context;
      await choosePassword(core, input, facts);
      if (auth.user !== null) auth.signOut();
      context.flash(messages.flash.passwordChosen, "success");
      return sendTo(context.path("/login"), { status: 200, body: { status: "password_changed" } });
    },
    async form(context, model) {
      const fields = await context.request.fields();
      const token = typeof fields.token === "string" ? fields.token : "";
      return choosePasswordPage(context, { token, ...model });
    },
  }),
];
