import { afterEach, beforeEach, expect, test } from "vitest";
import { createSite, type Site } from "../../../tests/support/site.ts";

let site: Site;

beforeEach(() => {
  site = createSite();
});
afterEach(() => site.close());

test("/session names the signed-in account and the end of the session", async () => {
  const { cookie, user } = await site.as({ email: "anna@example.org", username: "anna" });
  const answer = await site.browser({ cookie }).get("/session", { accept: "text/html" });
  expect([answer.status, answer.headers.get("content-type")]).toEqual([
    200,
    "application/json; charset=utf-8",
  ]);
  const now = "2026-01-01T00:00:00.000Z";
  expect(answer.json()).toEqual({
    user: {
      id: user.id,
      email: "anna@example.org",
      email_verified: true,
      username: "anna",
      roles: ["user"],
    },
    session: {
      id: expect.any(String),
      created_at: now,
      authenticated_at: now,
      methods: ["password"],
      expires_at: "2026-01-31T00:00:00.000Z",
      remembered: false,
    },
  });
});

test("/session is 401 without a session", async () => {
  const answer = await site.browser().get("/session");
  expect([answer.status, answer.code]).toEqual([401, "login_required"]);
});

test("/csrf returns the token of this browser's forms", async () => {
  const browser = site.browser();
  const token = await browser.csrfToken();
  expect((await browser.get("/login")).text).toContain(`name="csrf_token" value="${token}"`);
});
