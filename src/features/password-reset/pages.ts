import { fieldSentence, type Page, type RouteContext, summaryErrors } from "../../core/requests/index.ts";
import type { FieldProblems } from "../../platform/errors/index.ts";
import {
  card,
  errorSummary,
  form,
  hiddenField,
  html,
  submitButton,
  textField,
} from "../../platform/html/index.ts";

interface ChoiceModel {
  token: string;
  problems: FieldProblems;
  message?: string;
  /** Shown in the middle of a login, because the password has to be replaced (row PW-11). */
  demanded?: boolean;
}

export function choosePasswordPage(
  context: RouteContext,
  { token, problems, message, demanded }: ChoiceModel,
): Page {
  const { messages, core, auth } = context;
  const { common, choosePassword } = messages;
  const failed = message !== undefined || Object.keys(problems).length > 0;
  const error = fieldSentence(messages, problems, "password");
  return {
    title: choosePassword.title,
    body: card({
      title: choosePassword.title,
      intro: demanded ? messages.errors.password_change_required.sentence : choosePassword.intro,
      children: html`${failed && errorSummary({ title: common.errorSummaryTitle, errors: summaryErrors(messages, problems), ...(message === undefined ? {} : { message }) })}
${form({
  action: context.path("/reset-password"),
  csrfField: auth.csrfField,
  children: html`${hiddenField("token", token)}${textField({ name: "password", label: common.newPasswordLabel, type: "password", autocomplete: "new-password", required: true, hint: common.passwordHint(core.passwords.minimum), showPasswordLabel: common.showPassword, ...(error === undefined ? {} : { error }) })}${submitButton(choosePassword.submit)}`,
})}`,
    }),
  };
}
