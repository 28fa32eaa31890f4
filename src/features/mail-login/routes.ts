import * as v from "valibot";
import {
  checkbox,
  everyone,
  line,
  nextField,
  optionalLine,
  type Route,
  route,
  sendTo,
  showEntry,
  showPage,
} from "../../core/requests/index.ts";
import { fieldError } from "../../platform/errors/index.ts";
import { passwordChangeDemanded } from "../login/index.ts";
import { sessionJson } from "../session/index.ts";
import { factsOfKnownBrowser } from "./browser-binding.ts";
import { confirmMailLogin, inspectMailLogin, type MailLoginInput } from "./confirm-mail-login.ts";
import { codePage, confirmPage, mailLoginPage, mailLoginSentPage, otherBrowserPage } from "./pages.ts";
import { requestMailLogin } from "./request-mail-login.ts";

function proofIn({ token, code }: { token?: string | undefined; code?: string | undefined }): MailLoginInput {
  if (token !== undefined) return { token };
  if (code !== undefined) return { code };
  throw fieldError("code", "required");
}

/** They exist with the option `login.mail` only. */
export const mailLoginRoutes: Route[] = [
  route({
    method: "GET",
    path: "/login/mail",
    summary: "The form for signing in by mail; leads on when somebody is signed in",
    access: everyone,
    query: ["next"],
    success: { body: { csrf_token: "string" } },
    handle: (context) => showEntry(context, mailLoginPage),
  }),
  route({
    method: "POST",
    path: "/login/mail",
    summary:
      "Mails a link and a code for signing in where an account has the address; always answers the same",
    access: everyone,
    input: v.object({ email: line(), remember: checkbox(), next: nextField() }),
    refusals: ["too_many_attempts"],
    success: { status: 202, body: { status: "string" } },
    async handle(context, { email, remember, next: wanted }) {
      const next = context.next(wanted);
      await requestMailLogin(context.core, { email, remember, next }, factsOfKnownBrowser(context.auth));
      // A link that was opened here before, maybe at somebody else's wish, must not stand in place of the form for the code.
      context.auth.moveToken("/login/mail/confirm", null);
      const page = mailLoginSentPage(context, { email: email.trim(), remember, next });
      return showPage(page, { status: "login_mail_sent" }, 200, 202);
    },
    form: (context, model) => mailLoginPage(context, model),
  }),
  route({
    method: "GET",
    path: "/login/mail/confirm",
    summary: "Shows what a mailed sign-in link does, or asks for the code; changes nothing",
    access: everyone,
    refusals: ["link_invalid", "too_many_attempts"],
    newLinkPath: "/login/mail",
    query: ["token"],
    movesToken: true,
    success: { body: { csrf_token: "string", "same_browser?": "boolean" } },
    async handle(context) {
      const { core, auth, facts, linkToken } = context;
      const body = { csrf_token: auth.csrfToken };
      if (linkToken === "") return showPage(codePage(context), body);
      const { user, sameBrowser } = await inspectMailLogin(core, linkToken, facts);
      const page = sameBrowser ? confirmPage(context, user) : otherBrowserPage(context);
      return showPage(page, { ...body, same_browser: sameBrowser });
    },
  }),
  route({
    method: "POST",
    path: "/login/mail/confirm",
    summary: "Signs in by a mailed link or its code, in the browser that asked for it",
    access: everyone,
    input: v.object({ token: optionalLine(), code: optionalLine() }),
    refusals: ["link_invalid", "other_browser", "too_many_attempts", "password_change_required"],
    newLinkPath: "/login/mail",
    success: { body: { user: "User", session: "Session", "deletion_cancelled?": "boolean" } },
    async handle(context, input) {
      const { core, auth, facts } = context;
      const result = await confirmMailLogin(core, proofIn(input), facts);
      if ("passwordChangeToken" in result) return passwordChangeDemanded(context, result.passwordChangeToken);
      auth.signIn(result);
      const { deletionCancelled } = context.messages.accountData.flash;
      const { signedIn } = context.messages.login.flash;
      context.flash(result.deletionCancelled ? deletionCancelled : signedIn, "success");
      const body = sessionJson(core, result);
      return sendTo(context.next(result.next ?? undefined), { status: 200, body });
    },
    form: (context, model) => codePage(context, model),
  }),
];
