import { afterEach, beforeEach, expect, test } from "vitest";
import { createSite, type Site } from "../../../tests/support/site.ts";

let site: Site;

beforeEach(() => {
  site = createSite();
});
afterEach(() => site.close());

test("the page asks, and its button ends the session and confirms it once", async () => {
  const browser = await site.signedIn("anna@example.org");
  expect((await browser.get("/logout")).status).toBe(200);
  const cookie = browser.jar.header;
  expect(await site.sessionStatus(cookie)).toBe(200);
  const answer = await browser.submitForm("/logout", {});
  expect([answer.status, answer.location]).toEqual([303, "/login"]);
  expect([await browser.sessionStatus(), await site.sessionStatus(cookie)]).toEqual([401, 401]);
  expect((await browser.get("/login")).text).toContain("You&#39;re logged out.");
  expect((await browser.get("/login")).text).not.toContain("You&#39;re logged out.");
});

test("logging out by JSON returns 204", async () => {
  const browser = await site.signedIn("anna@example.org");
  const cookie = browser.jar.header;
  const answer = await browser.postJson("/logout");
  expect([answer.status, answer.text]).toEqual([204, ""]);
  expect([await browser.sessionStatus(), await site.sessionStatus(cookie)]).toEqual([401, 401]);
});

test("logging out without a session is a no-op", async () => {
  const answer = await site.browser().get("/logout");
  expect([answer.status, answer.location]).toEqual([303, "/login"]);
});
