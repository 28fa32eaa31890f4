import { describe, expect, test } from "vitest";
import {
  checkboxField,
  errorSummary,
  form,
  hiddenField,
  identifierForManagers,
  selectField,
  submitButton,
  textField,
} from "./forms.ts";
import { type Html, html } from "./html.ts";

const hostile = `"><script>alert(1)</script><img src=x onerror='alert(1)'>`;

async function text(page: Html): Promise<string> {
  return String(await page);
}

describe("text fields", () => {
  test("[IN-06] hostile values stay inside their attribute or element", async () => {
    const pages = [
      textField({
        name: hostile,
        label: hostile,
        value: hostile,
        hint: hostile,
        error: hostile,
        autocomplete: hostile,
      }),
      textField({
        name: "content",
        label: "Content",
        value: `</textarea>${hostile}`,
        rows: 5,
        autocomplete: "off",
      }),
      selectField({
        name: "role",
        label: hostile,
        options: [{ value: hostile, label: hostile }],
        value: hostile,
      }),
      checkboxField({ name: hostile, label: hostile, hint: hostile, value: hostile }),
      hiddenField(hostile, hostile),
      submitButton(hostile),
      errorSummary({ title: hostile, message: hostile, errors: [{ field: hostile, message: hostile }] }),
      form({ action: hostile, csrfField: hiddenField("csrf_token", hostile), children: html`${hostile}` }),
    ];
    for (const page of pages) {
      const markup = await text(page);
      expect(markup).not.toMatch(/<script|<img|<\/textarea>&quot;|""|onerror='/);
    }
  });

  test("[IN-06] a form can't be sent to a script", async () => {
    const markup = await text(
      form({ action: " java\tscript:alert(1)", csrfField: html``, children: html`` }),
    );
    expect(markup).toContain(`action="#"`);
  });

  test("[PW-10] a password is never sent back, whatever is passed in", async () => {
    const markup = await text(
      textField({
        name: "password",
        label: "Password",
        type: "password",
        value: "s3cret",
        rows: 3,
        autocomplete: "off",
      }),
    );
    expect(markup).not.toContain("s3cret");
    expect(markup).not.toContain("value=");
    expect(markup).toContain(`type="password"`);
  });

  test("[PW-10] other fields keep the typed text", async () => {
    expect(
      await text(textField({ name: "email", label: "Email", value: "a@b.c", autocomplete: "email" })),
    ).toContain(`value="a@b.c"`);
  });

  test("[PW-16] a password field has autocomplete, exact typing, no limit that cuts pasted passwords, and a named toggle", async () => {
    const markup = await text(
      textField({
        name: "password",
        label: "Password",
        type: "password",
        autocomplete: "new-password",
        showPasswordLabel: "Show password",
        maxlength: 8,
      }),
    );
    expect(markup).toContain(`autocomplete="new-password"`);
    expect(markup).toContain(`spellcheck="false" autocapitalize="none"`);
    expect(markup).not.toContain("maxlength");
    expect(markup).not.toContain("onpaste");
    expect(markup).toMatch(
      /<button[^>]+type="button"[^>]+aria-controls="field-password" aria-pressed="false" hidden>.*Show password<\/span><\/button>/,
    );
  });

  test("[AC-02] only usernames and addresses turn off the browser's corrections", async () => {
    const login = await text(textField({ name: "login", label: "Login", autocomplete: "username webauthn" }));
    expect(login).toContain(`autocomplete="username webauthn" spellcheck="false" autocapitalize="none"`);
    const title = await text(
      textField({ name: "title", label: "Title", autocomplete: "off", maxlength: 200 }),
    );
    expect(title).not.toMatch(/spellcheck|autocapitalize/);
    expect(title).toContain(`maxlength="200"`);
  });

  test("[AC-04] label, hint and error are tied to the field", async () => {
    const markup = await text(
      textField({
        name: "email",
        label: "Email",
        hint: "A hint.",
        error: "An error.",
        autocomplete: "email",
      }),
    );
    expect(markup).toContain(`<label for="field-email">Email</label>`);
    expect(markup).toContain(`id="field-email-hint">A hint.`);
    expect(markup).toContain(`id="field-email-error">An error.`);
    expect(markup).toContain(`aria-describedby="field-email-hint field-email-error" aria-invalid="true"`);
  });

  test("a field without hint and error is neither described nor invalid", async () => {
    const markup = await text(textField({ name: "email", label: "Email", autocomplete: "email" }));
    expect(markup).not.toMatch(/aria-describedby|aria-invalid/);
  });

  test("a textarea keeps a first empty line", async () => {
    const markup = await text(
      textField({ name: "c", label: "C", value: "\nx", rows: 4, autocomplete: "off" }),
    );
    expect(markup).toContain(">\n\nx</textarea>");
  });
});

describe("the rest of a form", () => {
  test("[AC-04] the error summary takes the focus and leads to the fields", async () => {
    const markup = await text(
      errorSummary({
        title: "There is a problem",
        errors: [{ field: "roles[]", message: "Choose a role." }],
      }),
    );
    expect(markup).toContain(`role="alert" tabindex="-1" autofocus`);
    expect(markup).toContain(`<a href="#field-roles--">Choose a role.</a>`);
    const field = await text(selectField({ name: "roles[]", label: "Role", options: [] }));
    expect(field).toContain(`id="field-roles--"`);
  });

  test("[AC-04] a summary without a list is described by the problems beside the fields", async () => {
    const errors = [{ field: "email", message: "Enter an address." }];
    const markup = await text(errorSummary({ title: "There is a problem", errors, listed: false }));
    expect(markup).toContain(`aria-describedby="field-email-error" autofocus`);
    expect(markup).not.toContain("Enter an address.");
    const field = await text(
      textField({ name: "email", label: "Email", autocomplete: "email", error: "Enter an address." }),
    );
    expect(field).toContain(`id="field-email-error">Enter an address.`);
  });

  test("tick boxes of one name have different ids", async () => {
    const markup = await text(
      checkboxField({ name: "roles", value: "admin", label: "Admin", checked: true }),
    );
    expect(markup).toContain(`id="field-roles-admin" name="roles" value="admin" checked>`);
    expect(markup).toContain(`<label for="field-roles-admin">`);
  });

  test("a select shows the chosen option", async () => {
    const options = [
      { value: "", label: "Any" },
      { value: "admin", label: "Admin" },
    ];
    const markup = await text(selectField({ name: "role", label: "Role", options, value: "admin" }));
    expect(markup).toContain(`<option value="admin" selected>Admin</option>`);
    expect(markup.match(/ selected/g)).toHaveLength(1);
  });

  test("[PW-16] password managers learn the account of a password, and the server receives no extra field", async () => {
    const markup = await text(identifierForManagers("mina@example.org"));
    expect(markup).toContain(`autocomplete="username" value="mina@example.org"`);
    expect(markup).not.toContain("name=");
  });

  test("a form posts with the token and leaves the checks to the server", async () => {
    const csrfField = hiddenField("csrf_token", "token");
    const markup = await text(form({ action: "/login", csrfField, children: submitButton("Go") }));
    expect(markup).toContain(`<form class="form" method="post" action="/login" novalidate>`);
    expect(markup).toContain(`<input type="hidden" name="csrf_token" value="token">`);
  });

  test("a search form keeps the token out of the address", async () => {
    const csrfField = hiddenField("csrf_token", "token");
    const markup = await text(form({ action: "/admin/users", method: "get", csrfField, children: html`` }));
    expect(markup).not.toContain("csrf_token");
  });
});
