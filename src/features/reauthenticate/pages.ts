import type { Prover } from "../../core/login/index.ts";
import { durationInWords } from "../../core/outbox/index.ts";
import {
  type FieldMaker,
  type FormModel,
  formPage,
  type Page,
  type RouteContext,
} from "../../core/requests/index.ts";
import {
  card,
  form,
  type Html,
  hiddenField,
  html,
  linkButton,
  submitButton,
} from "../../platform/html/index.ts";
import { awaitsCode, mailedCodeProver } from "./mailed-code.ts";
import { proversOf } from "./reauthenticate.ts";

/** Of several ways one is enough, so the browser requires none of the fields. */
function oneOf(provers: readonly Prover[], field: FieldMaker, index: number): FieldMaker {
  return provers.length === 1
    ? field
    : (declared) => field({ ...declared, required: false, autofocus: index === 0 });
}

/** The button that requests a code, in a separate form. */
function sendForm({ auth, path }: RouteContext, { next, label }: { next: string; label: string }): Html {
  return form({
    action: path("/reauthenticate/code"),
    csrfField: auth.csrfField,
    children: html`${hiddenField("next", next)}${submitButton(label, "secondary")}`,
  });
}

/** For an account that can't prove itself yet. A mailed link leads to a password, and proves its address. */
function noWayPage({ messages, path }: RouteContext, name: string): Page {
  const { title, byNothing, choosePassword } = messages.reauthenticate;
  const children = linkButton({ href: path("/forgot-password"), label: choosePassword, variant: "primary" });
  return { title, body: card({ title, intro: byNothing(name), children }) };
}

/** Asks whether to send a code, if the account has no other way. */
function offerPage(context: RouteContext, model: FormModel, intro: string, next: string): Page {
  const { title, code } = context.messages.reauthenticate;
  return formPage(context, model, {
    title,
    intro,
    action: "/reauthenticate/code",
    submit: code.send,
    fields: () => hiddenField("next", next),
  });
}

/** The instruction, for a single way or for several. */
function introOf(
  { messages }: RouteContext,
  shown: readonly Prover[],
  names: { name: string; email: string },
  sent: boolean,
): string {
  const { byPassword, byAny, code } = messages.reauthenticate;
  const { name, email } = names;
  const [only, ...others] = shown;
  if (others.length > 0) return byAny(name);
  if (only === mailedCodeProver) return sent ? code.sent(email) : code.offer(name, email);
  return only?.field === "password" ? byPassword(name) : byAny(name);
}

/** Shows a field for each way of the account, and the button that requests a code. */
export async function reauthenticatePage(context: RouteContext, model: FormModel): Promise<Page> {
  const { core, messages, auth } = context;
  const { reauthenticate, common } = messages;
  const { code } = reauthenticate;
  const account = auth.requireSession();
  const { email, username } = account.user;
  const names = { name: username ?? email, email };
  const next = context.next(model.values.next);
  const provers = await proversOf(core, account);
  if (provers.length === 0) return noWayPage(context, names.name);
  const byCode = provers.includes(mailedCodeProver);
  const sent = byCode && (await awaitsCode(core, account));
  // The summary of problems leads to the field, even if the code expired meanwhile.
  const asked = sent || Object.hasOwn(model.problems, mailedCodeProver.field);
  const shown = provers.filter((prover) => asked || prover !== mailedCodeProver);
  if (shown.length === 0) return offerPage(context, model, code.offer(names.name, email), next);
  const lifetime = durationInWords(messages, core.settings.lifetimes.reauthenticationCodeMs);
  const explanation =
    shown.length === 1 ? code.lifetime(lifetime) : `${code.sent(email)} ${code.lifetime(lifetime)}`;
  return formPage(context, model, {
    title: reauthenticate.title,
    intro: introOf(context, shown, names, sent),
    explanation: sent ? explanation : undefined,
    action: "/reauthenticate",
    submit: reauthenticate.submit,
    fields: (field) =>
      html`${hiddenField("next", next)}${shown.map((prover, index) =>
        prover.render(context, oneOf(shown, field, index)),
      )}`,
    below: byCode
      ? html`<p>${asked ? code.nothingArrived : code.instead(email)}</p>
${sendForm(context, { next, label: asked ? code.sendNew : code.send })}`
      : undefined,
    footer: shown.some(({ field }) => field === "password")
      ? html`<a href="${context.path("/forgot-password")}">${common.forgotPassword}</a>`
      : undefined,
  });
}
