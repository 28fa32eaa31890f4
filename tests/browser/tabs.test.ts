import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { stage } from "./support/stage.ts";
import {
  fillLogin,
  heading,
  linkInMailTo,
  logoutButton,
  message,
  register,
  sessionStatus,
  signedIn,
  whereIs,
  writePost,
} from "./support/steps.ts";

const theatre = stage();

async function fillPost(page: Page, title: string): Promise<void> {
  await page.getByLabel("Title").fill(title);
  await page.getByLabel("Text").fill("In one of two tabs.");
}

async function publish(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Publish" }).click();
  await page.waitForURL(/\/posts\/[0-9a-f-]{36}$/);
}

test("[CF-06] two tabs can each send their form, and so can an earlier one after Back", async () => {
  const first = await signedIn(theatre, await theatre.application.createAccount("ada"));
  const second = await first.context().newPage();
  await first.goto("/posts/new");
  await second.goto("/posts/new");
  await fillPost(first, "From the first tab");
  await fillPost(second, "From the second tab");
  await publish(first);
  await publish(second);
  await second.goBack();
  await fillPost(second, "From the second tab, again");
  await publish(second);
  expect(await heading(second).textContent()).toBe("From the second tab, again");
});

test("[CF-06] a login form that waited in a second tab works; one from before the other tab's login leads on", async () => {
  const { email } = await theatre.application.createAccount("bo");
  const first = await theatre.visitor();
  const second = await first.context().newPage();
  const third = await first.context().newPage();
  for (const tab of [first, second, third]) await tab.goto("/login");
  await fillLogin(first, { login: email, password: "wrong in this tab" });
  await first.getByRole("alert").waitFor();
  await fillLogin(second, { login: email });
  await second.waitForURL("/dashboard");
  await fillLogin(third, { login: email });
  await third.waitForURL("/dashboard");
  expect(await sessionStatus(third)).toBe(200);
});

test("logging out in one tab shows in the other at the next click", async () => {
  const first = await signedIn(theatre, await theatre.application.createAccount("cy"));
  const second = await first.context().newPage();
  await second.goto("/account");
  await logoutButton(first).click();
  await first.waitForURL("/login");
  await second.getByRole("main").getByRole("link", { name: "Password" }).click();
  await second.waitForURL(/\/login\?next=/);
  expect(whereIs(second)).toBe("/login?next=%2Faccount%2Fpassword");
});

test("[PV-04] [HD-02] at the end the browser keeps only cookies that scripts can't read", async () => {
  const page = await theatre.visitor();
  const email = "di@example.org";
  await register(page, { email, password: "paper boats drifting" });
  await page.goto(await linkInMailTo(page, email));
  await page.getByRole("button", { name: "Confirm address" }).click();
  await page.waitForURL("/dashboard");
  await writePost(page, "Kept on the server");
  await expectNothingKept(page);
  await logoutButton(page).click();
  await page.waitForURL("/login");
  expect(await message(page)).toContain("You're logged out.");
  await expectNothingKept(page);
  await fillLogin(page, { login: email, password: "paper boats drifting", remember: true });
  await page.waitForURL("/dashboard");
  await expectNothingKept(page);
});

async function expectNothingKept(page: Page): Promise<void> {
  const kept = await page.evaluate(async () => ({
    local: localStorage.length,
    session: sessionStorage.length,
    databases: (await indexedDB.databases()).length,
    caches: (await caches.keys()).length,
    workers: (await navigator.serviceWorker.getRegistrations()).length,
    cookies: document.cookie,
  }));
  expect(kept).toEqual({ local: 0, session: 0, databases: 0, caches: 0, workers: 0, cookies: "" });
}
