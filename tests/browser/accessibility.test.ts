import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { expectAccessible } from "./support/accessibility.ts";
import { stage } from "./support/stage.ts";
import { fillLogin, heading, linkInMailTo, register, signedIn, writePost } from "./support/steps.ts";

const theatre = stage({ LOGIN_BY_MAIL: "on" });
const long = "a.very.long.address.that.somebody.really.uses.every.day@mail.department.example.org";

/** Titles seen so far, by their page. */
const titles = new Map<string, string>();

async function look(page: Page, name: string): Promise<void> {
  const title = await page.title();
  const same = [...titles].find(([, other]) => other === title);
  expect.soft(same?.[0] ?? name, `the title "${title}"`).toBe(name);
  titles.set(name, title);
  expect.soft(await page.locator("html").getAttribute("lang")).toBe("en");
  await expectAccessible(page, name);
}

test("[AC-03] [AC-09] [AC-10] no finding of axe, 320 pixels, titles: public pages", async () => {
  const author = await signedIn(theatre, await theatre.application.createAccount("ada"));
  const post = await writePost(author, "Read by everybody", `A line.\n\n${"unbroken".repeat(40)}`);
  const page = await theatre.visitor();
  for (const path of [
    "/",
    "/login",
    "/register",
    "/posts",
    post,
    "/confirm-email",
    "/forgot-password",
    "/login/mail",
    "/login/mail/confirm",
    "/no-such-page",
  ]) {
    await page.goto(path);
    await look(page, path);
  }
  await page.goto("/confirm-email?token=invented");
  await look(page, "a link that is no longer valid");
});

test("[AC-03] [AC-09] [AC-10] no finding of axe, 320 pixels, titles: a registration", async () => {
  const page = await theatre.visitor();
  await register(page, { email: "no address", password: "short" });
  await page.getByRole("alert").waitFor();
  await look(page, "a refused registration");
  await register(page, { email: long, password: "paper boats drifting" });
  await heading(page).filter({ hasText: "Check your email" }).waitFor();
  await look(page, "check your mail");
  await page.goto("/dev/mailbox");
  await look(page, "mailbox");
  await page.goto(await linkInMailTo(page, long));
  await look(page, "confirm");

  const other = await theatre.visitor();
  await other.goto(await linkInMailTo(other, long));
  await look(other, "confirm in another browser");
  await other.getByRole("button", { name: "Confirm and log in" }).click();
  await other.getByRole("alert").waitFor();
  await look(other, "confirm in another browser, refused");

  await page.getByRole("button", { name: "Confirm address" }).click();
  await page.waitForURL("/dashboard");
  await expectAccessible(page, "dashboard with a message and nothing else");
});

test("[AC-03] [AC-09] [AC-10] no finding of axe, 320 pixels, titles: pages of mailed links", async () => {
  const { email } = await theatre.application.createAccount("di");
  const page = await theatre.visitor();
  for (const [path, button] of [
    ["/forgot-password", "Send the link"],
    ["/login/mail", "Email me a link and code"],
  ] as const) {
    await page.goto(path);
    await page.getByRole("button", { name: button }).click();
    await page.getByRole("alert").waitFor();
    await look(page, `${path}, refused`);
    await page.getByLabel("Email address").fill(email);
    await page.getByRole("button", { name: button }).click();
    await heading(page).filter({ hasText: "Check your email" }).waitFor();
    await look(page, `${path}, sent`);
    const link = await linkInMailTo(page, email);
    const elsewhere = await theatre.visitor();
    for (const [browser, name] of [
      [elsewhere, "another browser"],
      [page, "the asking browser"],
    ] as const) {
      await browser.goto(link);
      if (path === "/login/mail" || browser === page) await look(browser, `the link of ${path} in ${name}`);
    }
  }
  const account = await theatre.application.createAccount("ed");
  const signed = await signedIn(theatre, account);
  await signed.goto("/account/email");
  await signed.getByLabel("New email address").fill("ed.new@example.org");
  await signed.getByRole("button", { name: "Send the link" }).click();
  await heading(signed).filter({ hasText: "Check your new inbox" }).waitFor();
  await look(signed, "a new address, sent");
  await signed.goto(await linkInMailTo(signed, "ed.new@example.org"));
  await look(signed, "confirm a new address");
  await signed.getByRole("button", { name: "Use this address" }).click();
  await signed.waitForURL("/account");
  const owner = await theatre.visitor();
  await owner.goto(await linkInMailTo(owner, account.email));
  await look(owner, "this wasn't me");
});

test("[AC-03] [AC-09] [AC-10] no finding of axe, 320 pixels, titles: a refused login, and one that was ended", async () => {
  const account = await theatre.application.createAccount("bo");
  const page = await signedIn(theatre, account);
  await theatre.application.commandLine("sessions", "end", account.email);
  await page.reload();
  await page.getByRole("status").waitFor();
  await expectAccessible(page, "login after an ended session");
  await page.getByRole("button", { name: "Log in" }).click();
  await page.getByRole("alert").waitFor();
  await look(page, "refused login");
  await fillLogin(page, { login: account.email, password: "wrong again and again" });
  await page.getByRole("alert").waitFor();
  await expectAccessible(page, "login with a wrong password");
});

test("[AC-03] [AC-09] [AC-10] no finding of axe, 320 pixels, titles: pages of a signed-in visitor", async () => {
  const page = await signedIn(theatre, await theatre.application.createAccount("cy"));
  const post = await writePost(page, `A title of its own, ${"and".repeat(30)}`);
  await expectAccessible(page, "a post just published");
  for (const path of [
    "/dashboard",
    `${post}/edit`,
    "/posts/new",
    "/account",
    "/account/password",
    "/account/email",
    "/account/sessions",
    "/account/activity",
    "/account/export",
    "/account/delete",
  ]) {
    await page.goto(path);
    await look(page, path.replace(post, "/posts/:id"));
  }
  for (const path of ["/reauthenticate", "/logout", "/admin/users"]) {
    await page.goto(path);
    await look(page, path === "/admin/users" ? "forbidden" : path);
  }
});

test("[AC-03] [AC-09] [AC-10] no finding of axe, 320 pixels, titles: refused forms of a signed-in visitor", async () => {
  const page = await signedIn(theatre, await theatre.application.createAccount("di"));
  for (const [path, button] of [
    ["/posts/new", "Publish"],
    ["/account/password", "Change password"],
    ["/reauthenticate", "Confirm"],
  ] as const) {
    await page.goto(path);
    await page.getByRole("button", { name: button }).click();
    await page.getByRole("alert").waitFor();
    await look(page, `${path}, refused`);
  }
});

test("[AC-03] [AC-09] [AC-10] no finding of axe, 320 pixels, titles: pages of administrators", async () => {
  const page = await signedIn(theatre, await theatre.application.createAccount("eve", ["admin", "editor"]));
  await page.goto("/admin/users");
  await look(page, "/admin/users");
  await page.goto("/admin/users?query=nobody-is-called-this");
  await expectAccessible(page, "no users found");
});
