import { unwrap } from "latchkey";
import { testPassword } from "latchkey/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createSite, type Site } from "../../../tests/support/site.ts";

let site: Site;

beforeEach(async () => {
  site = createSite({ registration: "open" });
  await unwrap(
    site.auth.users.create({ email: "anna@example.org", username: "anna", password: testPassword }),
  );
});
afterEach(() => site.close());

const edges = [" ", "\t", "\u00a0", "\u200b", "\ufeff", "\u202a", " \u200b \u00a0"];

test.each(edges)("%j around an address or a username changes nothing at the login", async (edge) => {
  for (const name of ["anna@example.org", "anna"])
    for (const login of [name + edge, edge + name, edge + name + edge])
      expect((await site.browser().postForm("/login", { login, password: testPassword })).status).toBe(303);
});

test.each(edges)("%j around what is typed isn't part of the new account", async (edge) => {
  const fields = {
    email: `${edge}carl@example.org${edge}`,
    username: `${edge}carl${edge}`,
    password: testPassword,
  };
  const answer = await site.browser().postJson("/register", fields);
  expect([answer.status, answer.json().user]).toMatchObject([
    201,
    { email: "carl@example.org", username: "carl" },
  ]);
});

test("an address with invisible characters around it gets its mail and is found by operators", async () => {
  const typed = "\u200banna@example.org\u00a0";
  await site.browser().postForm("/forgot-password", { email: typed });
  expect((await site.mailTo("anna@example.org")).kind).toBe("reset_password");
  expect((await unwrap(site.auth.users.find({ who: typed }))).user?.email).toBe("anna@example.org");
});

test("[PW-03] a password keeps the spaces around it", async () => {
  const password = ` ${testPassword}\u00a0`;
  await unwrap(site.auth.users.create({ email: "ben@example.org", password }));
  const login = "ben@example.org";
  expect((await site.browser().postForm("/login", { login, password: testPassword })).status).toBe(401);
  expect((await site.browser().postForm("/login", { login, password })).status).toBe(303);
});

test("addresses of Japanese phones with dots in a row register, sign in and get mail", async () => {
  for (const email of ["a..b@docomo.ne.jp", "c.d.@docomo.ne.jp"]) {
    const browser = site.browser();
    expect((await browser.postJson("/register", { email, password: testPassword })).status).toBe(201);
    expect((await site.mailTo(email)).links).not.toEqual([]);
    expect((await site.browser().postForm("/login", { login: email, password: testPassword })).status).toBe(
      303,
    );
  }
});
