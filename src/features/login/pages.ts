import {
  type FormModel,
  fieldSentence,
  type Page,
  type RouteContext,
  summaryErrors,
} from "../../core/requests/index.ts";
import {
  card,
  checkboxField,
  errorSummary,
  form,
  hiddenField,
  html,
  notice,
  submitButton,
  textField,
} from "../../platform/html/index.ts";

/** Why there is no session any more, for a browser that had one. A logout of one's own needs no telling. */
function endedNotice({ auth, messages }: RouteContext) {
  const reason = auth.endedReason;
  if (reason === null || reason === "logout") return undefined;
  return notice({ category: "info", message: messages.login.ended[reason] });
}

export function loginPage(context: RouteContext, { values, problems, message }: FormModel): Page {
  const { messages, core, auth } = context;
  const { common, login } = messages;
  const failed = message !== undefined || Object.keys(problems).length > 0;
  const next = context.next(values.next);
  const error = (field: string) => {
    const sentence = fieldSentence(messages, problems, field);
    return sentence === undefined ? {} : { error: sentence };
  };
  const children = html`${failed && errorSummary({ title: common.errorSummaryTitle, errors: summaryErrors(messages, problems), ...(message === undefined ? {} : { message }) })}
${!failed && endedNotice(context)}
${form({
  action: context.path("/login"),
  csrfField: auth.csrfField,
  children: html`${hiddenField("next", next)}
${textField({ name: "login", label: login.identifierLabel, value: values.login ?? values.email ?? values.username ?? "", autocomplete: "username", inputmode: "email", required: true, autofocus: !failed, spellcheck: false, ...error("login") })}
${textField({ name: "password", label: common.passwordLabel, type: "password", autocomplete: "current-password", required: true, showPasswordLabel: common.showPassword, ...error("password") })}
${checkboxField({ name: "remember", label: login.remember, hint: login.rememberHint, checked: values.remember !== undefined })}
${submitButton(login.submit)}`,
})}`;
  const canRegister = core.settings.registration === "open" || core.settings.registration === "confirm-first";
  const register = `${context.path("/register")}?next=${encodeURIComponent(next)}`;
  return {
    title: login.title,
    body: card({
      title: login.title,
      intro: login.intro(core.settings.siteName),
      children,
      ...(canRegister
        ? { footer: html`${login.noAccount} <a href="${register}">${login.registerLink}</a>` }
        : {}),
    }),
  };
}
