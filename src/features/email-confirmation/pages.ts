import {
  type FormModel,
  fieldSentence,
  type Page,
  type RouteContext,
  summaryErrors,
} from "../../core/requests/index.ts";
import {
  card,
  errorSummary,
  form,
  hiddenField,
  html,
  identifierForManagers,
  submitButton,
  textField,
} from "../../platform/html/index.ts";
import type { ConfirmationSubject } from "./email-confirmation.ts";

interface ConfirmModel extends FormModel {
  token: string;
  subject: ConfirmationSubject;
}

export function confirmPage(
  context: RouteContext,
  { token, subject, values, problems, message }: ConfirmModel,
): Page {
  const { messages, core, auth } = context;
  const { common, confirmEmail } = messages;
  const { email } = subject.kind === "registration" ? subject.pending : subject.user;
  const mustChoose = !subject.sameBrowser;
  const failed = message !== undefined || Object.keys(problems).length > 0;
  const error = (field: string) => {
    const sentence = fieldSentence(messages, problems, field);
    return sentence === undefined ? {} : { error: sentence };
  };
  const chooseName =
    problems.username &&
    textField({
      name: "username",
      label: common.usernameLabel,
      value: values.username ?? "",
      autocomplete: "username",
      ...error("username"),
    });
  const choosePassword =
    mustChoose &&
    html`${identifierForManagers(email)}${textField({ name: "password", label: common.newPasswordLabel, type: "password", autocomplete: "new-password", required: true, hint: common.passwordHint(core.passwords.minimum), showPasswordLabel: common.showPassword, ...error("password") })}`;
  const title = mustChoose ? confirmEmail.choosePasswordTitle : confirmEmail.title;
  return {
    title,
    body: card({
      title,
      intro: confirmEmail.sentence(email),
      children: html`${failed && errorSummary({ title: common.errorSummaryTitle, errors: summaryErrors(messages, problems), ...(message === undefined ? {} : { message }) })}
${mustChoose && html`<p>${confirmEmail.choosePasswordIntro}</p>`}
${form({
  action: context.path("/confirm-email"),
  csrfField: auth.csrfField,
  children: html`${hiddenField("token", token)}${chooseName}${choosePassword}${submitButton(mustChoose ? confirmEmail.choosePasswordSubmit : confirmEmail.submit)}`,
})}`,
      footer: confirmEmail.notMe,
    }),
  };
}

/** The way to a new link. */
export function expiredLinkPage(
  context: RouteContext,
  { values, problems, message }: FormModel = { values: {}, problems: {} },
): Page {
  const { messages, auth } = context;
  const { common, confirmEmail } = messages;
  const failed = message !== undefined || Object.keys(problems).length > 0;
  const sentence = fieldSentence(messages, problems, "email");
  return {
    title: confirmEmail.title,
    body: card({
      title: confirmEmail.title,
      intro: confirmEmail.newLinkIntro,
      children: html`${failed && errorSummary({ title: common.errorSummaryTitle, errors: summaryErrors(messages, problems), ...(message === undefined ? {} : { message }) })}
${form({
  action: context.path("/confirm-email/resend"),
  csrfField: auth.csrfField,
  children: html`${textField({ name: "email", label: common.emailLabel, type: "email", value: values.email ?? "", autocomplete: "email", required: true, ...(sentence === undefined ? {} : { error: sentence }) })}${submitButton(confirmEmail.newLinkSubmit)}`,
})}`,
    }),
  };
}
