import { testPassword } from "latchkey/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Browser } from "../../../tests/support/browser.ts";
import { createSite, origin, type Site, tokenOf } from "../../../tests/support/site.ts";
import type { RequestContext } from "../../core/operations/index.ts";

const before = "anna@example.org";
const after = "Anna.New@example.org";

let site: Site;
let browser: Browser;

beforeEach(async () => {
  site = createSite();
  browser = await site.signedIn(before);
});
afterEach(() => site.close());

test("the forms lead from the old address to the new one", async () => {
  expect((await browser.get("/account")).text).toContain('href="/account/email"');
  const asked = await browser.submitForm("/account/email", { email: after });
  expect([asked.status, asked.text.includes("Check your new inbox"), asked.text.includes(after)]).toEqual([
    200,
    true,
    true,
  ]);
  const waiting = await browser.get("/account/email");
  expect(waiting.text).toContain(before);
  expect(waiting.text).toContain(`Waiting for you to confirm ${after}`);

  const token = await site.tokenTo(after);
  const value = browser.session();
  const page = `/confirm-email-change?token=${token}`;
  const confirmed = await browser.submitForm(page, { token }, "/confirm-email-change");
  expect([confirmed.status, confirmed.location]).toEqual([303, "/account"]);
  expect(await browser.who()).toBe(after);
  expect(browser.session()).not.toBe(value);
  expect((await browser.get("/account")).text).toContain(`Your email address is now ${after}.`);
  expect((await browser.get("/account/email")).text).not.toContain("Waiting for you");
});

test("the link's page names the new address and doesn't use the link", async () => {
  await browser.submitForm("/account/email", { email: after });
  const token = await site.tokenTo(after);
  const phone = site.browser();
  const opened = await phone.get(`/confirm-email-change?token=${token}`);
  expect([opened.status, opened.location]).toEqual([303, "/confirm-email-change"]);
  const page = await phone.get("/confirm-email-change");
  expect([page.status, page.text.includes(after), page.text.includes(before)]).toEqual([200, true, false]);
  expect(await browser.who()).toBe(before);
});

test("the link opened on a signed-out phone works and starts no session", async () => {
  await browser.submitForm("/account/email", { email: after });
  const token = await site.tokenTo(after);
  const phone = site.browser();
  const page = `/confirm-email-change?token=${token}`;
  const confirmed = await phone.submitForm(page, { token }, "/confirm-email-change");
  expect([confirmed.status, confirmed.location]).toEqual([303, "/login"]);
  expect((await phone.get("/login")).text).toContain(`Your email address is now ${after}.`);
  expect([await phone.who(), await browser.who()]).toEqual([null, null]);
  expect((await browser.get("/login")).text).toContain("The email address of this account was changed");
  const login = await phone.postJson("/login", { login: after, password: testPassword });
  expect(login.json()).toMatchObject({ user: { email: after, email_verified: true } });
});

test("changing the address by JSON returns statuses", async () => {
  const form = await browser.get("/account/email", { accept: "application/json" });
  expect(form.json()).toMatchObject({ email: before, pending_email: null });
  const asked = await browser.postJson("/account/email", { email: after });
  expect([asked.status, asked.json()]).toEqual([202, { status: "confirmation_sent" }]);
  const waiting = await browser.get("/account/email", { accept: "application/json" });
  expect(waiting.json()).toMatchObject({ email: before, pending_email: after });

  const token = await site.tokenTo(after);
  const page = await browser.get(`/confirm-email-change?token=${token}`, { accept: "application/json" });
  expect([page.status, page.json()]).toMatchObject([200, { email: after }]);
  const confirmed = await browser.postJson("/confirm-email-change", { token });
  expect([confirmed.status, confirmed.json()]).toEqual([
    200,
    { status: "email_changed", csrf_token: expect.any(String) },
  ]);
  expect(await browser.who()).toBe(after);
});

test("changing the address works by functions", async () => {
  const { auth } = site;
  const { headers } = await site.as(before);
  const context = await auth.for(new Request(origin, { headers }));
  expect(await auth.account.changeEmail({ email: after }, context)).toEqual({ ok: true, email: after });
  const token = await site.tokenTo(after);
  expect(await auth.account.confirmEmailChange({ token: token }, context)).toEqual({
    ok: true,
    email: after,
  });
  expect([context.user?.email, context.setCookies().length > 0]).toEqual([after, true]);
  expect(
    await auth.account.confirmEmailChange({ token: token }, auth.context({ address: "192.0.2.1" })),
  ).toMatchObject({ ok: false, code: "link_invalid" });
  expect(
    await auth.account.changeEmail(
      { email: "other@example.org" },
      auth.context({ address: "192.0.2.1" }) as unknown as RequestContext,
    ),
  ).toMatchObject({ code: "login_required" });
  expect(await auth.account.changeEmail({ email: after }, context)).toMatchObject({
    code: "invalid_input",
    fields: { email: [{ code: "same_email" }] },
  });
});

test("an invalid address, and every spelling of the current one, is refused at the field", async () => {
  for (const [typed, code] of [
    ["nobody", "invalid_email"],
    ["", "required"],
    [before, "same_email"],
    [" ANNA@EXAMPLE.ORG ", "same_email"],
  ] as const) {
    const json = await browser.postJson("/account/email", { email: typed });
    expect([typed, json.status, json.fieldCodes("email")]).toEqual([typed, 422, [code]]);
  }
  const page = await browser.submitForm("/account/email", { email: before });
  expect([page.status, page.text.includes("already your email address.")]).toEqual([422, true]);
  expect((await site.mails()).length).toBe(0);
});

test("the new address gets its link with the expiry, and the old one a way to object", async () => {
  await browser.submitForm("/account/email", { email: after });
  const link = await site.mailTo(after);
  expect(link.kind).toBe("change_email");
  expect(link.text).toContain("an hour");
  expect(link.text).not.toContain(before);
  const notice = await site.mailTo(before);
  expect([notice.kind, notice.text.includes("7 days")]).toEqual(["email_change_requested", true]);
  expect(notice.links[0]).toContain(`${origin}/undo?token=`);
  expect(notice.text).not.toContain(after);

  await browser.postForm("/confirm-email-change", { token: tokenOf(link.links[0]) });
  expect(await site.mailTo(before)).toMatchObject({ kind: "email_changed" });
  const welcome = await site.mailTo(after);
  expect([welcome.kind, welcome.text.includes("/undo")]).toEqual(["email_changed", false]);
});

test("an expired link leads to the form for a new one", async () => {
  await browser.submitForm("/account/email", { email: after });
  const token = await site.tokenTo(after);
  site.clock.advance("1h");
  const page = await browser.get(`/confirm-email-change?token=${token}`);
  expect([page.status, page.text.includes('href="/account/email"')]).toEqual([410, true]);
  expect((await browser.get("/account/email", { accept: "application/json" })).status).toBe(403);
});
