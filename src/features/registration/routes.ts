import * as v from "valibot";
import {
  everyone,
  line,
  nextField,
  optionalLine,
  passwordField,
  type Route,
  route,
  sendTo,
  showEntry,
} from "../../core/requests/index.ts";
import { userJson } from "../../core/users/index.ts";
import { LatchkeyError } from "../../platform/errors/index.ts";
import { confirmationSentPage, registerPage } from "./pages.ts";
import { register } from "./registration.ts";

const registerInput = v.object({
  email: line(),
  password: passwordField(),
  username: optionalLine(),
  next: nextField(),
});

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
      const mode = context.core.settings.registration;
      if (mode !== "open" && mode !== "confirm-first") throw new LatchkeyError("registration_closed");
      return showEntry(context, registerPage);
    },
  }),
  route({
    method: "POST",
    path: "/register",
    summary: "Registers an account",
    hashes: true,
    access: everyone,
    input: registerInput,
    refusals: ["registration_closed", "username_taken", "email_taken", "too_many_attempts", "overloaded"],
    takesUserFields: true,
    success: [
      { status: 202, body: { status: "string" } },
      { status: 201, body: { user: "User" } },
    ],
    async handle(context, input, fields) {
      const { core, auth, facts, messages } = context;
      const next = context.next(input.next);
      // The browser that registers has a value of its own, so that it is known again when it confirms.
      const result = await register(core, { ...input, next, fields }, facts);
      if ("status" in result) {
        return {
          html: { status: 200, page: confirmationSentPage(context, result.email) },
          json: { status: 202, body: { status: result.status } },
        };
      }
      auth.signIn(result);
      context.flash(messages.registration.flash.registered, "success");
      const body = { user: userJson(result.user, core.settings.userFields) };
      return sendTo(next, { status: 201, body });
    },
    form: (context, model) => registerPage(context, model),
  }),
];
