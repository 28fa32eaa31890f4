import * as v from "valibot";
import {
  blank,
  everyone,
  line,
  passwordField,
  type Route,
  route,
  sendTo,
  showPage,
} from "../../core/requests/index.ts";
import { logout } from "../logout/index.ts";
import { choosePassword, inspectPasswordLink } from "./choose-password.ts";
import { forgotPassword } from "./forgot-password.ts";
import { choosePasswordPage, forgotPasswordPage, resetSentPage } from "./pages.ts";

export const passwordResetRoutes: Route[] = [
  route({
    method: "GET",
    path: "/forgot-password",
    summary: "The form for asking for a new password",
    access: everyone,
    success: { body: { csrf_token: "string" } },
    handle: (context) =>
      showPage(forgotPasswordPage(context, blank), {
        csrf_token: context.auth.csrfToken,
      }),
  }),
  route({
    method: "POST",
    path: "/forgot-password",
    summary: "Mails a link for choosing a password where an account has the address; always answers the same",
    access: everyone,
    input: v.object({ email: line() }),
    refusals: ["too_many_attempts"],
    success: { status: 202, body: { status: "string" } },
    async handle(context, { email }) {
      await forgotPassword(context.core, email, context.facts);
      return showPage(resetSentPage(context, email.trim()), { status: "reset_sent" }, 200, 202);
    },
    form: (context, model) => forgotPasswordPage(context, model),
  }),
  route({
    method: "GET",
    path: "/reset-password",
    summary: "The form for choosing a password by a link; changes nothing",
    access: everyone,
    refusals: ["link_invalid", "too_many_attempts"],
    newLinkPath: "/forgot-password",
    query: ["token"],
    movesToken: true,
    success: { body: { csrf_token: "string" } },
    async handle(context) {
      const token = context.linkToken;
      await inspectPasswordLink(context.core, token, context.facts);
      return showPage(choosePasswordPage(context, { token, ...blank }), {
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
    newLinkPath: "/forgot-password",
    success: { body: { status: "string" } },
    async handle(context, input) {
      const { core, auth, facts, messages } = context;
      const { deviceToken } = await choosePassword(core, input, facts);
      // Whoever is signed in here may have opened somebody else's link: the way on is the login page for everybody.
      await logout(core, facts);
      if (auth.user !== null) auth.signOut();
      auth.keepDevice(deviceToken);
      context.flash(messages.passwordReset.flash.passwordChosen, "success");
      return sendTo(context.path("/login"), { status: 200, body: { status: "password_changed" } });
    },
    async form(context, model) {
      const fields = await context.request.fields();
      const token = typeof fields.token === "string" ? fields.token : "";
      return choosePasswordPage(context, { token, ...model });
    },
  }),
];
