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

export function reauthenticatePage(context: RouteContext, { values, problems, message }: FormModel): Page {
  const { messages, auth } = context;
  const { common, reauthenticate } = messages;
  const { user } = auth;
  const failed = message !== undefined || Object.keys(problems).length > 0;
  const error = fieldSentence(messages, problems, "password");
  return {
    title: reauthenticate.title,
    body: card({
      title: reauthenticate.title,
      intro: reauthenticate.intro(user?.username ?? user?.email ?? ""),
      children: html`${failed && errorSummary({ title: common.errorSummaryTitle, errors: summaryErrors(messages, problems), ...(message === undefined ? {} : { message }) })}
${form({
  action: context.path("/reauthenticate"),
  csrfField: auth.csrfField,
  children: html`${hiddenField("next", context.next(values.next))}${identifierForManagers(user?.email ?? "")}${textField({ name: "password", label: common.passwordLabel, type: "password", autocomplete: "current-password", required: true, autofocus: !failed, showPasswordLabel: common.showPassword, ...(error === undefined ? {} : { error }) })}${submitButton(reauthenticate.submit)}`,
})}`,
    }),
  };
}
