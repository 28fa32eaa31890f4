import { everyone } from "../../core/operations/index.ts";
import { leadOnIfSignedIn, operationRoute, type Route, route, showEntry } from "../../core/requests/index.ts";
import { answerLogin, loginAnswer } from "../session/index.ts";
import { login } from "./login.ts";
import { loginPage } from "./pages.ts";

export const loginRoutes: Route[] = [
  route({
    method: "GET",
    path: "/login",
    summary: "The login form; redirects a signed-in user",
    access: everyone,
    query: ["next"],
    success: { body: { csrf_token: "string" } },
    handle: (context) => showEntry(context, loginPage),
  }),
  operationRoute({
    method: "POST",
    path: "/login",
    operation: login,
    success: loginAnswer,
    answer: (context, completed, { next }) => answerLogin(context, completed, next),
    form: (context, model) => loginPage(context, model),
    stale: leadOnIfSignedIn,
  }),
];
