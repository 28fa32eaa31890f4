import { unwrap } from "latchkey";
import { testPassword } from "latchkey/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createSite, type Site } from "../../../tests/support/site.ts";

let site: Site;

beforeEach(() => {
  site = createSite();
});
afterEach(() => site.close());

const email = "anna@example.org";

async function registered() {
  const browser = site.browser();
  await browser.postJson("/register", { email, password: testPassword });
  return { browser, token: await site.tokenTo(email) };
}

test("the link's page asks, and its button makes the account and signs in", async () => {
  const { browser, token } = await registered();
  const answer = await browser.submitForm(`/confirm-email?token=${token}`, { token }, "/confirm-email");
  expect([answer.status, answer.location]).toEqual([303, "/dashboard"]);
  expect(await browser.who()).toBe(email);
  expect((await unwrap(site.auth.users.find({ who: email }))).user?.emailVerified).toBe(true);
});

test("confirming by JSON returns user and session", async () => {
  const { browser, token } = await registered();
  const page = await browser.get(`/confirm-email?token=${token}`, { accept: "application/json" });
  expect(page.json()).toMatchObject({ password_required: false });
  const answer = await browser.postJson("/confirm-email", { token });
  expect(answer.status).toBe(200);
  expect(answer.json()).toMatchObject({ status: "confirmed", user: { email, email_verified: true } });
});

test("another browser must choose a password", async () => {
  const { token } = await registered();
  const other = site.browser();
  const page = `/confirm-email?token=${token}`;
  expect((await other.submitForm(page, { token }, "/confirm-email")).status).toBe(422);
  const chosen = { token, password: "chosen by the real owner" };
  expect((await other.submitForm(page, chosen, "/confirm-email")).status).toBe(303);
  const login = await site.browser().postJson("/login", { login: email, password: chosen.password });
  expect(login.status).toBe(200);
});

test("an expired link leads to the form for a new one", async () => {
  const { browser, token } = await registered();
  site.clock.advance("25h");
  expect((await browser.get(`/confirm-email?token=${token}`)).status).toBe(410);
  const answer = await browser.submitForm("/confirm-email", { email }, "/confirm-email/resend");
  expect([answer.status, answer.text.includes(email)]).toEqual([200, true]);
  const json = await browser.postJson("/confirm-email/resend", { email });
  expect([json.status, json.json()]).toEqual([202, { status: "confirmation_sent" }]);
  expect(await site.tokenTo(email)).not.toBe(token);
});
