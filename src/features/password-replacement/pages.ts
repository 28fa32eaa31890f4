import type { FormModel, Page, RouteContext } from "../../core/requests/index.ts";
import type { UserRow } from "../../core/users/index.ts";
import { describeError } from "../../core/words/index.ts";
import { identifierForManagers } from "../../platform/html/index.ts";
import { choiceFormPage } from "../password-reset/index.ts";

/** Comes between the right password and the session. */
export function replacePasswordPage(context: RouteContext, user: UserRow, model: FormModel): Page {
  return choiceFormPage(context, model, {
    intro: describeError(context.messages, "password_change_required").sentence,
    action: "/login/choose-password",
    first: identifierForManagers(user.email),
  });
}
