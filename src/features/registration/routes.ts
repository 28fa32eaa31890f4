import { everyone } from "../../core/operations/index.ts";
import {
  leadOnIfSignedIn,
  operationRoute,
  type Route,
  route,
  sendTo,
  showEntry,
  showPage,
} from "../../core/requests/index.ts";
import { userJson } from "../../core/users/index.ts";
import { LatchkeyError } from "../../platform/errors/index.ts";
import { confirmationSentPage, registerPage } from "./pages.ts";
import { register } from "./registration.ts";
import { mayRegister } from "./settings.ts";

export const registrationRoutes: Route[] = [
  route({
    method: "GET",
    path: "/register",
    summary: "The registration form",
    access: everyone,
    refusals: ["registration_closed"],
    success: { body: { csrf_token: "string" } },
    query: ["next"],
    handle(context) {
      if (!mayRegister(context.core.settings)) throw new LatchkeyError("registration_closed");
      return showEntry(context, registerPage);
    },
  }),
  operationRoute({
    method: "POST",
    path: "/register",
    operation: register,
    success: [
      { status: 202, body: { status: "string" } },
      { status: 201, body: { user: "User", csrf_token: "string" } },
    ],
    answer(context, result, { next }) {
      const { core, messages } = context;
      if (result.status === "confirmation_sent") {
        const page = confirmationSentPage(context, result.email);
        return showPage(page, { status: result.status }, 200, 202);
      }
      context.flash(messages.registration.flash.registered, "success");
      const body = { user: userJson(result.user, core.settings.userFields) };
      return sendTo(context.next(next), { status: 201, body });
    },
    form: (context, model) => registerPage(context, model),
    stale: leadOnIfSignedIn,
  }),
];
