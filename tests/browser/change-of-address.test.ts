import { describe, expect, test } from "vitest";
import { password } from "./support/application.ts";
import { stage } from "./support/stage.ts";
import {
  fillLogin,
  heading,
  linkInMailTo,
  message,
  sessionStatus,
  signedIn,
  whereIs,
} from "./support/steps.ts";

const theatre = stage();

describe.each([true, false])("[AC-11] with JavaScript: %j", (javaScript) => {
  const kind = javaScript ? "script" : "plain";

  test("[CE-02] [CE-03] the new mailbox confirms, and the old one gets two notices", async () => {
    const account = await theatre.application.createAccount("ada");
    const wanted = `ada.new.${kind}@example.org`;
    const page = await signedIn(theatre, account, { javaScript });
    await page.goto("/account");
    await page.getByRole("main").getByRole("link", { name: "Email address" }).click();
    await page.waitForURL("/account/email");
    await page.getByLabel("New email address").fill(wanted);
    await page.getByRole("button", { name: "Send the link" }).click();
    await heading(page).filter({ hasText: "Check your new inbox" }).waitFor();
    await page.goto("/account/email");
    expect(await page.getByText(`Waiting for you to confirm ${wanted}`).isVisible()).toBe(true);

    await page.goto(await linkInMailTo(page, wanted));
    expect(whereIs(page)).toBe("/confirm-email-change");
    await page.getByRole("button", { name: "Use this address" }).click();
    await page.waitForURL("/account");
    expect(await message(page)).toContain(wanted);
    expect(await sessionStatus(page)).toBe(200);
    await page.goto("/dev/mailbox");
    expect(
      await page
        .getByRole("listitem")
        .filter({ hasText: `To ${account.email}` })
        .count(),
    ).toBe(2);
  });

  test("[CE-03] A-EM-06 the owner of the old mailbox undoes a stranger's change", async () => {
    const account = await theatre.application.createAccount("bo");
    const stranger = `stranger.${kind}@example.net`;
    const thief = await signedIn(theatre, account, { javaScript });
    await thief.goto("/account/email");
    await thief.getByLabel("New email address").fill(stranger);
    await thief.getByRole("button", { name: "Send the link" }).click();
    await heading(thief).filter({ hasText: "Check your new inbox" }).waitFor();
    await thief.goto(await linkInMailTo(thief, stranger));
    await thief.getByRole("button", { name: "Use this address" }).click();
    await thief.waitForURL("/account");

    const owner = await theatre.visitor({ javaScript });
    await owner.goto(await linkInMailTo(owner, account.email));
    expect(await owner.getByText(account.email).first().isVisible()).toBe(true);
    await owner.getByRole("button", { name: "Secure my account" }).click();
    await owner.waitForURL("/login");
    await thief.reload();
    expect(whereIs(thief)).toBe("/login?next=%2Faccount");
    await thief.goto("/login");
    await fillLogin(thief, { login: stranger, password });
    await thief.getByRole("alert").waitFor();

    await owner.goto(await linkInMailTo(owner, account.email));
    await owner.getByLabel("New password").fill("seven copper kettles");
    await owner.getByRole("button", { name: "Save password" }).click();
    await owner.waitForURL("/login");
    await fillLogin(owner, { login: account.email, password: "seven copper kettles" });
    await owner.waitForURL("/dashboard");
  });
});
