import { describe, expect, test } from "vitest";
import { stage } from "./support/stage.ts";
import { linkInMailTo, register, signedIn } from "./support/steps.ts";

const theatre = stage();

describe("[PW-16] the button that shows a password", () => {
  test("the button that shows a password is a named toggle that changes only the masking", async () => {
    const page = await theatre.visitor();
    await page.goto("/login");
    const field = page.getByLabel("Password", { exact: true });
    const button = page.getByRole("button", { name: "Show password" });
    await field.fill("paper boats");
    expect(await field.getAttribute("type")).toBe("password");
    expect(await button.getAttribute("aria-pressed")).toBe("false");
    await button.click();
    expect(await field.getAttribute("type")).toBe("text");
    expect(await button.getAttribute("aria-pressed")).toBe("true");
    expect(await field.inputValue()).toBe("paper boats");
    await button.click();
    expect(await field.getAttribute("type")).toBe("password");
    expect(await button.getAttribute("aria-pressed")).toBe("false");
  });

  test("the field masks again when the form is sent", async () => {
    const page = await theatre.visitor();
    await page.goto("/login");
    const field = page.getByLabel("Password", { exact: true });
    await field.fill("paper boats");
    await page.getByRole("button", { name: "Show password" }).click();
    await page.evaluate(() => addEventListener("submit", (event) => event.preventDefault()));
    await page.getByRole("button", { name: "Log in" }).click();
    await page.locator("#field-password[type=password]").waitFor();
    expect(await page.getByRole("button", { name: "Show password" }).getAttribute("aria-pressed")).toBe(
      "false",
    );
  });

  test("the button doesn't exist without JavaScript", async () => {
    const page = await theatre.visitor({ javaScript: false });
    await page.goto("/login");
    expect(await page.getByLabel("Password", { exact: true }).isVisible()).toBe(true);
    expect(await page.getByRole("button", { name: "Show password" }).count()).toBe(0);
  });
});

test("[PW-16] a password of any accepted length can be pasted whole", async () => {
  const long = "correct horse battery staple ".repeat(8).trim();
  const page = await theatre.visitor();
  await page.goto("/register");
  await page.getByLabel("Email address").fill(long);
  await page.keyboard.press("ControlOrMeta+a");
  await page.keyboard.press("ControlOrMeta+c");
  await page.getByLabel("Password", { exact: true }).focus();
  await page.keyboard.press("ControlOrMeta+v");
  expect(await page.getByLabel("Password", { exact: true }).inputValue()).toBe(long);
});

test("[AC-02] every field declares its purpose to browsers and password managers", async () => {
  const stranger = await theatre.visitor();
  const fields = (page: typeof stranger) =>
    page
      .locator("input[autocomplete], textarea[autocomplete]")
      .evaluateAll((all) =>
        all.map((each) => `${each.getAttribute("name")}: ${each.getAttribute("autocomplete")}`),
      );
  await stranger.goto("/login");
  expect(await fields(stranger)).toEqual(["login: username", "password: current-password"]);
  await stranger.goto("/register");
  expect(await fields(stranger)).toEqual(["email: email", "username: username", "password: new-password"]);
  await stranger.goto("/confirm-email");
  expect(await fields(stranger)).toEqual(["email: email"]);

  await register(stranger, { email: "cy@example.org", password: "paper boats drifting" });
  const other = await theatre.visitor();
  await other.goto(await linkInMailTo(other, "cy@example.org"));
  expect(await fields(other)).toEqual(["null: username", "password: new-password"]);

  const { username, email } = await theatre.application.createAccount("di");
  const page = await signedIn(theatre, { username, email });
  await page.goto("/reauthenticate");
  expect(await fields(page)).toEqual(["null: username", "password: current-password"]);
  expect(await page.locator("[autocomplete=username]").inputValue()).toBe(email);
  await page.goto("/account/password");
  expect(await fields(page)).toEqual([
    "null: username",
    "current_password: current-password",
    "password: new-password",
  ]);
});
