import { unwrap } from "latchkey";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createSite, type Site, tokenOf } from "../../../tests/support/site.ts";

let site: Site;
let token: string;

beforeEach(async () => {
  site = createSite();
  const { choosePasswordLink } = await unwrap(site.auth.users.create({ email: "anna@example.org" }));
  token = tokenOf(choosePasswordLink);
});
afterEach(() => site.close());

const email = "anna@example.org";
const password = "chosen by the real owner";
const login = { login: "anna@example.org", password };

test("the form names the address, and the mailed link leads to a new password", async () => {
  const browser = site.browser();
  const login = await browser.get("/login");
  expect(login.text).toContain('<a href="/forgot-password">Forgot your password?</a>');
  const sent = await browser.submitForm("/forgot-password", { email });
  expect([sent.status, sent.text.includes(email), sent.text.includes("an hour")]).toEqual([200, true, true]);
  const mailed = await site.tokenTo(email);
  const page = `/reset-password?token=${mailed}`;
  const answer = await browser.submitForm(page, { token: mailed, password }, "/reset-password");
  expect([answer.status, answer.location]).toEqual([303, "/login"]);
  expect((await browser.get("/login")).text).toContain("Your new password is saved.");
});

test("asking by JSON returns 202, and functions return an outcome", async () => {
  const browser = site.browser();
  const answer = await browser.postJson("/forgot-password", { email });
  expect([answer.status, answer.json()]).toEqual([202, { status: "reset_sent" }]);
  const first = await site.tokenTo(email);
  const { auth } = site;
  expect(await auth.account.forgotPassword({ email: email }, auth.context({ address: "192.0.2.1" }))).toEqual(
    { ok: true, email },
  );
  const token = await site.tokenTo(email);
  expect(token).not.toBe(first);
  expect(
    await auth.account.forgotPassword(
      { email: "nobody@example.org" },
      auth.context({ address: "192.0.2.1" }),
    ),
  ).toEqual({ ok: true, email: "nobody@example.org" });
  expect(
    await auth.account.forgotPassword({ email: "anna" }, auth.context({ address: "192.0.2.1" })),
  ).toMatchObject({ ok: false, code: "invalid_input" });
  expect(
    await auth.account.choosePassword({ token, password }, auth.context({ address: "192.0.2.1" })),
  ).toMatchObject({ ok: true });
});

test("[AC-04] an invalid address is shown again, and its problem is said once, beside the only field", async () => {
  const answer = await site.browser().submitForm("/forgot-password", { email: "anna" });
  expect([answer.status, answer.text.includes('value="anna"')]).toEqual([422, true]);
  expect(answer.text).toContain(
    'aria-describedby="field-email-error" autofocus><h2>There is a problem</h2></div>',
  );
  expect(answer.text.split("Enter an email address like")).toHaveLength(2);
});

test("a dead link leads to the form for a new one, also after its form was sent", async () => {
  const browser = site.browser();
  const page = `/reset-password?token=${token}`;
  await browser.open(page);
  (
    await unwrap(
      site.auth.users.passwordLink({ userId: (await unwrap(site.auth.users.find({ who: email }))).user!.id }),
    )
  ).link;
  const late = await browser.postForm("/reset-password", { token, password });
  expect([late.status, late.text.includes('<a href="/forgot-password">Get a new link</a>')]).toEqual([
    410,
    true,
  ]);
  expect((await browser.get(page)).text).toContain('<a href="/forgot-password">');
});

test("the link's form sets the password and leads to the login", async () => {
  const browser = site.browser();
  const page = `/reset-password?token=${token}`;
  const answer = await browser.submitForm(page, { token, password }, "/reset-password");
  expect([answer.status, answer.location]).toEqual([303, "/login"]);
  expect(await browser.sessionStatus()).toBe(401);
  expect((await browser.submitForm("/login", login)).status).toBe(303);
});

test("choosing by JSON returns 200, and only once", async () => {
  const browser = site.browser();
  const answer = await browser.postJson("/reset-password", { token, password });
  expect([answer.status, answer.json()]).toEqual([200, { status: "password_changed" }]);
  expect((await browser.postJson("/login", login)).status).toBe(200);
  const again = await browser.postJson("/reset-password", { token, password });
  expect([again.status, again.code]).toEqual([410, "link_invalid"]);
});

test("an unacceptable password keeps the link valid", async () => {
  const browser = site.browser();
  const page = `/reset-password?token=${token}`;
  const refused = await browser.submitForm(page, { token, password: "short" }, "/reset-password");
  expect([refused.status, refused.text.includes(`name="token" value="${token}"`)]).toEqual([422, true]);
  expect((await browser.postJson("/reset-password", { token, password })).status).toBe(200);
});
