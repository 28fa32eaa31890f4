import {
  type FieldMaker,
  type FormModel,
  formPage,
  type Page,
  type RouteContext,
} from "../../core/requests/index.ts";
import { hiddenField, html, identifierForManagers } from "../../platform/html/index.ts";
import { proversOf } from "./reauthenticate.ts";

export async function reauthenticatePage(context: RouteContext, model: FormModel): Promise<Page> {
  const { core, messages, auth } = context;
  const { reauthenticate } = messages;
  const { user } = auth;
  const provers = await proversOf(core, auth.requireSession());
  // Of several ways one is enough, so the browser demands none of the fields.
  const one = (field: FieldMaker, index: number): FieldMaker =>
    provers.length === 1
      ? field
      : (declared) => field({ ...declared, required: false, autofocus: index === 0 });
  return formPage(context, model, {
    title: reauthenticate.title,
    intro: reauthenticate.intro(user?.username ?? user?.email ?? ""),
    action: "/reauthenticate",
    submit: reauthenticate.submit,
    fields: (field) =>
      html`${hiddenField("next", context.next(model.values.next))}${identifierForManagers(
        user?.email ?? "",
      )}${provers.map((prover, index) => prover.render(context, one(field, index)))}`,
    footer: html`<a href="${context.path("/forgot-password")}">${messages.common.forgotPassword}</a>`,
  });
}
