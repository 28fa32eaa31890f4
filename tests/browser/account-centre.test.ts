import { readFile } from "node:fs/promises";
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
  writePost,
} from "./support/steps.ts";

const theatre = stage();

describe.each([true, false])("[AC-11] with JavaScript: %j", (javaScript) => {
  test("[SL-09] the owner sees every login, ends another one, and that browser shows the reason", async () => {
    const account = await theatre.application.createAccount("ada");
    const elsewhere = await signedIn(theatre, account, { javaScript });
    const page = await signedIn(theatre, account, { javaScript });
    await page.goto("/account");
    await page.getByRole("main").getByRole("link", { name: "Your devices" }).click();
    await page.waitForURL("/account/sessions");
    const live = page.getByRole("table", { name: "Logged in now" });
    expect(await live.getByRole("row").count()).toBe(3);
    expect(await live.getByText("This device").count()).toBe(1);
    expect(await live.getByText("Chrome on Linux").count()).toBeGreaterThan(1);
    const other = live.getByRole("row").filter({ hasNotText: "This device" });
    await other.getByRole("button", { name: "Log out" }).click();
    await page.waitForURL("/account/sessions");
    expect(await message(page)).toContain("That device has been logged out.");
    const over = page.getByRole("table", { name: "Logged out in the last 30 days" });
    expect(await over.getByText("Logged out from another device").isVisible()).toBe(true);
    expect(await sessionStatus(elsewhere)).toBe(401);
    await elsewhere.reload();
    expect(await message(elsewhere)).toContain("logged out from another device");
  });

  test("[PV-02] the owner downloads all data, deletes the account, and cancels the deletion", async () => {
    const account = await theatre.application.createAccount("bo");
    const page = await signedIn(theatre, account, { javaScript });
    await writePost(page, "To be kept in the download");
    await page.goto("/account");
    await page.getByRole("main").getByRole("link", { name: "Download your data" }).click();
    await page.waitForURL("/account/export");
    const downloading = page.waitForEvent("download");
    await page.getByRole("button", { name: "Download" }).click();
    const data = await readFile(await (await downloading).path(), "utf8");
    expect(data).toContain(account.email);
    expect(data).toContain("To be kept in the download");
    expect(data).not.toContain("$argon2id$");

    await page
      .getByRole("navigation", { name: "Your account" })
      .getByRole("link", { name: "Delete account" })
      .click();
    await page.waitForURL("/account/delete");
    await page.getByLabel("Your email address").fill("somebody.else@example.org");
    await page.getByRole("button", { name: "Delete my account" }).click();
    await page.getByRole("alert").waitFor();
    await page.getByLabel("Your email address").fill(account.email);
    await page.getByRole("button", { name: "Delete my account" }).click();
    await page.waitForURL("/login");
    expect(await page.getByRole("alert").textContent()).toContain("Your account will be deleted on");
    expect(await sessionStatus(page)).toBe(401);
    expect(await linkInMailTo(page, account.email)).toContain("/undo?token=");

    await page.goto("/login");
    await fillLogin(page, { login: account.email });
    await page.waitForURL("/dashboard");
    expect(await message(page)).toContain("Your account won't be deleted.");
  });
});

test("the owner gets a notice of a new device and can end its session", async () => {
  const account = await theatre.application.createAccount("cy");
  await signedIn(theatre, account);
  const stranger = await signedIn(theatre, account);
  const owner = await theatre.visitor();
  await owner.goto(await linkInMailTo(owner, account.email));
  expect(whereIs(owner)).toBe("/undo");
  await owner.getByRole("button", { name: "Secure my account" }).click();
  await owner.waitForURL("/login");
  expect(await sessionStatus(stranger)).toBe(401);
});

test("the activity describes events in plain words", async () => {
  const account = await theatre.application.createAccount("di");
  const page = await signedIn(theatre, account);
  await page.goto("/account/activity");
  expect(await heading(page).textContent()).toBe("Activity");
  const table = page.getByRole("table", { name: "Activity" });
  expect(await table.getByText("Logged in with a password.").isVisible()).toBe(true);
  expect(await table.getByText("Chrome on Linux").first().isVisible()).toBe(true);
});

test("[RA-06] a page that needs a fresh login asks first, and returns to the page, not to the act", async () => {
  const account = await theatre.application.createAccount("ed");
  const page = await signedIn(theatre, account);
  await theatre.application.makeStale(account.email);
  await page.goto("/account/delete");
  expect(whereIs(page)).toBe("/reauthenticate?next=%2Faccount%2Fdelete");
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Confirm" }).click();
  await page.waitForURL("/account/delete");
  await page.getByRole("button", { name: "Delete my account" }).click();
  await expectFieldProblem(page, "Your email address", "Enter your email address.");
});
