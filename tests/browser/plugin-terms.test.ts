import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { expectAccessible } from "./support/accessibility.ts";
import { password } from "./support/application.ts";
import { startExample } from "./support/example.ts";
import { stageOf } from "./support/stage.ts";
import { fillLogin, heading, sessionStatus, whereIs } from "./support/steps.ts";

/* A third party's feature: `examples/plugin-terms`. */

const theatre = stageOf(() => startExample("plugin-terms/server.ts"));

async function register(page: Page, email: string): Promise<void> {
  await page.goto("/register");
  await page.locator("[name=email]").fill(email);
  await page.locator("[name=password]").fill(password);
  await page.locator("form button[type=submit]").last().click();
  await page.waitForURL("/login/terms");
}

describe.each([true, false])("[AC-11] with JavaScript: %j", (javaScript) => {
  test("a new account reads the terms, accepts them, and finds that in the account centre", async () => {
    const page = await theatre.visitor({ javaScript });
    await register(page, `ada.${javaScript}@example.org`);
    expect(await heading(page).textContent()).toBe("Accept our terms");
    expect(await sessionStatus(page)).toBe(401);
    await page.getByRole("link", { name: "Read our terms (version 1)" }).click();
    await page.waitForURL("/terms");
    await page.goBack();
    await page.getByRole("button", { name: "Accept and continue" }).click();
    await page.waitForURL("/dashboard");
    expect(await sessionStatus(page)).toBe(200);

    await page.goto("/account");
    await page.getByRole("main").getByRole("link", { name: "Terms", exact: true }).click();
    await page.waitForURL("/account/terms");
    const row = page.getByRole("table", { name: "Accepted versions" }).getByRole("row").nth(1);
    expect(await row.getByRole("rowheader").textContent()).toBe("1 Current");
    await page.goto("/account/activity");
    expect(await page.getByText("New terms accepted.").isVisible()).toBe(true);
  });

  test("the terms are asked once: the next login leads straight to its destination", async () => {
    const account = await theatre.application.createAccount(`bo-${javaScript}`);
    const first = await theatre.visitor({ javaScript });
    await first.goto("/login?next=%2Faccount");
    await fillLogin(first, { login: account.email });
    await first.waitForURL("/login/terms");
    await first.getByRole("button", { name: "Accept and continue" }).click();
    await first.waitForURL("/account");
    expect(await first.getByText(account.email).first().isVisible()).toBe(true);
    const second = await theatre.visitor({ javaScript });
    await second.goto("/login");
    await fillLogin(second, { login: account.email });
    await second.waitForURL("/dashboard");
  });
});

test("a login without accepting the terms isn't possible", async () => {
  const account = await theatre.application.createAccount("cyd");
  const page = await theatre.visitor();
  await page.goto("/login");
  await fillLogin(page, { login: account.email });
  await page.waitForURL("/login/terms");
  await page.goto("/dashboard");
  expect(whereIs(page)).toBe("/login?next=%2Fdashboard");
});

test("a German browser gets German pages, signed in or not", async () => {
  const page = await theatre.visitor({ language: "de-DE" });
  await register(page, "dora@example.org");
  expect(await heading(page).textContent()).toBe("Bedingungen annehmen");
  await page.getByRole("button", { name: "Annehmen und weiter" }).click();
  await page.waitForURL("/dashboard");
  await page.goto("/account");
  await page.getByRole("main").getByRole("link", { name: "Bedingungen" }).click();
  await page.waitForURL("/account/terms");
  expect(await page.getByRole("table", { name: "Angenommene Fassungen" }).isVisible()).toBe(true);
  expect(await page.locator("html").getAttribute("lang")).toBe("de");
});

test("administrators see which accounts accepted", async () => {
  const { email } = await theatre.application.createAccount("eddy");
  const admin = await theatre.application.createAccount("rosa", ["admin"]);
  const page = await theatre.visitor();
  await page.goto("/login?next=%2Fadmin%2Fusers");
  await fillLogin(page, { login: admin.email });
  await page.getByRole("button", { name: "Accept and continue" }).click();
  await page.waitForURL("/admin/users");
  const users = page.getByRole("table", { name: "Users" });
  expect(await users.getByRole("columnheader").last().textContent()).toBe("Terms");
  const cellOf = (address: string) =>
    users.getByRole("row").filter({ hasText: address }).getByRole("cell").last();
  expect(await cellOf(admin.email).textContent()).toBe("Accepted");
  expect(await cellOf(email).textContent()).toBe("Not accepted");
  await expectAccessible(page, "users with the terms");
});

test("the pages of the plugin meet the standards of the library's pages", async () => {
  const page = await theatre.visitor();
  await register(page, "fay@example.org");
  await expectAccessible(page, "accepting the terms");
  await page.getByRole("button", { name: "Accept and continue" }).click();
  await page.waitForURL("/dashboard");
  await page.goto("/account/terms");
  await expectAccessible(page, "accepted terms");
});
