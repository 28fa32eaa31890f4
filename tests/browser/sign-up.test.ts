import { describe, expect, test } from "vitest";
import { stage } from "./support/stage.ts";
import {
  expectErrorSummary,
  expectFieldProblem,
  fillLogin,
  heading,
  linkInMailTo,
  logoutButton,
  message,
  register,
  sessionStatus,
  whereIs,
} from "./support/steps.ts";

const theatre = stage();
const first = "paper boats drifting";
const second = "seven copper kettles";

describe.each([true, false])("[AC-11] with JavaScript: %j", (javaScript) => {
  const kind = javaScript ? "script" : "plain";

  test("registering and confirming in one browser continue, with a message shown once", async () => {
    const page = await theatre.visitor({ javaScript });
    const email = `ada.${kind}@example.org`;
    await register(page, { email, username: `ada-${kind}`, password: first });
    await heading(page).filter({ hasText: "Check your email" }).waitFor();
    expect(await page.getByText(email).first().isVisible()).toBe(true);
    expect(await sessionStatus(page)).toBe(401);

    await page.goto(await linkInMailTo(page, email));
    expect(await heading(page).textContent()).toBe("Confirm your email address");
    expect(await page.getByLabel("New password").count()).toBe(0);
    await page.getByRole("button", { name: "Confirm address" }).click();
    await page.waitForURL("/dashboard");
    expect(await heading(page).textContent()).toContain(`ada-${kind}`);
    expect(await message(page)).toContain("your email address is confirmed");

    await page.reload();
    expect(await page.getByRole("status").count()).toBe(0);
    expect(await logoutButton(page).isVisible()).toBe(true);
  });

  test("[VE-03] the link opened in another browser asks for a password, and the first one is worthless", async () => {
    const stranger = await theatre.visitor({ javaScript });
    const owner = await theatre.visitor({ javaScript });
    const email = `bo.${kind}@example.org`;
    await register(stranger, { email, password: first });
    await heading(stranger).filter({ hasText: "Check your email" }).waitFor();

    await owner.goto(await linkInMailTo(owner, email));
    expect(await heading(owner).textContent()).toBe("Choose a password to finish");
    expect(await owner.getByText("Didn't sign up?").isVisible()).toBe(true);
    await owner.getByRole("button", { name: "Confirm and log in" }).click();
    await expectFieldProblem(owner, "New password", "Choose a password to finish.");
    await owner.getByLabel("New password").fill(second);
    await owner.getByRole("button", { name: "Confirm and log in" }).click();
    await owner.waitForURL("/dashboard");
    expect(await message(owner)).toContain("your email address is confirmed");

    expect(await sessionStatus(stranger)).toBe(401);
    await stranger.goto("/login");
    await fillLogin(stranger, { login: email, password: first });
    expect(await stranger.getByRole("alert").textContent()).toContain(
      "The email, username or password is wrong.",
    );
    expect(await sessionStatus(stranger)).toBe(401);

    await logoutButton(owner).click();
    await owner.waitForURL("/login");
    await fillLogin(owner, { login: email, password: second });
    await owner.waitForURL("/dashboard");
  });

  test("[AC-04] [AC-05] [PW-10] a refused registration names each field's problem and keeps all but the password", async () => {
    const page = await theatre.visitor({ javaScript });
    await register(page, { email: "no address", username: `cy-${kind}`, password: "short" });
    await expectErrorSummary(page, {
      "Email address: Enter an email address like name@example.com.": "Email address",
      "Password: Use at least 8 characters.": "Password",
    });
    expect(await page.getByLabel("Email address").inputValue()).toBe("no address");
    expect(await page.getByLabel("Username (optional)").inputValue()).toBe(`cy-${kind}`);
    expect(await page.getByLabel("Password", { exact: true }).inputValue()).toBe("");
    expect(await page.content()).not.toContain('short"');
  });

  test("a used link shows an explanation and offers a new one", async () => {
    const page = await theatre.visitor({ javaScript });
    const email = `di.${kind}@example.org`;
    await register(page, { email, password: first });
    const link = await linkInMailTo(page, email);
    await page.goto(link);
    await page.getByRole("button", { name: "Confirm address" }).click();
    await page.waitForURL("/dashboard");

    const later = await theatre.visitor({ javaScript });
    expect((await later.goto(link))?.status()).toBe(410);
    expect(await heading(later).textContent()).toBe("This link is no longer valid");
    expect(await later.getByRole("main").getByRole("link").count()).toBeGreaterThan(0);
  });
});

test("an address that has an account gets the same page, and its owner a mail with the login", async () => {
  const { email } = await theatre.application.createAccount("eve");
  const page = await theatre.visitor();
  await register(page, { email, password: first });
  await heading(page).filter({ hasText: "Check your email" }).waitFor();
  await page.goto(await linkInMailTo(page, email));
  expect(whereIs(page)).toMatch(/^\/login/);
});
