import { everyone } from "../../core/operations/index.ts";
import {
  blank,
  mailRequestRoute,
  operationRoute,
  type Route,
  route,
  sendTo,
  sentToken,
  showPage,
} from "../../core/requests/index.ts";
import { choosePassword, inspectPasswordLink } from "./choose-password.ts";
import { forgotPassword } from "./forgot-password.ts";
import { choosePasswordPage, forgotPasswordPage, resetSentPage } from "./pages.ts";

export const passwordResetRoutes: Route[] = [
  route({
    method: "GET",
    path: "/forgot-password",
    summary: "The form for requesting a new password",
    access: everyone,
    success: { body: { csrf_token: "string" } },
    handle: (context) =>
      showPage(forgotPasswordPage(context, blank), {
        csrf_token: context.auth.csrfToken,
      }),
  }),
  mailRequestRoute({
    path: "/forgot-password",
    operation: forgotPassword,
    status: "reset_sent",
    sentPage: (context, { email }) => resetSentPage(context, email),
    form: forgotPasswordPage,
  }),
  route({
    method: "GET",
    path: "/reset-password",
    summary: "The form for choosing a password by a link",
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
  operationRoute({
    method: "POST",
    path: "/reset-password",
    operation: choosePassword,
    newLinkPath: "/forgot-password",
    success: { body: { status: "string" } },
    answer(context) {
      context.flash(context.messages.passwordReset.flash.passwordChosen, "success");
      return sendTo(context.path("/login"), { status: 200, body: { status: "password_changed" } });
    },
    async form(context, model) {
      const token = await sentToken(context);
      return choosePasswordPage(context, { token, ...model });
    },
  }),
];
