import * as v from "valibot";
import {
  blank,
  everyone,
  line,
  type Route,
  type RouteContext,
  route,
  sendTo,
  showPage,
} from "../../core/requests/index.ts";
import { confirmEmailChange, inspectEmailChange } from "./confirm-email-change.ts";
import { changeEmailPage, changeSentPage, confirmChangePage } from "./pages.ts";
import { pendingAddress, requestEmailChange } from "./request-email-change.ts";

function pendingOf({ core, auth }: RouteContext): Promise<string | null> {
  return pendingAddress(core, auth.requireLogin().id);
}

export const emailChangeRoutes: Route[] = [
  route({
    method: "GET",
    path: "/account/email",
    summary: "The form for changing the address, and the address that waits for its confirmation",
    access: { to: "signed-in", fresh: "open" },
    success: { body: { csrf_token: "string", email: "string", pending_email: "string or null" } },
    async handle(context) {
      const { auth } = context;
      const pending = await pendingOf(context);
      return showPage(changeEmailPage(context, { pending, ...blank }), {
        csrf_token: auth.csrfToken,
        email: auth.requireLogin().email,
        pending_email: pending,
      });
    },
  }),
  route({
    method: "POST",
    path: "/account/email",
    summary: "Mails the new address a link and tells the present one; the same for a taken address",
    access: { to: "signed-in", fresh: "submit" },
    input: v.object({ email: line() }),
    refusals: ["too_many_attempts"],
    success: { status: 202, body: { status: "string" } },
    async handle(context, input) {
      const { core, auth, facts } = context;
      const { email } = await requestEmailChange(core, auth.requireSession(), input.email, facts);
      return showPage(changeSentPage(context, email), { status: "confirmation_sent" }, 200, 202);
    },
    form: async (context, model) => changeEmailPage(context, { ...model, pending: await pendingOf(context) }),
  }),
  route({
    method: "GET",
    path: "/confirm-email-change",
    summary: "Shows which address a link confirms; changes nothing",
    access: everyone,
    refusals: ["link_invalid", "too_many_attempts"],
    newLinkPath: "/account/email",
    query: ["token"],
    movesToken: true,
    success: { body: { csrf_token: "string", email: "string" } },
    async handle(context) {
      const { core, auth, facts, linkToken: token } = context;
      const { address: email } = await inspectEmailChange(core, token, facts);
      return showPage(confirmChangePage(context, { token, email }), { csrf_token: auth.csrfToken, email });
    },
  }),
  route({
    method: "POST",
    path: "/confirm-email-change",
    summary: "Uses the link: the address is the account's, and its other sessions end; signs nobody in",
    access: everyone,
    input: v.object({ token: line() }),
    refusals: ["link_invalid", "too_many_attempts"],
    newLinkPath: "/account/email",
    success: { body: { status: "string" } },
    async handle(context, { token }) {
      const { core, auth, facts, messages } = context;
      const account = auth.user === null ? null : auth.requireSession();
      const { email, renewed } = await confirmEmailChange(core, token, account, facts);
      if (renewed !== null) auth.signIn(renewed);
      context.flash(messages.emailChange.flash.emailChanged(email), "success");
      return sendTo(context.path(auth.user === null ? "/login" : "/account"), {
        status: 200,
        body: { status: "email_changed" },
      });
    },
  }),
];
