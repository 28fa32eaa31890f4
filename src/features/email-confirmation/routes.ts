import * as v from "valibot";
import {
  blank,
  everyone,
  line,
  optionalLine,
  passwordField,
  type Route,
  route,
  sendTo,
  showPage,
} from "../../core/requests/index.ts";
import { confirmationSentPage } from "../registration/index.ts";
import { sessionJson } from "../session/index.ts";
import { confirmEmail, inspectConfirmation } from "./confirm-email.ts";
import { confirmPage, expiredLinkPage } from "./pages.ts";
import { resendConfirmation } from "./resend-confirmation.ts";

const confirmInput = v.object({
  token: line(),
  password: v.optional(v.union([v.literal(""), passwordField()], "wrong_type")),
  username: optionalLine(),
});

export const emailConfirmationRoutes: Route[] = [
  route({
    method: "GET",
    path: "/confirm-email",
    summary: "Shows what a confirmation link confirms; changes nothing",
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
  route({
    method: "POST",
    path: "/confirm-email",
    summary: "Uses a confirmation link: the account is made and signed in",
    access: everyone,
    input: confirmInput,
    refusals: ["link_invalid", "password_required", "username_taken", "too_many_attempts", "overloaded"],
    newLinkPath: "/confirm-email",
    success: { body: { status: "string", "user?": "User", "session?": "Session" } },
    async handle(context, input) {
      const { core, auth, facts } = context;
      const password = input.password === "" ? undefined : input.password;
      const result = await confirmEmail(core, { ...input, password }, facts);
      if (!("alreadySignedIn" in result)) auth.signIn(result);
      context.flash(context.messages.emailConfirmation.flash.confirmed, "success");
      const body =
        "alreadySignedIn" in result
          ? { status: "confirmed" }
          : { ...sessionJson(core, result), status: "confirmed" };
      return sendTo(context.next(result.next ?? undefined), { status: 200, body });
    },
    async form(context, model) {
      const fields = await context.request.fields();
      const token = typeof fields.token === "string" ? fields.token : "";
      const subject = await inspectConfirmation(context.core, token, context.facts);
      return confirmPage(context, { token, subject, ...model });
    },
  }),
  route({
    method: "POST",
    path: "/confirm-email/resend",
    summary: "Mails a new confirmation link where one is due; always answers the same",
    access: everyone,
    input: v.object({ email: line() }),
    refusals: ["too_many_attempts"],
    success: { status: 202, body: { status: "string" } },
    async handle(context, { email }) {
      await resendConfirmation(context.core, email, context.facts);
      return showPage(confirmationSentPage(context, email.trim()), { status: "confirmation_sent" }, 200, 202);
    },
    form: (context, model) => expiredLinkPage(context, model),
  }),
];
