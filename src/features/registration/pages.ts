import { durationInWords } from "../../core/outbox/index.ts";
import {
  emailField,
  type FormModel,
  formPage,
  mailSentPage,
  newPasswordField,
  type Page,
  type RouteContext,
  withNext,
} from "../../core/requests/index.ts";
import { hiddenField, html } from "../../platform/html/index.ts";

export function registerPage(context: RouteContext, model: FormModel): Page {
  const { messages, core } = context;
  const { common, registration } = messages;
  const next = context.next(model.values.next);
  const login = withNext(context, "/login", next);
  return formPage(context, model, {
    title: registration.title,
    intro: registration.intro,
    action: "/register",
    submit: registration.submit,
    fields: (field) =>
      html`${hiddenField("next", next)}${field(emailField(context, { autofocus: true }))}${field({
        name: "username",
        label: common.usernameLabel,
        optional: true,
        autocomplete: "username",
        spellcheck: false,
        hint: registration.usernameHint(3, 32),
      })}${Object.keys(core.settings.userFields).map((name) =>
        field({ name, label: labelOf(name), autocomplete: "off" }),
      )}${field(newPasswordField(context, common.passwordLabel))}`,
    footer: html`${registration.haveAccount} <a href="${login}">${common.login}</a>`,
  });
}

/** `displayName` reads "Display name". */
function labelOf(name: string): string {
  const words = name
    .replace(/_/g, " ")
    .replace(/([a-z])([A-Z])/g, (_, before, after) => `${before} ${after.toLowerCase()}`);
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** The same page for a new and a taken address. */
// Row SU-01.
export function confirmationSentPage(context: RouteContext, email: string): Page {
  const { messages, core } = context;
  const { common, registration } = messages;
  const lifetime = durationInWords(messages, core.settings.lifetimes.confirmationMs);
  return mailSentPage(context, {
    title: registration.sentTitle,
    intro: registration.sent(email),
    children: html`<p>${common.linkLifetime(lifetime)}</p>`,
    action: "/confirm-email/resend",
    fields: hiddenField("email", email),
    startOver: "/register",
  });
}
