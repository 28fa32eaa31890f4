import { everyone } from "../../core/operations/index.ts";
import {
  blank,
  leadOnIfSignedIn,
  operationRoute,
  type Route,
  route,
  sendTo,
  showPage,
} from "../../core/requests/index.ts";
import { answerLogin, loginAnswer } from "../session/index.ts";
import { replacePasswordPage } from "./pages.ts";
import { choosePasswordStage, pendingReplacement, replacePassword } from "./replace-password.ts";

const { path } = choosePasswordStage;

export const passwordReplacementRoutes: Route[] = [
  route({
    method: "GET",
    path,
    summary: "The form for replacing the password during a sign-in",
    access: everyone,
    refusals: ["login_required"],
    success: { body: { csrf_token: "string" } },
    async handle(context) {
      const { auth } = context;
      // The login page leads back here after an expired step. A sign-in without that step continues.
      if (auth.user !== null)
        return sendTo(context.next(undefined), { status: 200, body: { csrf_token: auth.csrfToken } });
      const { user } = await pendingReplacement(context.core, context.call);
      return showPage(replacePasswordPage(context, user, blank), { csrf_token: auth.csrfToken });
    },
  }),
  operationRoute({
    method: "POST",
    path,
    operation: replacePassword,
    success: loginAnswer,
    answer: (context, completed) => answerLogin(context, completed),
    stale: leadOnIfSignedIn,
    async form(context, model) {
      const { user } = await pendingReplacement(context.core, context.call);
      return replacePasswordPage(context, user, model);
    },
  }),
];
