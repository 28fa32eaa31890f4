import { unwrap } from "latchkey";
import { testPassword } from "latchkey/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createSite, type Site } from "../../../tests/support/site.ts";

let site: Site;

beforeEach(async () => {
  site = createSite();
  await unwrap(
    site.auth.users.create({ email: "anna@example.org", username: "anna", password: testPassword }),
  );
});
afterEach(() => site.close());

test("the form signs in and leads to the wanted page", async () => {
  const browser = site.browser();
  const wanted = await browser.get("/vault");
  expect([wanted.status, wanted.location]).toEqual([303, "/login?next=%2Fvault"]);
  const fields = { login: "anna@example.org", password: testPassword, next: "/vault" };
  const answer = await browser.submitForm("/login?next=%2Fvault", fields, "/login");
  expect([answer.status, answer.location]).toEqual([303, "/vault"]);
  expect((await browser.get("/vault")).text).toBe("vault");
  expect((await browser.get("/login")).location).toBe("/dashboard");
});

test.each([
  { login: "ANNA@example.org" },
  { login: "anna" },
  { email: "anna@example.org" },
  { username: "anna" },
])("signing in as JSON by %o returns user and session", async (name) => {
  const browser = site.browser();
  const answer = await browser.postJson("/login", { ...name, password: testPassword });
  expect(answer.status).toBe(200);
  expect(answer.json()).toMatchObject({
    user: { email: "anna@example.org", username: "anna" },
    session: { methods: ["password"], remembered: false },
  });
  expect(await browser.sessionStatus()).toBe(200);
});

test("a wrong password shows the form again, with the name and without the password", async () => {
  const answer = await site.browser().submitForm("/login", { login: "anna", password: "a wrong teapot" });
  expect(answer.status).toBe(401);
  expect(answer.text).toContain('value="anna"');
  expect(answer.text).not.toContain("a wrong teapot");
  const json = await site.browser().postJson("/login", { login: "anna", password: "a wrong teapot" });
  expect([json.status, json.code]).toEqual([401, "invalid_credentials"]);
});

test("[PW-11] a password that must be replaced opens no session, and leads to the form for another", async () => {
  const { id } = (await unwrap(site.auth.users.find({ who: "anna" }))).user!;
  await unwrap(site.auth.users.requirePasswordChange({ userId: id }));
  const browser = site.browser();
  const page = await browser.submitForm("/login", { login: "anna", password: testPassword });
  expect([page.status, page.location]).toEqual([303, "/login/choose-password"]);
  expect((await browser.get("/login/choose-password")).text).toContain('action="/login/choose-password"');
  const problem = await browser.postJson("/login", { login: "anna", password: testPassword });
  expect([problem.status, problem.code]).toEqual([401, "password_change_required"]);
  expect(problem.headers.get("content-type")).toBe("application/problem+json; charset=utf-8");
  expect(problem.json()).toMatchObject({
    continue: "/login/choose-password",
    csrf_token: expect.any(String),
  });
  expect(await browser.sessionStatus()).toBe(401);
  const password = "another teapot altogether";
  const chosen = await browser.postJson("/login/choose-password", { password });
  expect([chosen.status, await browser.sessionStatus()]).toEqual([200, 200]);
  expect((await browser.postJson("/login", { login: "anna", password })).status).toBe(200);
});
