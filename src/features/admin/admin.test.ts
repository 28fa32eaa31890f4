import { unwrap } from "latchkey";
import * as v from "valibot";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Browser } from "../../../tests/support/browser.ts";
import { createSite, type Site } from "../../../tests/support/site.ts";
import { createTestAuth } from "../../adapters/testing.ts";
import { feature } from "../../core/feature/index.ts";

let site: Site;
let admin: Browser;

beforeEach(async () => {
  site = createSite();
  await unwrap(site.auth.users.create({ email: "anna@example.org", username: "anna" }));
  const { cookie } = await site.as("root@example.org", { roles: ["admin"] });
  admin = site.browser({ cookie });
});
afterEach(() => site.close());

test("the list shows users and searches them", async () => {
  const all = await admin.get("/admin/users");
  expect([all.status, all.text.includes("anna@example.org")]).toEqual([200, true]);
  const found = await admin.get("/admin/users?query=root");
  expect([found.text.includes("root@example.org"), found.text.includes("anna@")]).toEqual([true, false]);
});

test("the list as JSON has users and the cursor of the next page", async () => {
  const answer = await admin.get("/admin/users?role=admin", { accept: "application/json" });
  expect(answer.json()).toEqual({
    users: [
      expect.objectContaining({ email: "root@example.org", roles: ["user", "admin"], status: "active" }),
    ],
    next_cursor: null,
  });
});

test("only administrators see the list", async () => {
  const user = await site.signedIn("ben@example.org");
  expect((await user.get("/admin/users")).status).toBe(403);
  expect((await site.browser().get("/admin/users")).location).toBe("/login?next=%2Fadmin%2Fusers");
});

test("a feature adds a column to the list, with one call for a page of users", async () => {
  const asked: string[][] = [];
  const notes = feature("acme-notes", {
    admin: {
      userColumns: [
        {
          label: () => "Notes",
          async cells(_core, users) {
            asked.push(users.map(({ email }) => email));
            return new Map(users.slice(0, 1).map(({ id }) => [id, "<first>"]));
          },
        },
      ],
    },
  });
  const other = createSite({ plugins: [notes] });
  await unwrap(other.auth.users.create({ email: "anna@example.org" }));
  const { cookie } = await other.as("root@example.org", { roles: ["admin"] });
  const page = await other.browser({ cookie }).get("/admin/users");
  expect(page.text).toMatch(/<th [^>]*>Created<\/th><th [^>]*>Notes<\/th>/);
  expect(page.text).toMatch(/<td [^>]*data-label="Notes"><div class="cell">&lt;first&gt;<\/div>/);
  expect(page.text).toMatch(/<td [^>]*data-label="Notes"><div class="cell"><\/div>/);
  expect(asked).toEqual([["root@example.org", "anna@example.org"]]);
  await other.close();
});

test("an operator's account has the application's fields, checked as usual", async () => {
  const t = createTestAuth({ user: { fields: { displayName: v.pipe(v.string(), v.minLength(2)) } } });
  const { user } = await unwrap(
    t.auth.users.create({
      email: "cleo@example.org",
      fields: { displayName: "Cleo", role: "admin" },
    }),
  );
  expect(user).toMatchObject({ displayName: "Cleo", roles: ["user"] });
  const refused = unwrap(t.auth.users.create({ email: "dora@example.org", fields: { displayName: "D" } }));
  await expect(refused).rejects.toMatchObject({
    code: "invalid_input",
    fields: { displayName: [{ code: "invalid" }] },
  });
  await t.close();
});
