import { unwrap } from "latchkey";
import { testPassword } from "latchkey/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Browser } from "../../../tests/support/browser.ts";
import { createSite, origin, type Site, tokenOf } from "../../../tests/support/site.ts";

const owner = "anna@example.org";
const intruder = "mallory@evil.example";
const chosen = "chosen by the real owner";

let site: Site;
let browser: Browser;
let token: string;

beforeEach(async () => {
  site = createSite();
  browser = await site.signedIn(owner);
  await browser.postJson("/account/email", { email: intruder });
  await browser.postJson("/confirm-email-change", { token: await site.tokenTo(intruder) });
  token = await site.tokenTo(owner);
});
afterEach(() => site.close());

const login = (email: string, password: string) =>
  site.browser().postJson("/login", { login: email, password });

test("the notice's link explains, its button revokes all access, and a new password restores it", async () => {
  const home = site.browser();
  const opened = await home.get(`/undo?token=${token}`);
  expect([opened.status, opened.location]).toEqual([303, "/undo"]);
  const page = await home.get("/undo");
  expect([page.status, page.text.includes(owner), page.text.includes(intruder)]).toEqual([200, true, false]);
  expect(await browser.who()).toBe(intruder);

  const undone = await home.submitForm("/undo", { token });
  expect([undone.status, undone.location]).toEqual([303, "/login"]);
  expect((await home.get("/login")).text).toContain(`emailed ${owner} a link`);
  expect([await home.who(), await browser.who()]).toEqual([null, null]);
  expect((await browser.get("/login")).text).toContain("Choose a new password.");
  expect((await login(owner, testPassword)).status).toBe(401);
  expect((await login(intruder, testPassword)).status).toBe(401);

  const mail = await site.mailTo(owner);
  expect([mail.kind, mail.text.includes("an hour")]).toEqual(["change_undone", true]);
  const reset = { token: tokenOf(mail.links[0]), password: chosen };
  expect((await home.postForm("/reset-password", reset)).status).toBe(303);
  const back = await login(owner, chosen);
  expect(back.json()).toMatchObject({ user: { email: owner, email_verified: true } });
  expect((await home.get("/undo")).status).toBe(410);
});

test("a browser signed in to the account is signed out and its cookie cleared", async () => {
  const undone = await browser.postForm("/undo", { token });
  expect([undone.status, undone.location, browser.session()]).toEqual([303, "/login", ""]);
});

test("a browser signed in to another account stays signed in", async () => {
  const other = await site.signedIn("bert@example.org");
  expect((await other.postForm("/undo", { token })).status).toBe(303);
  expect(await other.who()).toBe("bert@example.org");
});

test("reporting by JSON returns a status, and only once", async () => {
  const program = site.browser();
  const page = await program.get(`/undo?token=${token}`, { accept: "application/json" });
  expect([page.status, page.json()]).toMatchObject([200, { email: owner }]);
  const undone = await program.postJson("/undo", { token });
  expect([undone.status, undone.json()]).toEqual([200, { status: "undone" }]);
  const again = await program.postJson("/undo", { token });
  expect([again.status, again.code]).toEqual([410, "link_invalid"]);
});

test("reporting works by a function", async () => {
  const { auth } = site;
  const { headers } = await site.as(intruder);
  const context = await auth.for(new Request(origin, { headers }));
  expect(await auth.account.reportNotMe({ token: token }, context)).toEqual({
    ok: true,
    email: owner,
    mailed: true,
  });
  expect(context.user).toBeNull();
  expect(
    await auth.account.reportNotMe({ token: token }, auth.context({ address: "192.0.2.1" })),
  ).toMatchObject({ ok: false, code: "link_invalid" });
});

test("the removed address gets a mail that doesn't name the author", async () => {
  await site.browser({ address: "203.0.113.77" }).postJson("/undo", { token });
  const mail = await site.mailTo(intruder);
  expect([mail.kind, mail.links]).toEqual(["address_taken_back", []]);
  expect(mail.text).not.toContain(owner);
  expect(mail.text).not.toContain("203.0.113.77");
});

test("a link of a notice about something else keeps the address and revokes all access", async () => {
  const bert = await site.signedIn("bert@example.org");
  await bert.postJson("/account/email", { email: "bert.new@example.org" });
  const notice = await site.tokenTo("bert@example.org");
  expect((await bert.postJson("/undo", { token: notice })).status).toBe(200);
  expect((await unwrap(site.auth.users.find({ who: "bert@example.org" }))).user).not.toBeNull();
  expect(await bert.who()).toBeNull();
  const reset = { token: await site.tokenTo("bert@example.org"), password: chosen };
  expect((await site.browser().postJson("/reset-password", reset)).status).toBe(200);
  const kinds = (await site.mails()).filter(({ to }) => to === "bert@example.org").map(({ kind }) => kind);
  expect(kinds).not.toContain("address_taken_back");
});

test("a disabled account gets its address back and stays disabled", async () => {
  const user = (await unwrap(site.auth.users.find({ who: intruder }))).user!;
  await unwrap(site.auth.users.disable({ userId: user.id }));
  const home = site.browser();
  expect((await home.postForm("/undo", { token })).status).toBe(303);
  expect((await home.get("/login")).text).toContain("This account is disabled");
  expect((await unwrap(site.auth.users.find({ who: owner }))).user).toMatchObject({
    id: user.id,
    status: "disabled",
  });
  expect((await site.mails()).map(({ kind }) => kind)).not.toContain("change_undone");
  await unwrap(site.auth.users.enable({ userId: user.id }));
  expect((await login(owner, testPassword)).status).toBe(401);
});

test("a scheduled deletion of the account is cancelled", async () => {
  await site.auth.database.run("UPDATE users SET delete_after = 1 WHERE email = $1", intruder);
  await site.browser().postJson("/undo", { token });
  const row = await site.auth.database.one<{ delete_after: number | null }>(
    "SELECT delete_after FROM users WHERE email = $1",
    owner,
  );
  expect(row).toEqual({ delete_after: null });
  const records = await site.auth.database.all<{ event: string }>("SELECT event FROM audit");
  expect(records.map(({ event }) => event)).toContain("user_deletion_cancelled");
});

test("an address that another account has meanwhile is refused without a change", async () => {
  await unwrap(site.auth.users.create({ email: owner, password: testPassword }));
  const home = site.browser();
  const page = await home.submitForm(`/undo?token=${token}`, { token }, "/undo");
  expect([page.status, page.text.includes("This address already has an account")]).toEqual([422, true]);
  const json = await home.postJson("/undo", { token });
  expect([json.status, json.code]).toEqual([422, "email_taken"]);
  expect(await browser.who()).toBe(intruder);
  expect((await login(intruder, testPassword)).status).toBe(200);
});
