import { everyone } from "../../core/operations/index.ts";
import {
  leadOnIfSignedIn,
  mailRequestRoute,
  operationRoute,
  type Route,
  route,
  showEntry,
  showPage,
} from "../../core/requests/index.ts";
import { answerLogin, loginAnswer } from "../session/index.ts";
import { confirmMailLogin, inspectMailLogin } from "./confirm-mail-login.ts";
import { codePage, confirmPage, mailLoginPage, mailLoginSentPage, otherBrowserPage } from "./pages.ts";
import { requestMailLogin } from "./request-mail-login.ts";

export const mailLoginRoutes: Route[] = [
  route({
    method: "GET",
    path: "/login/mail",
    summary: "The form for signing in by mail; redirects a signed-in user",
    access: everyone,
    query: ["next"],
    success: { body: { csrf_token: "string" } },
    handle: (context) => showEntry(context, mailLoginPage),
  }),
  mailRequestRoute({
    path: "/login/mail",
    operation: requestMailLogin,
    status: "login_mail_sent",
    sentPage(context, { email, remember }, { next }) {
      // A link that was opened before must not replace the form for the code.
      context.auth.moveToken("/login/mail/confirm", null);
      return mailLoginSentPage(context, { email, remember, next: context.next(next) });
    },
    form: mailLoginPage,
    stale: leadOnIfSignedIn,
  }),
  route({
    method: "GET",
    path: "/login/mail/confirm",
    summary: "Shows what a mailed sign-in link does, or asks for the code; uses neither",
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
  operationRoute({
    method: "POST",
    path: "/login/mail/confirm",
    operation: confirmMailLogin,
    bound: true,
    newLinkPath: "/login/mail",
    success: loginAnswer,
    answer: (context, completed) => answerLogin(context, completed),
    stale: leadOnIfSignedIn,
    async form(context, model) {
      const { core, facts, linkToken } = context;
      if (model.code !== "refused" || linkToken === "") return codePage(context, model);
      // The application refused the link's owner, and the link stays valid, so its page is shown.
      return confirmPage(context, (await inspectMailLogin(core, linkToken, facts)).user, model);
    },
  }),
];
