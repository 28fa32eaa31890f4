import { durationInWords } from "../../core/outbox/index.ts";
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
  submitButton,
  textField,
} from "../../platform/html/index.ts";

export function registerPage(context: RouteContext, { values, problems, message }: FormModel): Page {
  const { messages, core, auth } = context;
  const { common, registration } = messages;
  const failed = message !== undefined || Object.keys(problems).length > 0;
  const next = context.next(values.next);
  const error = (field: string) => {
    const sentence = fieldSentence(messages, problems, field);
    return sentence === undefined ? {} : { error: sentence };
  };
  const own = Object.keys(core.settings.userFields).map((name) =>
    textField({ name, label: labelOf(name), value: values[name] ?? "", autocomplete: "off", ...error(name) }),
  );
  const children = html`${failed && errorSummary({ title: common.errorSummaryTitle, errors: summaryErrors(messages, problems), ...(message === undefined ? {} : { message }) })}
${form({
  action: context.path("/register"),
  csrfField: auth.csrfField,
  children: html`${hiddenField("next", next)}
${textField({ name: "email", label: common.emailLabel, type: "email", value: values.email ?? "", autocomplete: "email", inputmode: "email", required: true, autofocus: !failed, ...error("email") })}
${textField({ name: "username", label: common.optional(common.usernameLabel), value: values.username ?? "", autocomplete: "username", spellcheck: false, hint: registration.usernameHint(3, 32), ...error("username") })}
${own}
${textField({ name: "password", label: common.passwordLabel, type: "password", autocomplete: "new-password", required: true, hint: common.passwordHint(core.passwords.minimum), showPasswordLabel: common.showPassword, ...error("password") })}
${submitButton(registration.submit)}`,
})}`;
  const login = `${context.path("/login")}?next=${encodeURIComponent(next)}`;
  return {
    title: registration.title,
    body: card({
      title: registration.title,
      intro: registration.intro,
      children,
      footer: html`${registration.haveAccount} <a href="${login}">${registration.loginLink}</a>`,
    }),
  };
}

/** `displayName` reads "Display name". */
function labelOf(name: string): string {
  const words = name
    .replace(/_/g, " ")
    .replace(/([a-z])([A-Z])/g, (_, before, after) => `${before} ${after.toLowerCase()}`);
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** The same page for a new and a taken address (row SU-01). */
export function checkMailPage(context: RouteContext, email: string): Page {
  const { messages, core, auth } = context;
  const { checkMail } = messages;
  const lifetime = durationInWords(messages, core.settings.lifetimes.confirmationMs);
  return {
    title: checkMail.title,
    body: card({
      title: checkMail.title,
      intro: checkMail.sentence(email),
      children: html`<p>${checkMail.lifetime(lifetime)}</p>
<p>${checkMail.nothingArrived}</p>
${form({
  action: context.path("/confirm-email/resend"),
  csrfField: auth.csrfField,
  children: html`${hiddenField("email", email)}${submitButton(checkMail.resend, "secondary")}`,
})}`,
      footer: html`<a href="${context.path("/register")}">${checkMail.otherAddress}</a>`,
    }),
  };
}
