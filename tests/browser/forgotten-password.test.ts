import { describe, expect, test } from "vitest";
import { password } from "./support/application.ts";
import { stage } from "./support/stage.ts";
import {
  expectFieldProblem,
  fillLogin,
  heading,
  linkInMailTo,
  message,
  sessionStatus,
  signedIn,
  whereIs,
} from "./support/steps.ts";

const theatre = stage();
const chosen = "seven copper kettles";

describe.each([true, false])("[AC-11] with JavaScript: %j", (javaScript) => {
  test("[RS-07] [RS-08] [RS-09] a reset leads from the login page through the mailbox to a new password", async () => {
    const account = await theatre.application.createAccount("ada");
    const elsewhere = await signedIn(theatre, account, { javaScript });
    const page = await theatre.visitor({ javaScript });
    await page.goto("/login");
    await page.getByRole("link", { name: "Forgot your password?" }).click();
    await page.waitForURL("/forgot-password");
    await page.getByLabel("Email address").fill(account.email);
    await page.getByRole("button", { name: "Send the link" }).click();
    await heading(page).filter({ hasText: "Check your email" }).waitFor();

    await page.goto(await linkInMailTo(page, account.email));
    // The secret leaves the address bar first.
    expect(whereIs(page)).toBe("/reset-password");
    await page.getByLabel("New password").fill("short");
    await page.getByRole("button", { name: "Save password" }).click();
    await expectFieldProblem(page, "New password", "Use at least 8 characters.");
    await page.getByLabel("New password").fill(chosen);
    await page.getByRole("button", { name: "Save password" }).click();
    await page.waitForURL("/login");
    expect(await message(page)).toContain("Your new password is saved.");
    expect(await sessionStatus(page)).toBe(401);
    await fillLogin(page, { login: account.email, password: chosen });
    await page.waitForURL("/dashboard");

    await elsewhere.reload();
    expect(await message(elsewhere)).toContain("Your password was reset.");
    await page.goto("/reset-password");
    expect(await heading(page).textContent()).toBe("This link is no longer valid");
  });

  test("[RS-11] [EM-03] an owner who objects by mail revokes all access and gets back in", async () => {
    const account = await theatre.application.createAccount("bo");
    const intruder = await signedIn(theatre, account, { javaScript });
    await intruder.goto("/account/password");
    await intruder.getByLabel("Current password").fill(password);
    await intruder.getByLabel("New password").fill("a thief's own choice");
    await intruder.getByRole("button", { name: "Change password" }).click();
    await intruder.waitForURL("/account");

    const owner = await theatre.visitor({ javaScript });
    await owner.goto(await linkInMailTo(owner, account.email));
    expect(whereIs(owner)).toBe("/undo");
    await owner.getByRole("button", { name: "Secure my account" }).click();
    await owner.waitForURL("/login");
    expect(await message(owner)).toContain("Everyone is logged out.");
    expect(await sessionStatus(intruder)).toBe(401);

    await owner.goto(await linkInMailTo(owner, account.email));
    await owner.getByLabel("New password").fill(chosen);
    await owner.getByRole("button", { name: "Save password" }).click();
    await owner.waitForURL("/login");
    await fillLogin(owner, { login: account.email, password: chosen });
    await owner.waitForURL("/dashboard");
  });
});

test("[RS-07] no request of the page has the secret in its Referer", async () => {
  const account = await theatre.application.createAccount("cy");
  const page = await theatre.visitor();
  await page.goto("/forgot-password");
  await page.getByLabel("Email address").fill(account.email);
  await page.getByRole("button", { name: "Send the link" }).click();
  const link = await linkInMailTo(page, account.email);
  const token = new URL(link).searchParams.get("token") ?? "";
  const referrers: string[] = [];
  page.on("request", (request) => void referrers.push(request.headers().referer ?? ""));
  await page.goto(link);
  await page.getByLabel("New password").fill(chosen);
  await page.getByRole("button", { name: "Save password" }).click();
  await page.waitForURL("/login");
  expect(referrers.length).toBeGreaterThan(2);
  expect(referrers.filter((referrer) => referrer.includes(token))).toEqual([]);
});

test("an address without an account gets the same page", async () => {
  const page = await theatre.visitor();
  await page.goto("/forgot-password");
  await page.getByLabel("Email address").fill("nobody@example.org");
  await page.getByRole("button", { name: "Send the link" }).click();
  await heading(page).filter({ hasText: "Check your email" }).waitFor();
  await page.goto("/dev/mailbox");
  expect(await page.getByText("To nobody@example.org").count()).toBe(0);
});
