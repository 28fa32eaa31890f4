import { afterEach, beforeEach, expect, test } from "vitest";
import { createSite, type Site, tokenOf } from "../../../tests/support/site.ts";

let site: Site;
let token: string;

beforeEach(async () => {
  site = createSite();
  const { choosePasswordLink } = await site.auth.users.create({ email: "anna@example.org" });
  token = tokenOf(choosePasswordLink);
});
afterEach(() => site.close());

const password = "chosen by the real owner";
const login = { login: "anna@example.org", password };

test("the link's form sets the password and leads to the login", async () => {
  const browser = site.browser();
  const page = `/reset-password?token=${token}`;
  const answer = await browser.submitForm(page, { token, password }, "/reset-password");
  expect([answer.status, answer.location]).toEqual([303, "/login"]);
  expect(await browser.sessionStatus()).toBe(401);
  expect((await browser.submitForm("/login", login)).status).toBe(303);
});

test("programs get 200, and once only", async () => {
  const browser = site.browser();
  const answer = await browser.postJson("/reset-password", { token, password });
  expect([answer.status, answer.json()]).toEqual([200, { status: "password_changed" }]);
  expect((await browser.postJson("/login", login)).status).toBe(200);
  const again = await browser.postJson("/reset-password", { token, password });
  expect([again.status, again.code]).toEqual([410, "link_invalid"]);
});

test("a password that can't be accepted leaves the link good", async () => {
  const browser = site.browser();
  const page = `/reset-password?token=${token}`;
  const refused = await browser.submitForm(page, { token, password: "short" }, "/reset-password");
  expect([refused.status, refused.text.includes(`name="token" value="${token}"`)]).toEqual([422, true]);
  expect((await browser.postJson("/reset-password", { token, password })).status).toBe(200);
});
