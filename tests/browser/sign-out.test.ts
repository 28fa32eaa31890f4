import { describe, expect, test } from "vitest";
import { stage } from "./support/stage.ts";
import {
  heading,
  logoutButton,
  message,
  sessionStatus,
  signedIn,
  whereIs,
  writePost,
} from "./support/steps.ts";

const theatre = stage({}, { keepPagesForBack: true });

test("[LO-03] every page of a signed-in visitor has a form that logs out", async () => {
  const page = await signedIn(theatre, await theatre.application.createAccount("ada", ["admin"]));
  const post = await writePost(page, "A page with a way out");
  const paths = [
    "/",
    "/dashboard",
    "/posts",
    post,
    `${post}/edit`,
    "/posts/new",
    "/account",
    "/account/password",
    "/reauthenticate",
    "/admin/users",
    "/logout",
    "/no-such-page",
  ];
  for (const path of paths) {
    await page.goto(path);
    expect(await logoutButton(page).isVisible(), path).toBe(true);
    expect(await page.locator("header form[method=post][action='/logout']").count(), path).toBe(1);
  }
});

describe.each([true, false])("[AC-11] with JavaScript: %j", (javaScript) => {
  test("[LO-01] logging out ends the session of a copied cookie", async () => {
    const page = await signedIn(theatre, await theatre.application.createAccount("bo"), { javaScript });
    const kept = (await page.context().cookies()).map(({ name, value }) => `${name}=${value}`).join("; ");
    const replay = () => fetch(`${theatre.origin}/session`, { headers: { cookie: kept } });
    expect((await replay()).status).toBe(200);

    await logoutButton(page).click();
    await page.waitForURL("/login");
    expect(await message(page)).toContain("You're logged out.");
    expect((await replay()).status).toBe(401);
    expect(await sessionStatus(page)).toBe(401);
  });

  test("[LO-02] opening the logout address only asks", async () => {
    const page = await signedIn(theatre, await theatre.application.createAccount("cy"), { javaScript });
    await page.goto("/logout");
    expect(await heading(page).textContent()).toBe("Log out?");
    expect(await sessionStatus(page)).toBe(200);
    expect((await page.request.head("/logout")).status()).toBe(200);
    expect(await sessionStatus(page)).toBe(200);
    await page.getByRole("main").getByRole("button", { name: "Log out" }).click();
    await page.waitForURL("/login");
    expect(await sessionStatus(page)).toBe(401);
  });

  test("[LO-05] after logging out, Back shows no private page", async () => {
    const account = await theatre.application.createAccount("di");
    const page = await signedIn(theatre, account, { javaScript });
    await page.goto("/account");
    expect(await page.getByRole("main").textContent()).toContain(account.email);
    await logoutButton(page).click();
    await page.waitForURL("/login");

    await page.evaluate(() => history.back());
    await page.waitForURL(/\/login\?next=/);
    expect(await page.content()).not.toContain(account.email);
    expect(await page.content()).not.toContain(account.username);
    expect(await heading(page).textContent()).toBe("Log in");
    expect(whereIs(page)).toBe("/login?next=%2Faccount");
  });
});

test("[LO-05] after an operator ended the login, Back shows no private page", async () => {
  const account = await theatre.application.createAccount("eve");
  const page = await signedIn(theatre, account);
  await page.goto("/account");
  await page.getByRole("navigation").getByRole("link", { name: "Posts" }).click();
  await page.waitForURL("/posts");
  await theatre.application.commandLine("sessions", "end", account.email);
  await page.evaluate(() => history.back());
  await page.waitForURL("/login?next=%2Faccount");
  expect(await message(page)).toContain("An administrator logged you out.");
  expect(await page.content()).not.toContain(account.email);
});
