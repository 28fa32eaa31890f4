import { describe, expect, test } from "vitest";
import { password } from "./support/application.ts";
import { stage } from "./support/stage.ts";
import {
  expectErrorSummary,
  fillLogin,
  heading,
  logoutButton,
  sessionStatus,
  signedIn,
  whereIs,
} from "./support/steps.ts";

const theatre = stage();

describe.each([true, false])("[AC-11] with JavaScript: %j", (javaScript) => {
  test("logging in by address, for this visit only, leads to the wanted page", async () => {
    const { email, username } = await theatre.application.createAccount("ada");
    const page = await theatre.visitor({ javaScript });
    await page.goto("/posts/new");
    expect(whereIs(page)).toBe("/login?next=%2Fposts%2Fnew");
    await fillLogin(page, { login: email });
    await page.waitForURL("/posts/new");
    expect(await page.getByRole("banner").getByRole("link", { name: username }).isVisible()).toBe(true);

    const cookies = await page.context().cookies();
    expect(cookies.find(({ name }) => name === "session")).toMatchObject({
      expires: -1,
      httpOnly: true,
      sameSite: "Lax",
    });
  });

  test("logging in by username keeps the login", async () => {
    const { username } = await theatre.application.createAccount("bo");
    const page = await theatre.visitor({ javaScript });
    await page.goto("/login");
    await fillLogin(page, { login: username.toUpperCase(), remember: true });
    await page.waitForURL("/dashboard");
    const session = (await page.context().cookies()).find(({ name }) => name === "session");
    const days = ((session?.expires ?? 0) - Date.now() / 1000) / 86_400;
    expect(days).toBeGreaterThan(89);
    expect(days).toBeLessThanOrEqual(90);
  });

  test("[AC-04] [AC-05] [PW-10] a wrong password puts the focus on the problem, keeps the name and drops the password", async () => {
    const { email } = await theatre.application.createAccount("cy");
    const page = await theatre.visitor({ javaScript });
    await page.goto("/login?next=%2Fposts");
    await fillLogin(page, { login: email, password: "not this one at all", remember: true });
    await expectErrorSummary(page, {});
    expect(await page.getByRole("alert").textContent()).toContain(
      "The email, username or password is wrong.",
    );
    expect(await page.getByLabel("Email or username").inputValue()).toBe(email);
    expect(await page.getByLabel("Password", { exact: true }).inputValue()).toBe("");
    expect(await page.getByRole("checkbox").isChecked()).toBe(true);
    expect(await page.content()).not.toContain("not this one at all");
    expect(await sessionStatus(page)).toBe(401);

    await page.getByLabel("Password", { exact: true }).fill(password);
    await page.getByLabel("Password", { exact: true }).press("Enter");
    await page.waitForURL("/posts");
    expect(await logoutButton(page).isVisible()).toBe(true);
  });

  test("[AC-04] an empty form links each problem to its field", async () => {
    const page = await theatre.visitor({ javaScript });
    await page.goto("/login");
    await page.getByRole("button", { name: "Log in" }).click();
    await expectErrorSummary(page, {
      "Enter your email address or username.": "Email or username",
      "Enter a password.": "Password",
    });
  });

  test("the navigation shows the account, and the name leads to it", async () => {
    const account = await theatre.application.createAccount("di");
    const links = (page: Awaited<ReturnType<typeof theatre.visitor>>) =>
      page.getByRole("navigation", { name: "Main" }).getByRole("link").allTextContents();
    const stranger = await theatre.visitor({ javaScript });
    await stranger.goto("/posts");
    expect(await links(stranger)).toEqual(["Posts", "Log in", "Create account"]);
    expect(await logoutButton(stranger).count()).toBe(0);

    const page = await signedIn(theatre, account, { javaScript });
    expect(await links(page)).toEqual(["Posts", "Dashboard", "New post"]);
    await page.getByRole("banner").getByRole("link", { name: account.username }).click();
    await page.waitForURL("/account");
    expect(await heading(page).textContent()).toBe("Your account");
  });
});

test("the login and registration pages redirect a signed-in visitor", async () => {
  const page = await signedIn(theatre, await theatre.application.createAccount("eve"));
  await page.goto("/login?next=%2Fposts");
  expect(whereIs(page)).toBe("/posts");
  await page.goto("/register");
  expect(whereIs(page)).toBe("/dashboard");
});

test("[RD-01] a foreign next leads to the dashboard", async () => {
  const { email } = await theatre.application.createAccount("flo");
  const page = await theatre.visitor();
  await page.goto(`/login?next=${encodeURIComponent("//evil.example/steal")}`);
  await fillLogin(page, { login: email });
  await page.waitForURL("/dashboard");
});
