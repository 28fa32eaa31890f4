import { eyeGlyph } from "./glyphs.ts";
import { type Html, html } from "./html.ts";
import { safeHref } from "./safe-href.ts";

/** One line (or with `rows`, several lines) of text in a form. */
export interface TextFieldOptions {
  name: string;
  label: string;
  /** Default "text". */
  type?: "text" | "email" | "password" | "search";
  /** The text typed before. Ignored for passwords, which are never sent back. */
  value?: string;
  /** A WCAG 1.3.5 token such as "username", "email", "current-password", "new-password", or "off". */
  autocomplete: string;
  /** A rule or help, shown before the field. */
  hint?: string;
  error?: string;
  /** Default false. */
  required?: boolean;
  inputmode?: "text" | "email" | "numeric" | "search" | "url";
  /** UTF-16 units. Ignored for passwords, because browsers silently cut a pasted one. */
  maxlength?: number;
  /** Default false. An error summary on the same page comes first and wins. */
  autofocus?: boolean;
  /** Default: false for addresses, usernames and passwords, else left to the browser. */
  spellcheck?: boolean;
  /** Makes it a textarea with this many lines. Ignored for passwords. */
  rows?: number;
  /** The name of the button that the script adds to a password field. Without a name it adds none. */
  showPasswordLabel?: string;
}

/**
 * The id of a field's control. Every character but letters, digits, "_" and "-" becomes "-": ids in aria lists hold
 * no blanks.
 */
export function fieldId(name: string): string {
  return `field-${name.replace(/[^A-Za-z0-9_-]/g, "-")}`;
}

/**
 * A labelled field. `aria-describedby` ties its hint and error to it. A password stays masked until the script's
 * button shows it, accepts paste and password managers, and never carries a value.
 *
 * @example
 * const title = ui.textField({ name: "title", label: "Title", autocomplete: "off", required: true });
 * @see Rows PW-10, PW-16, AC-02 to AC-04
 */
export function textField(field: TextFieldOptions): Html {
  return fieldFrame(field, control(field));
}

/**
 * A choice from a short list. If `value` is none of the options, the first one is chosen.
 *
 * @example
 * const language = ui.selectField({ name: "language", label: "Language", options: [{ value: "en", label: "English" }] });
 */
export function selectField(field: {
  name: string;
  label: string;
  options: readonly { value: string; label: string }[];
  value?: string;
  hint?: string;
  error?: string;
}): Html {
  const options = field.options.map(
    (option) =>
      html`<option value="${option.value}"${option.value === field.value ? html` selected` : ""}>${option.label}</option>`,
  );
  const select = html`<select id="${fieldId(field.name)}" name="${field.name}"${description(field)}>${options}</select>`;
  return fieldFrame(field, select);
}

/**
 * A tick box with its label. `value` distinguishes boxes of one name; default "on".
 *
 * @example
 * const terms = ui.checkboxField({ name: "terms", label: "I agree to the terms" });
 */
export function checkboxField(field: {
  name: string;
  label: string;
  hint?: string;
  checked?: boolean;
  value?: string;
}): Html {
  const id = fieldId(field.value === undefined ? field.name : `${field.name}-${field.value}`);
  const hint = field.hint && html`<span class="field-hint" id="${id}-hint">${field.hint}</span>`;
  const describedBy = field.hint ? html` aria-describedby="${id}-hint"` : "";
  return html`<div class="checkbox"><input type="checkbox" id="${id}" name="${field.name}" value="${field.value ?? "on"}"${field.checked ? html` checked` : ""}${describedBy}><label for="${id}">${field.label}</label>${hint}</div>`;
}

/**
 * A value that is sent with the form. Not for secrets: the page's source shows it.
 *
 * @example
 * hiddenField("version", version)
 */
export function hiddenField(name: string, value: string): Html {
  return html`<input type="hidden" name="${name}" value="${value}">`;
}

/**
 * Shows password managers the account of a changed, chosen or repeated password, if no field asks for the name. It is
 * hidden. It has no name, so it isn't sent.
 *
 * @example
 * fields: (field) => html`${identifierForManagers(user.email)}${field(newPasswordField(context, label))}`
 */
export function identifierForManagers(identifier: string): Html {
  return html`<input type="text" autocomplete="username" value="${identifier}" readonly hidden>`;
}

/**
 * The button that sends the form. Default variant "primary": at most one of those in a form.
 *
 * @example
 * const save = ui.submitButton("Save");
 */
export function submitButton(label: string, variant: "primary" | "secondary" | "danger" = "primary"): Html {
  return html`<button class="button button-${variant}" type="submit">${label}</button>`;
}

/**
 * A summary of the form's problems with links to its fields. It takes the focus without a script (`autofocus`), so
 * that keyboard and screen reader start at the problem. `listed: false` is for a form with one field, which
 * says its problem itself. Screen readers then read that text with the summary. Default true.
 *
 * @example
 * const problems = ui.errorSummary({ title: "Check this", errors: [{ field: "title", message: "Enter a title." }] });
 * @see Row AC-04
 */
export function errorSummary(summary: {
  title: string;
  errors: readonly { field: string; message: string }[];
  message?: string;
  listed?: boolean;
}): Html {
  const { errors, listed = true } = summary;
  const describedBy = listed
    ? ""
    : html` aria-describedby="${errors.map(({ field }) => `${fieldId(field)}-error`).join(" ")}"`;
  const links = errors.map(
    ({ field, message }) => html`<li><a href="#${fieldId(field)}">${message}</a></li>`,
  );
  return html`<div class="error-summary" role="alert" tabindex="-1"${describedBy} autofocus><h2>${summary.title}</h2>${
    summary.message && html`<p>${summary.message}</p>`
  }${listed && links.length > 0 && html`<ul>${links}</ul>`}</div>`;
}

/**
 * A form. By default it posts. `novalidate` leaves the checks to the server, so the messages are the same with and
 * without a script. A "get" form has no CSRF field: the token would appear in the address.
 *
 * @example
 * const body = ui.form({ action: "/posts", csrfField: c.var.auth.csrfField, children: ui.submitButton("Publish") });
 */
export function form(
  options: { action: string; children: Html | readonly Html[]; novalidate?: boolean } & (
    | { method?: "post"; csrfField: Html }
    | { method: "get"; csrfField?: Html }
  ),
): Html {
  const method = options.method ?? "post";
  const novalidate = (options.novalidate ?? true) ? html` novalidate` : "";
  return html`<form class="form" method="${method}" action="${safeHref(options.action)}"${novalidate}>${
    method === "post" && options.csrfField
  }${options.children}</form>`;
}

type Framed = Pick<TextFieldOptions, "name" | "label" | "hint" | "error">;

function fieldFrame(field: Framed, input: Html): Html {
  const id = fieldId(field.name);
  return html`<div class="field${field.error ? " field-invalid" : ""}"><label for="${id}">${field.label}</label>${
    field.hint && html`<p class="field-hint" id="${id}-hint">${field.hint}</p>`
  }${field.error && html`<p class="field-error" id="${id}-error">${field.error}</p>`}${input}</div>`;
}

function description(field: Framed): Html {
  const id = fieldId(field.name);
  const ids = [field.hint && `${id}-hint`, field.error && `${id}-error`].filter(Boolean).join(" ");
  return html`${ids && html` aria-describedby="${ids}"`}${field.error ? html` aria-invalid="true"` : ""}`;
}

function control(field: TextFieldOptions): Html {
  if (field.type === "password") return passwordControl(field);
  const attributes = html`${commonAttributes(field)}${field.maxlength !== undefined && html` maxlength="${field.maxlength}"`}`;
  // A parser drops the first line break of a textarea, so this adds one.
  if (field.rows !== undefined) {
    return html`<textarea rows="${field.rows}"${attributes}>
${field.value ?? ""}</textarea>`;
  }
  const value = field.value ? html` value="${field.value}"` : "";
  return html`<input type="${field.type ?? "text"}"${attributes}${value}>`;
}

function passwordControl(field: TextFieldOptions): Html {
  const toggle =
    field.showPasswordLabel !== undefined &&
    html`<button class="password-toggle" type="button" data-show-password aria-controls="${fieldId(field.name)}" aria-pressed="false" hidden>${eyeGlyph()}<span class="visually-hidden">${field.showPasswordLabel}</span></button>`;
  return html`<div class="password"><input type="password"${commonAttributes(field)}>${toggle}</div>`;
}

function commonAttributes(field: TextFieldOptions): Html {
  const identifier = isIdentifier(field);
  const spellcheck = field.spellcheck ?? (identifier ? false : undefined);
  return html` id="${fieldId(field.name)}" name="${field.name}" autocomplete="${field.autocomplete}"${
    field.inputmode && html` inputmode="${field.inputmode}"`
  }${spellcheck !== undefined && html` spellcheck="${String(spellcheck)}"`}${
    identifier && html` autocapitalize="none"`
  }${field.required && html` required`}${field.autofocus && html` autofocus`}${description(field)}`;
}

/** Text that must arrive exactly as typed. A capital letter or a correction by a phone would make it wrong. */
function isIdentifier(field: TextFieldOptions): boolean {
  if (field.type === "email" || field.type === "password") return true;
  return /\b(username|email)\b/.test(field.autocomplete);
}
