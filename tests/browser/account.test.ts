import { describe, expect, test } from "vitest";
import { password } from "./support/application.ts";
import { stage } from "./support/stage.ts";
import {
  expectErrorSummary,
  fillLogin,
  heading,
  logoutButton,
  message,
  sessionStatus,
  signedIn,
  whereIs,
} from "./support/steps.ts";

const theatre = stage();
const chosen = "seven copper kettles";

describe.each([true, false])("[AC-11] with JavaScript: %j", (javaScript) => {
  test("changing the password keeps this browser and ends the others", async () => {
    const account = await theatre.application.createAccount("ada");
    const page = await signedIn(theatre, account, { javaScript });
    const elsewhere = await signedIn(theatre, account, { javaScript });
    await page.goto("/account");
    await page.getByRole("main").getByRole("link", { name: "Password" }).click();
    await page.waitForURL("/account/password");

    await page.getByLabel("Current password").fill("not this one at all");
    await page.getByLabel("New password").fill(chosen);
    await page.getByRole("button", { name: "Change password" }).click();
    await expectErrorSummary(page, {
      "Current password: That isn't your current password.": "Current password",
    });
    expect(await page.getByLabel("New password").inputValue()).toBe("");

    await page.getByLabel("Current password").fill(password);
    await page.getByLabel("New password").fill(chosen);
    await page.getByRole("button", { name: "Change password" }).click();
    await page.waitForURL("/account");
    expect(await message(page)).toContain("Your password has been changed,");
    expect(await sessionStatus(page)).toBe(200);

    await elsewhere.reload();
    expect(whereIs(elsewhere)).toBe("/login?next=%2Fdashboard");
    expect(await message(elsewhere)).toContain("Your password was changed.");
    await fillLogin(elsewhere, { login: account.email, password: chosen });
    await elsewhere.waitForURL("/dashboard");
  });
});

test("the owner confirms the password and continues", async () => {
  const account = await theatre.application.createAccount("bo");
  const page = await signedIn(theatre, account);
  const before = await page.context().cookies();
  await page.goto("/reauthenticate?next=%2Faccount");
  expect(await page.getByText(`logged in as ${account.username}`).isVisible()).toBe(true);
  await page.getByLabel("Password", { exact: true }).fill("not this one at all");
  await page.getByRole("button", { name: "Confirm" }).click();
  await page.getByRole("alert").waitFor();
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Confirm" }).click();
  await page.waitForURL("/account");
  expect(await message(page)).toContain("Thanks, you're confirmed.");
  const value = (cookies: typeof before) => cookies.find(({ name }) => name === "session")?.value;
  expect(value(await page.context().cookies())).not.toBe(value(before));
});

test("the account page names its owner", async () => {
  const account = await theatre.application.createAccount("cy");
  const page = await signedIn(theatre, account);
  await page.goto("/account");
  const text = await page.getByRole("main").textContent();
  for (const part of [account.email, account.username, "Confirmed"]) expect(text).toContain(part);
});

test("a login that an operator ended leads to the login page at the next click, with the reason", async () => {
  const account = await theatre.application.createAccount("di");
  const page = await signedIn(theatre, account);
  expect(await theatre.application.commandLine("sessions", "end", account.email)).toContain("1 session");
  await page.getByRole("navigation").getByRole("link", { name: "Dashboard" }).click();
  await page.waitForURL("/login?next=%2Fdashboard");
  expect(await message(page)).toContain("An administrator logged you out.");
  expect(await logoutButton(page).count()).toBe(0);

  await fillLogin(page, { login: account.email });
  await page.waitForURL("/dashboard");
  expect(await logoutButton(page).count()).toBe(1);
});

test("a form sent after the login was ended leads to the login page and has no effect", async () => {
  const account = await theatre.application.createAccount("eve");
  const page = await signedIn(theatre, account);
  await page.goto("/posts/new");
  await page.getByLabel("Title").fill("Too late");
  await page.getByLabel("Text").fill("Nobody will read this.");
  await theatre.application.commandLine("sessions", "end", account.email);
  await page.getByRole("button", { name: "Publish" }).click();
  await heading(page).filter({ hasText: "Log in" }).waitFor();
  expect(await message(page)).toContain("An administrator logged you out.");
  await page.goto("/posts");
  expect(await page.getByText("Too late").count()).toBe(0);
});
