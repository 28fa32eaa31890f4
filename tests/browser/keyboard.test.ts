import { expect, test } from "vitest";
import { password } from "./support/application.ts";
import { tabAndType, tabTo } from "./support/keyboard.ts";
import { stage } from "./support/stage.ts";
import {
  hasFocus,
  heading,
  linkInMailTo,
  logoutButton,
  message,
  sessionStatus,
  signedIn,
  whereIs,
} from "./support/steps.ts";

const theatre = stage();

test("[AC-08] registering and confirming work with only the keyboard", async () => {
  const page = await theatre.visitor();
  await page.goto("/");
  await tabTo(page, page.getByRole("navigation").getByRole("link", { name: "Create account" }));
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/register/);
  await hasFocus(page.getByLabel("Email address"));
  await page.keyboard.type("ada.keys@example.org");
  await tabAndType(page, page.getByLabel("Username (optional)"), "ada-keys");
  await tabAndType(page, page.getByLabel("Password", { exact: true }), password);
  await tabTo(page, page.getByRole("button", { name: "Create account" }));
  await page.keyboard.press("Space");
  await heading(page).filter({ hasText: "Check your email" }).waitFor();

  await page.goto(await linkInMailTo(page, "ada.keys@example.org"));
  await tabTo(page, page.getByRole("button", { name: "Confirm address" }));
  await page.keyboard.press("Enter");
  await page.waitForURL("/dashboard");
});

test("[AC-08] logging in, writing a post and logging out work with only the keyboard", async () => {
  const { email } = await theatre.application.createAccount("bo");
  const page = await theatre.visitor();
  await page.goto("/login");
  await hasFocus(page.getByLabel("Email or username"));
  await page.keyboard.type(email);
  await tabAndType(page, page.getByLabel("Password", { exact: true }), "wrong at first");
  await tabTo(page, page.getByRole("button", { name: "Show password" }));
  await page.keyboard.press("Space");
  expect(await page.getByLabel("Password", { exact: true }).getAttribute("type")).toBe("text");
  await tabTo(page, page.getByRole("checkbox", { name: "Keep me logged in" }));
  await page.keyboard.press("Space");
  expect(await page.getByRole("checkbox").isChecked()).toBe(true);
  await tabTo(page, page.getByRole("button", { name: "Log in" }));
  await page.keyboard.press("Enter");

  // After the summary, which has the focus, the fields are the next stops.
  await hasFocus(page.getByRole("alert"));
  await tabTo(page, page.getByLabel("Email or username"));
  await tabAndType(page, page.getByLabel("Password", { exact: true }), password);
  await page.keyboard.press("Enter");
  await page.waitForURL("/dashboard");

  await tabTo(page, page.getByRole("navigation").getByRole("link", { name: "New post" }));
  await page.keyboard.press("Enter");
  await page.waitForURL("/posts/new");
  await hasFocus(page.getByLabel("Title"));
  await page.keyboard.type("Written without a mouse");
  await tabAndType(page, page.getByLabel("Text"), "Tab, type, Tab, Enter.");
  await tabTo(page, page.getByRole("button", { name: "Publish" }));
  await page.keyboard.press("Enter");
  await heading(page).filter({ hasText: "Written without a mouse" }).waitFor();

  await tabTo(page, logoutButton(page));
  await page.keyboard.press("Enter");
  await page.waitForURL("/login");
  expect(await message(page)).toContain("You're logged out.");
  expect(await sessionStatus(page)).toBe(401);
});

test("[AC-08] deleting a post works with only the keyboard", async () => {
  const page = await signedIn(theatre, await theatre.application.createAccount("cy"));
  await page.goto("/posts/new");
  await hasFocus(page.getByLabel("Title"));
  await page.keyboard.type("Soon gone");
  await tabAndType(page, page.getByLabel("Text"), "Not for long.");
  await tabTo(page, page.getByRole("button", { name: "Publish" }));
  await page.keyboard.press("Enter");
  await heading(page).filter({ hasText: "Soon gone" }).waitFor();
  const post = whereIs(page);
  await tabTo(page, page.getByRole("link", { name: "Edit" }));
  await page.keyboard.press("Enter");
  await page.waitForURL(`${post}/edit`);
  await tabTo(page, page.locator("summary", { hasText: "Delete this post" }));
  await page.keyboard.press("Enter");
  await tabTo(page, page.getByRole("button", { name: "Delete this post" }));
  await page.keyboard.press("Enter");
  await page.waitForURL("/posts");
  expect(await message(page)).toContain("The post is deleted.");
});

test("[AC-08] the first stop of every page skips the navigation", async () => {
  const page = await signedIn(theatre, await theatre.application.createAccount("di"));
  await page.goto("/posts");
  await tabTo(page, page.getByRole("link", { name: "Skip to content" }));
  const shown = await page.getByRole("link", { name: "Skip to content" }).boundingBox();
  expect(shown?.y).toBeGreaterThanOrEqual(0);
  await page.keyboard.press("Enter");
  await page.waitForURL("/posts#main");
  await hasFocus(page.getByRole("main"));
});

test("[AC-08] the focus is visible", async () => {
  const page = await theatre.visitor();
  await page.goto("/login");
  for (const target of [
    page.getByLabel("Password", { exact: true }),
    page.getByRole("button", { name: "Log in" }),
    page.getByRole("link", { name: "Create an account" }),
  ]) {
    const box = await target.boundingBox();
    if (box === null) throw new Error("The element isn't shown.");
    const clip = { x: box.x - 6, y: box.y - 6, width: box.width + 12, height: box.height + 12 };
    await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
    const before = await page.screenshot({ clip, caret: "hide" });
    await tabTo(page, target);
    expect((await page.screenshot({ clip, caret: "hide" })).equals(before)).toBe(false);
  }
});
