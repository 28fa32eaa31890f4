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
import { confirmationSentPage } from "../registration/index.ts";
import { sessionJson } from "../session/index.ts";
import { confirmEmail, inspectConfirmation } from "./confirm-email.ts";
import { confirmPage, expiredLinkPage } from "./pages.ts";
import { resendConfirmation } from "./resend-confirmation.ts";

export const emailConfirmationRoutes: Route[] = [
  route({
    method: "GET",
    path: "/confirm-email",
    summary: "Shows what a confirmation link confirms, without using it",
    access: everyone,
    refusals: ["link_invalid", "too_many_attempts"],
    newLinkPath: "/confirm-email",
    query: ["token"],
    success: { body: { csrf_token: "string", "password_required?": "boolean" } },
    async handle(context) {
      const token = context.query.token ?? "";
      const body = { csrf_token: context.auth.csrfToken };
      if (token === "") return showPage(expiredLinkPage(context), body);
      const subject = await inspectConfirmation(context.core, token, context.facts);
      return showPage(confirmPage(context, { token, subject, ...blank }), {
        ...body,
        password_required: !subject.sameBrowser,
      });
    },
  }),
  operationRoute({
    method: "POST",
    path: "/confirm-email",
    operation: confirmEmail,
    newLinkPath: "/confirm-email",
    success: { body: { status: "string", "user?": "User", "session?": "Session", "csrf_token?": "string" } },
    answer(context, result) {
      const { core, messages } = context;
      context.flash(messages.emailConfirmation.flash.confirmed, "success");
      if (result.status === "confirmed")
        return sendTo(context.next(undefined), { status: 200, body: { status: "confirmed" } });
      const body = { ...sessionJson(core, result), status: "confirmed" };
      return sendTo(context.next(result.next ?? undefined), { status: 200, body });
    },
    async form(context, model) {
      const token = await sentToken(context);
      const subject = await inspectConfirmation(context.core, token, context.facts);
      return confirmPage(context, { token, subject, ...model });
    },
  }),
  mailRequestRoute({
    path: "/confirm-email/resend",
    operation: resendConfirmation,
    status: "confirmation_sent",
    sentPage: (context, { email }) => confirmationSentPage(context, email),
    form: expiredLinkPage,
  }),
];
