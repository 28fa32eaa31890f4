import * as v from "valibot";
import {
  blank,
  checkbox,
  everyone,
  line,
  nextField,
  optionalLine,
  passwordField,
  problemJson,
  type Reply,
  type Route,
  type RouteContext,
  route,
  sendTo,
  showEntry,
} from "../../core/requests/index.ts";
import { LatchkeyError } from "../../platform/errors/index.ts";
import { choosePasswordPage } from "../password-reset/index.ts";
import { sessionJson } from "../session/index.ts";
import { login } from "./login.ts";
import { loginPage } from "./pages.ts";

const loginInput = v.object({
  // Sent empty, it is a problem to be shown beside the password's; not sent, one of the other names may stand for it.
  login: v.optional(line()),
  email: optionalLine(),
  username: optionalLine(),
  password: passwordField(),
  remember: checkbox(),
  next: nextField(),
});

/** The refusal that comes with a way on: the form for choosing another password, or the token for it (row PW-11). */
export function passwordChangeDemanded(context: RouteContext, token: string): Reply {
  const page = choosePasswordPage(context, { token, ...blank, demanded: true });
  const refusal = new LatchkeyError("password_change_required");
  const body = { ...problemJson(context, refusal), token };
  return { html: { status: refusal.status, page }, json: { status: refusal.status, body, problem: true } };
}

export const loginRoutes: Route[] = [
  route({
    method: "GET",
    path: "/login",
    summary: "The login form; leads on when somebody is signed in",
    access: everyone,
    query: ["next"],
    success: { body: { csrf_token: "string" } },
    handle: (context) => showEntry(context, loginPage),
  }),
  route({
    method: "POST",
    path: "/login",
    summary: "Signs in by password and starts a session",
    hashes: true,
    access: everyone,
    input: loginInput,
    refusals: ["invalid_credentials", "too_many_attempts", "overloaded", "password_change_required"],
    success: { body: { user: "User", session: "Session", "deletion_cancelled?": "boolean" } },
    async handle(context, input) {
      const identifier = input.login ?? input.email ?? input.username;
      if (identifier === undefined) {
        throw new LatchkeyError("invalid_input", { fields: { login: [{ code: "required" }] } });
      }
      const result = await login(context.core, { ...input, login: identifier }, context.facts);
      if ("passwordChangeToken" in result) return passwordChangeDemanded(context, result.passwordChangeToken);
      context.auth.signIn(result);
      const { deletionCancelled } = context.messages.accountData.flash;
      const { signedIn } = context.messages.login.flash;
      context.flash(result.deletionCancelled ? deletionCancelled : signedIn, "success");
      return sendTo(context.next(input.next), { status: 200, body: sessionJson(context.core, result) });
    },
    form: (context, model) => loginPage(context, model),
  }),
];
