import * as v from "valibot";
import { afterEach, expect, test } from "vitest";
import { createSite, type Site } from "../../../tests/support/site.ts";
import type { AuthOptions } from "../../options.ts";

const email = "anna@example.org";

let site: Site;

afterEach(() => site.close());

test("the account centre leads to the data's download and to deletion", async () => {
  site = createSite();
  const browser = await site.signedIn(email);
  const { text } = await browser.get("/account");
  for (const path of ["/account/sessions", "/account/activity", "/account/export", "/account/delete"]) {
    expect([path, text.includes(`href="${path}"`)]).toEqual([path, true]);
    expect([path, (await browser.get(path)).status]).toEqual([path, 200]);
  }
});

test("the function returns the whole download, and the activity notes it", async () => {
  site = createSite({ user: { export: async (id) => ({ id, notes: ["one"] }) } });
  const browser = await site.signedIn(email);
  const context = await site.auth.for(
    new Request("https://app.example.org", { headers: { cookie: browser.jar.header } }),
  );
  const outcome = await site.auth.account.exportAccount({}, context);
  if (!outcome.ok) throw new Error(outcome.code);
  const account = await outcome.download.json();
  expect(Object.keys(account)).toEqual([
    "exported_at",
    "site",
    "user",
    "sessions",
    "activity",
    "devices",
    "pending",
    "mails",
    "application",
  ]);
  expect(account.user).toMatchObject({ email, email_verified: true, status: "active", delete_after: null });
  expect(account.application).toEqual({ id: context.user?.id, notes: ["one"] });
  expect((account.activity as unknown[])[0]).toMatchObject({
    text: "Account data downloaded.",
  });
});

test("fields that the options no longer declare are still in the download", async () => {
  site = createSite({ user: { fields: { city: v.optional(v.string()) } } as AuthOptions["user"] & object });
  const browser = await site.signedIn(email);
  await site.auth.database.run(`UPDATE users SET fields = '{"city":"Bern","shoe":44}'`);
  const { user } = (await browser.postJson("/account/export")).json<{ user: object }>();
  expect(user).toMatchObject({ city: "Bern", shoe: 44 });
});

test("the form for deletion asks for the address, names the consequences, and keeps typed text", async () => {
  site = createSite();
  const browser = await site.signedIn(email);
  const page = (await browser.get("/account/delete")).text;
  expect(page).toContain("14 days");
  expect(page).toContain("Just log in before then.");
  const refused = await browser.submitForm("/account/delete", { confirm: "anna@example.com" });
  expect(refused.status).toBe(422);
  expect(refused.text).toContain('value="anna@example.com"');
  expect(refused.text).toContain('aria-invalid="true"');
  const answer = await browser.submitForm("/account/delete", { confirm: email });
  expect([answer.status, answer.location]).toEqual([303, "/login"]);
  expect((await browser.get("/login")).text).toContain("Your account will be deleted on January 15, 2026");
});

test("the function schedules the deletion, signs out and returns the date", async () => {
  site = createSite();
  const browser = await site.signedIn(email);
  const context = await site.auth.for(
    new Request("https://app.example.org", { headers: { cookie: browser.jar.header } }),
  );
  expect(await site.auth.account.requestDeletion({ confirm: "anna@example.com" }, context)).toEqual({
    ok: false,
    code: "invalid_input",
    fields: { confirm: [{ code: "confirm_mismatch" }] },
  });
  expect(await site.auth.account.requestDeletion({ confirm: email }, context)).toEqual({
    ok: true,
    deleteAfter: Date.UTC(2026, 0, 15),
  });
  expect([context.user, await browser.sessionStatus()]).toEqual([null, 401]);
  const login = await site.auth.account.login(
    { login: email, password: "a quiet teapot in the rain" },
    site.auth.context({ address: "192.0.2.1" }),
  );
  expect(login).toMatchObject({ ok: true, deletionCancelled: true });
});
