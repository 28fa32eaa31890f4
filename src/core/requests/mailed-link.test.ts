import { unwrap } from "latchkey";
import { testPassword } from "latchkey/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import { tokenIn } from "../../../tests/support/browser.ts";
import { createSite, origin, type Site } from "../../../tests/support/site.ts";
import { linkSecret } from "./mailed-link.ts";

let site: Site;
let token: string;
const path = "/reset-password";

beforeEach(async () => {
  site = createSite({ login: { mail: true } });
  await unwrap(site.auth.users.create({ email: "anna@example.org", password: testPassword }));
  await site.browser().postForm("/forgot-password", { email: "anna@example.org" });
  token = await site.tokenTo("anna@example.org");
});
afterEach(() => site.close());

const half = (text: string, between: string) => `${text.slice(0, 20)}${between}${text.slice(20)}`;

const changed: [string, (token: string) => string][] = [
  ...[
    ".",
    ">",
    ")",
    ",",
    ";",
    "!",
    "'",
    "*",
    "%20",
    "%0A",
    "%0D%0A",
    "%09",
    "%E2%80%8B",
    "%C2%A0",
    "%22",
    "]",
    "%3E.",
  ].map(
    (junk) =>
      [`with ${junk} behind it`, (text) => `?token=${text}${junk}`] as [string, (token: string) => string],
  ),
  ["with = behind it", (text) => `?token=${text}=`],
  ["with _ behind it, from Markdown", (text) => `?token=${text}_`],
  ["with a space before it", (text) => `?token=%20${text}`],
  ["broken by a line break", (text) => `?token=${half(text, "%0D%0A")}`],
  ["broken by a soft line break", (text) => `?token=${half(text, "=%0A")}`],
  ["broken by a space", (text) => `?token=${half(text, "%20")}`],
  ["broken by an invisible space", (text) => `?token=${half(text, "%E2%80%8B")}`],
  ["whose = is still encoded", (text) => `?token=3D${text}`],
  ["with added parameters", (text) => `?utm_source=mail&token=${text}&utm_medium=x&fbclid=1`],
  ["whose & is still encoded", (text) => `?utm_source=mail&amp;token=${text}&amp;x=1`],
  ["with a slash behind its path", (text) => `/?token=${text}`],
  ["with a fragment", (text) => `?token=${text}#top`],
];

test.each(changed)("a mailed link %s opens its page, and its form works", async (_, change) => {
  const browser = site.browser();
  const opened = await browser.get(path + change(token).replace(/#.*/, ""));
  expect([opened.status, opened.location]).toEqual([303, path]);
  const { text } = await browser.get(path);
  const form = { token, password: "another teapot altogether", csrf_token: tokenIn(text) };
  expect(text).toContain(`value="${token}"`);
  const answer = await browser.send("POST", path, { form, headers: { origin } });
  expect([answer.status, answer.location]).toEqual([303, "/login"]);
});

test.each(["/confirm-email", "/undo", "/confirm-email-change", "/login/mail/confirm"])(
  "a slash behind the path of %s leads to its page, and not behind other paths",
  async (page) => {
    const browser = site.browser();
    expect((await browser.get(`${page}/?token=${token}`)).status).not.toBe(404);
    for (const other of ["/login/", "/account/", "/reset-password//"])
      expect((await browser.get(other)).status).toBe(404);
  },
);

test.each([
  (text: string) => text.slice(0, -1),
  (text: string) => `x${text}`,
  (text: string) => half(text, "."),
])("[RS-02] what lost a part or got another one isn't the link", async (change) => {
  expect((await site.browser().open(`${path}?token=${change(token)}`)).status).toBe(410);
});

test("[KY-06] a form takes the secret in one spelling only", async () => {
  const answer = await site
    .browser()
    .postForm(path, { token: `${token}.`, password: "another teapot altogether" });
  expect(answer.status).toBe(410);
});

test("a secret that begins like an encoded sign stays whole", () => {
  const secret = `3D${"a".repeat(41)}`;
  expect(linkSecret(secret)).toBe(secret);
  expect(linkSecret(`${secret}.`)).toBe(secret);
  expect(linkSecret(`3D${secret}`)).toBe(secret);
  expect(linkSecret("no secret.")).toBe("no secret.");
});
