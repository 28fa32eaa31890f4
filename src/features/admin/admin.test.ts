import { afterEach, beforeEach, expect, test } from "vitest";
import type { Browser } from "../../../tests/support/browser.ts";
import { createSite, type Site } from "../../../tests/support/site.ts";

let site: Site;
let admin: Browser;

beforeEach(async () => {
  site = createSite();
  await site.auth.users.create({ email: "anna@example.org", username: "anna" });
  const { cookie } = await site.as("root@example.org", { roles: ["admin"] });
  admin = site.browser({ cookie });
});
afterEach(() => site.close());

test("the list shows users, and finds them", async () => {
  const all = await admin.get("/admin/users");
  expect([all.status, all.text.includes("anna@example.org")]).toEqual([200, true]);
  const found = await admin.get("/admin/users?query=root");
  expect([found.text.includes("root@example.org"), found.text.includes("anna@")]).toEqual([true, false]);
});

test("programs get users and the cursor of the next page", async () => {
  const answer = await admin.get("/admin/users?role=admin", { accept: "application/json" });
  expect(answer.json()).toEqual({
    users: [
      expect.objectContaining({ email: "root@example.org", roles: ["user", "admin"], status: "active" }),
    ],
    next_cursor: null,
  });
});

test("nobody else sees it", async () => {
  const user = await site.signedIn("ben@example.org");
  expect((await user.get("/admin/users")).status).toBe(403);
  expect((await site.browser().get("/admin/users")).location).toBe("/login?next=%2Fadmin%2Fusers");
});
