import {
  type FormModel,
  formPage,
  type Page,
  type RouteContext,
  rememberField,
  withNext,
} from "../../core/requests/index.ts";
import { lookUp } from "../../core/words/index.ts";
import { type Html, hiddenField, html, notice } from "../../platform/html/index.ts";
import { mayRegister } from "../registration/index.ts";

/** The reason of the ended session, for a browser that had one. The visitor's own logout has no sentence. */
function endedNotice({ auth, messages }: RouteContext): Html | undefined {
  const message = lookUp(messages.ended, auth.endedReason ?? undefined);
  return message === undefined ? undefined : notice({ category: "info", message, focused: true });
}

/** Guessing strangers make the owner wait on a new device. The mailed link avoids that wait. */
// Row TH-04.
function withWayAround(model: FormModel, { messages }: RouteContext): FormModel {
  if (model.code !== "too_many_attempts") return model;
  return { ...model, message: messages.login.tooMany(model.message ?? "") };
}

export function loginPage(context: RouteContext, model: FormModel): Page {
  const { messages, core } = context;
  const { common, login } = messages;
  const { values } = model;
  const next = context.next(values.next);
  const register = withNext(context, "/register", next);
  return formPage(context, withWayAround(model, context), {
    title: login.title,
    intro: login.intro(core.settings.siteName),
    action: "/login",
    submit: login.submit,
    notice: endedNotice(context),
    fields: (field) =>
      html`${hiddenField("next", next)}${field({
        name: "login",
        label: login.identifierLabel,
        value: values.login ?? values.email ?? values.username ?? "",
        autocomplete: "username",
        inputmode: "email",
        required: true,
        autofocus: true,
        spellcheck: false,
      })}${field({
        name: "password",
        label: common.passwordLabel,
        type: "password",
        autocomplete: "current-password",
        required: true,
      })}${rememberField(context, model)}`,
    footer: html`<p><a href="${context.path("/forgot-password")}">${common.forgotPassword}</a></p>${core.features.loginLinks.map(
      ({ path, label }) => html`<p><a href="${withNext(context, path, next)}">${label(messages)}</a></p>`,
    )}${mayRegister(core.settings) && html`<p>${login.noAccount} <a href="${register}">${login.registerLink}</a></p>`}`,
  });
}
