import { testPassword } from "latchkey/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Browser } from "../../../tests/support/browser.ts";
import { createSite, type Site } from "../../../tests/support/site.ts";

let site: Site;
let browser: Browser;

beforeEach(async () => {
  site = createSite();
  browser = await site.signedIn("anna@example.org");
  site.clock.advance("11m");
});
afterEach(() => site.close());

test("the form proves who it is, renews the session and leads back", async () => {
  const before = browser.session();
  const wanted = await browser.get("/vault");
  expect([wanted.status, wanted.location]).toEqual([303, "/reauthenticate?next=%2Fvault"]);
  const fields = { password: testPassword, next: "/vault" };
  const answer = await browser.submitForm("/reauthenticate?next=%2Fvault", fields, "/reauthenticate");
  expect([answer.status, answer.location]).toEqual([303, "/vault"]);
  expect((await browser.get("/vault")).text).toBe("vault");
  expect(browser.session()).not.toBe(before);
});

test("programs get user and session", async () => {
  const wanted = await browser.get("/vault", { accept: "application/json" });
  expect([wanted.status, wanted.code]).toEqual([403, "reauthentication_required"]);
  const answer = await browser.postJson("/reauthenticate", { password: testPassword });
  expect(answer.status).toBe(200);
  expect(answer.json()).toMatchObject({ session: { authenticated_at: "2026-01-01T00:11:00.000Z" } });
  expect((await browser.get("/vault")).status).toBe(200);
});

test("a wrong password proves nothing", async () => {
  const answer = await browser.submitForm("/reauthenticate", { password: "a wrong teapot" });
  expect([answer.status, answer.text.includes('href="#field-password"')]).toEqual([422, true]);
  const json = await browser.postJson("/reauthenticate", { password: "a wrong teapot" });
  expect(json.fieldCodes("password")).toEqual(["wrong_password"]);
  expect((await browser.get("/vault")).status).toBe(303);
});
