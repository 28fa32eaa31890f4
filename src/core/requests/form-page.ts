import type { FieldProblems } from "../../platform/errors/index.ts";
import {
  card,
  checkboxField,
  errorSummary,
  form,
  type Html,
  html,
  linkButton,
  submitButton,
  type TextFieldOptions,
  textField,
} from "../../platform/html/index.ts";
import type { FormModel, Page, RouteContext } from "./route.ts";
import { fieldSentence, summaryErrors } from "./sentences.ts";

/** A field as a page declares it; its value and its problem come from the model. */
export interface FormField extends Omit<TextFieldOptions, "error" | "showPasswordLabel"> {
  /** Says beside the label that the field may stay empty. Default false. */
  optional?: boolean;
}

/** Makes a field with its typed value and its problem. */
export type FieldMaker = (field: FormField) => Html;

/** The parts of a page with a form. */
export interface FormPageOptions {
  title: string;
  intro?: string;
  /** The path that the form posts to, as declared. */
  action: string;
  submit: string;
  /** Default `primary`. */
  submitVariant?: "primary" | "danger";
  /** The way out without a change, beside the button that sends the form. `path` is as declared. */
  cancel?: { path: string; label: string };
  fields(field: FieldMaker): Html;
  /** Shown above the form unless it has a problem. Make it `focused`: no field then takes the focus. */
  notice?: Html | undefined;
  /** Shown below the form, such as a second one. */
  below?: Html | undefined;
  /** Always shown above the form. */
  explanation?: string | undefined;
  footer?: Html | string | undefined;
}

/** The field for an address; `more` changes its defaults. */
export function emailField({ messages }: RouteContext, more: Partial<FormField> = {}): FormField {
  return {
    name: "email",
    label: messages.common.emailLabel,
    type: "email",
    autocomplete: "email",
    inputmode: "email",
    required: true,
    ...more,
  };
}

/** The field for a mailed code: letters that no phone should correct. A wrong code isn't shown again. */
export function codeField({ messages }: RouteContext): FormField {
  const { label, hint } = messages.common.mailedCode;
  return {
    name: "code",
    label,
    hint,
    value: "",
    autocomplete: "one-time-code",
    required: true,
    spellcheck: false,
  };
}

/** The secret of the mailed link that a form was sent with. */
export async function sentToken({ request }: RouteContext): Promise<string> {
  const { token } = await request.fields();
  return typeof token === "string" ? token : "";
}

/** "Remember me". */
export function rememberField({ messages }: RouteContext, { values }: FormModel): Html {
  const { remember: label, rememberHint: hint } = messages.common;
  return checkboxField({ name: "remember", label, hint, checked: values.remember !== undefined });
}

/** The address of a page that then leads to `next`. */
export function withNext(context: RouteContext, path: string, next: string): string {
  return `${context.path(path)}?next=${encodeURIComponent(next)}`;
}

/**
 * The hint beside a field for choosing a password.
 *
 * @example
 * fields: (field) => field(newPasswordField(context, messages.common.newPasswordLabel))
 */
export function newPasswordField({ messages, core }: RouteContext, label: string): FormField {
  return {
    name: "password",
    label,
    type: "password",
    autocomplete: "new-password",
    required: true,
    hint: messages.common.passwordHint(core.passwords.minimum),
  };
}

/** Whether the form has one field, and its problem is the only one: it then stands right below the summary. */
function isTheOnlyField(labels: ReadonlyMap<string, string>, problems: FieldProblems): boolean {
  const [wrong, ...more] = Object.keys(problems);
  return labels.size === 1 && wrong !== undefined && labels.has(wrong) && more.length === 0;
}

/**
 * A page with one form in a card: first the summary of problems, then each field with its problem. Typed values are
 * kept, passwords never.
 *
 * @example
 * formPage(context, model, {
 *   title: words.title,
 *   action: "/account/nickname",
 *   submit: words.save,
 *   fields: (field) => field({ name: "nickname", label: words.label, autocomplete: "nickname" }),
 * });
 * @see rows PW-10, AC-04, AC-05
 */
// Rows PW-10, AC-04, AC-05.
export function formPage(context: RouteContext, model: FormModel, options: FormPageOptions): Page {
  const { messages, auth } = context;
  const { values, problems, message } = model;
  const failed = message !== undefined || Object.keys(problems).length > 0;
  const labels = new Map<string, string>();
  const field: FieldMaker = ({ optional, ...declared }) => {
    const { name, label } = declared;
    labels.set(name, label);
    const error = fieldSentence(messages, problems, name);
    return textField({
      value: values[name] ?? "",
      ...declared,
      label: optional ? messages.common.optional(label) : label,
      autofocus: !failed && options.notice === undefined && (declared.autofocus ?? false),
      showPasswordLabel: messages.common.showPassword(label),
      ...(error === undefined ? {} : { error }),
    });
  };
  const { title, intro, action, submit, cancel, notice, below, explanation, footer } = options;
  // The fields come first, since the summary names each by its label.
  const fields = options.fields(field);
  const summary =
    failed &&
    errorSummary({
      title: messages.common.errorSummaryTitle,
      errors: summaryErrors(messages, problems, labels),
      listed: !isTheOnlyField(labels, problems),
      ...(message === undefined ? {} : { message }),
    });
  const send = submitButton(submit, options.submitVariant);
  return {
    title,
    body: card({
      title,
      ...(intro === undefined ? {} : { intro }),
      children: html`${summary}${!failed && notice}${explanation && html`<p>${explanation}</p>`}${form({
        action: context.path(action),
        csrfField: auth.csrfField,
        children: html`${fields}${
          cancel === undefined
            ? send
            : html`<div class="actions">${send}${linkButton({ href: context.path(cancel.path), label: cancel.label })}</div>`
        }`,
      })}${below}`,
      ...(footer === undefined ? {} : { footer }),
    }),
  };
}
