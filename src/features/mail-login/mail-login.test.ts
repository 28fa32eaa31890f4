import { unwrap } from "latchkey";
import { testPassword } from "latchkey/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createSite, type Site, tokenOf } from "../../../tests/support/site.ts";
import { coreOf } from "../../assemble.ts";
import { mailLoginJobs } from "./request-mail-login.ts";

let site: Site;
const email = "anna@example.org";

beforeEach(async () => {
  site = createSite({ login: { mail: true } });
  await unwrap(site.auth.users.create({ email, password: testPassword }));
});
afterEach(() => site.close());

test("the link's page asks, and its button signs in", async () => {
  const browser = site.browser();
  await browser.submitForm("/login/mail", { email, next: "/vault" });
  const [mail] = await site.mails();
  const token = tokenOf(mail?.links[0]);
  const answer = await browser.submitForm(
    `/login/mail/confirm?token=${token}`,
    { token },
    "/login/mail/confirm",
  );
  expect([answer.status, answer.location]).toEqual([303, "/vault"]);
  expect(await browser.who()).toBe(email);
});

test("the code signs in the requesting browser", async () => {
  const browser = site.browser();
  await browser.postJson("/login/mail", { email, remember: true });
  const [mail] = await site.mails();
  const answer = await browser.postJson("/login/mail/confirm", { code: mail?.code });
  expect(answer.json()).toMatchObject({
    user: { email },
    session: { methods: ["email_link"], remembered: true },
  });
});

test("typed values are shown again after a refusal", async () => {
  const typed = { email: "anna", next: "/vault", remember: "on" };
  const page = await site.browser().submitForm("/login/mail", typed);
  expect(page.status).toBe(422);
  expect(page.text).toContain('value="anna"');
  expect(page.text).toContain('name="next" value="/vault"');
  expect(page.text).toMatch(/name="remember" value="on" checked/);
});

test("a delayed mail has its announced lifetime, and an expired one isn't sent", async () => {
  const { auth, clock } = site;
  const browser = Buffer.alloc(32, 1).toString("hex");
  const job = (minutes: number) => ({
    kind: "mail_login",
    to: email,
    data: {
      time: String(clock.now() - minutes * 60_000),
      address: "127.0.0.1",
      user_agent: null,
      request_id: "request",
      browser,
      remember: "no",
      next: null,
    },
  });
  const done = (minutes: number) =>
    auth.database.transaction((tx) => mailLoginJobs.mail_login!(coreOf(auth), tx, job(minutes)));
  await auth.ready();
  await done(15);
  expect(await site.mails()).toEqual([]);
  await done(14);
  expect(await site.mails()).toHaveLength(1);
  const live = await auth.database.one<{ expires_at: number }>(
    "SELECT expires_at FROM one_time_tokens WHERE purpose = 'mail_login'",
  );
  expect(live?.expires_at).toBe(clock.now() + 60_000);
});
