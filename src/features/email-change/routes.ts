import { everyone } from "../../core/operations/index.ts";
import {
  askAgain,
  blank,
  operationRoute,
  type Route,
  type RouteContext,
  route,
  sendTo,
  sentToken,
  showPage,
} from "../../core/requests/index.ts";
import { confirmEmailChange, inspectEmailChange } from "./confirm-email-change.ts";
import { changeEmailPage, changeSentPage, confirmChangePage } from "./pages.ts";
import { changeEmail, pendingAddress } from "./request-email-change.ts";

function pendingOf({ core, auth }: RouteContext): Promise<string | null> {
  return pendingAddress(core, auth.requireLogin().id);
}

export const emailChangeRoutes: Route[] = [
  route({
    method: "GET",
    path: "/account/email",
    summary: "The form for changing the address, and the unconfirmed new address",
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
  operationRoute({
    method: "POST",
    path: "/account/email",
    operation: changeEmail,
    success: { status: 202, body: { status: "string" } },
    answer: (context, { email }) =>
      showPage(changeSentPage(context, email), { status: "confirmation_sent" }, 200, 202),
    form: async (context, model) => changeEmailPage(context, { ...model, pending: await pendingOf(context) }),
  }),
  route({
    method: "GET",
    path: "/confirm-email-change",
    summary: "Shows which address a link confirms, without using it",
    access: everyone,
    refusals: ["link_invalid", "too_many_attempts"],
    newLinkPath: "/account/email",
    query: ["token"],
    movesToken: true,
    success: { body: { csrf_token: "string", email: "string" } },
    async handle(context) {
      const { core, auth, facts, linkToken: token } = context;
      const { address: email } = await inspectEmailChange(core, token, facts);
      return showPage(confirmChangePage(context, { token, email, ...blank }), {
        csrf_token: auth.csrfToken,
        email,
      });
    },
  }),
  operationRoute({
    method: "POST",
    path: "/confirm-email-change",
    operation: confirmEmailChange,
    newLinkPath: "/account/email",
    success: { body: { status: "string", "csrf_token?": "string" } },
    answer(context, { email }) {
      const { auth, messages } = context;
      context.flash(messages.emailChange.flash.emailChanged(email), "success");
      const body = { status: "email_changed" };
      return sendTo(context.path(auth.user === null ? "/login" : "/account"), { status: 200, body });
    },
    stale: (context) =>
      askAgain(context, async (model) => {
        const token = await sentToken(context);
        const { address: email } = await inspectEmailChange(context.core, token, context.facts);
        return confirmChangePage(context, { token, email, ...model });
      }),
  }),
];
