import { unwrap } from "latchkey";
import { testPassword } from "latchkey/testing";
import { afterEach, expect, test } from "vitest";
import { createSite, type Site } from "../../../tests/support/site.ts";

let site: Site;

afterEach(() => site.close());

const email = "anna@example.org";

test("the form names the address, and no account exists yet", async () => {
  site = createSite();
  const answer = await site.browser().submitForm("/register", { email, password: testPassword });
  expect([answer.status, answer.text.includes(email)]).toEqual([200, true]);
  expect((await site.mailTo(email)).links[0]).toMatch(/\/confirm-email\?token=[\w-]{43}$/);
  expect((await unwrap(site.auth.users.find({ who: email }))).user).toBeNull();
});

test("registering by JSON returns 202", async () => {
  site = createSite();
  const answer = await site.browser().postJson("/register", { email, password: testPassword });
  expect([answer.status, answer.json()]).toEqual([202, { status: "confirmation_sent" }]);
});

test("in open mode the form signs in and leads to the wanted page", async () => {
  site = createSite({ registration: "open" });
  const browser = site.browser();
  const fields = { email, username: "anna", password: testPassword, next: "/vault" };
  const answer = await browser.submitForm("/register?next=/vault", fields, "/register");
  expect([answer.status, answer.location]).toEqual([303, "/vault"]);
  expect(await browser.who()).toBe(email);
  expect((await browser.get("/register")).location).toBe("/dashboard");
});

test("in open mode registering by JSON returns the user", async () => {
  site = createSite({ registration: "open" });
  const answer = await site.browser().postJson("/register", { email, password: testPassword });
  expect(answer.status).toBe(201);
  expect(answer.json()).toMatchObject({ user: { email, email_verified: false, roles: ["user"] } });
});

test("an unacceptable value is shown beside its field, with the typed text", async () => {
  site = createSite();
  const answer = await site.browser().submitForm("/register", { email: "anna", password: "short" });
  expect(answer.status).toBe(422);
  expect(answer.text).toContain('value="anna"');
  expect(answer.text).toContain('href="#field-email"');
  expect(answer.text).toContain('href="#field-password">Password: Use at least 8 characters.</a>');
});

test.each(["invite-only", "closed"] as const)(
  "%s registration has neither a form nor accounts",
  async (mode) => {
    site = createSite({ registration: mode });
    const browser = site.browser();
    expect((await browser.get("/register")).status).toBe(403);
    const answer = await browser.postJson("/register", { email, password: testPassword });
    expect([answer.status, answer.code]).toEqual([403, "registration_closed"]);
  },
);
