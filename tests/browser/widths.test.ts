import type { Page } from "playwright-core";
import { test } from "vitest";
import { stage } from "./support/stage.ts";
import { heading, linkInMailTo, register, signedIn } from "./support/steps.ts";
import { expectNothingCutOff } from "./support/widths.ts";

const theatre = stage({ LOGIN_BY_MAIL: "on" });

/** Each test looks at about ten pages at 49 widths. */
const TIMEOUT_MS = 150_000;

/** The longest local part that an address may have, without a place to break. */
const local = "wolfeschlegelsteinhausenbergerdorffwelchevoralternwarengewissen1";
const longEmail = `${local}@mail.department.example.org`;
const longName = "wolfeschlegelsteinhausenberger32";

async function visit(page: Page, paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    await page.goto(path);
    await expectNothingCutOff(page, path);
  }
}

test("[AC-10] no text and no control is cut off at any width: public pages", {
  timeout: TIMEOUT_MS,
}, async () => {
  const page = await theatre.visitor();
  await visit(page, [
    "/",
    "/login",
    "/register",
    "/posts",
    "/forgot-password",
    "/login/mail",
    "/no-such-page",
  ]);
  await register(page, { email: `${local}@example`, username: "a!", password: "short" });
  await page.getByRole("alert").waitFor();
  await expectNothingCutOff(page, "a refused registration");
  await register(page, { email: longEmail, username: longName, password: "paper boats drifting" });
  await heading(page).filter({ hasText: "Check your email" }).waitFor();
  await expectNothingCutOff(page, "check your mail");
  const link = await linkInMailTo(page, longEmail);
  await expectNothingCutOff(page, "the mailbox");
  await page.goto(link);
  await expectNothingCutOff(page, "confirm an address");
});

test("[AC-10] no text and no control is cut off at any width: pages of a long name", {
  timeout: TIMEOUT_MS,
}, async () => {
  const account = await theatre.application.createAccount(local.slice(0, 60), ["admin"], longName);
  await signedIn(theatre, account);
  const page = await signedIn(theatre, account);
  await page.goto("/account/sessions");
  const others = page.getByRole("row").filter({ hasNotText: "This device" });
  await others.getByRole("button", { name: "Log out" }).first().click();
  await page.getByRole("status").waitFor();
  await expectNothingCutOff(page, "a device that was logged out");
  await signedIn(theatre, account);
  await visit(page, [
    "/dashboard",
    "/account",
    "/account/password",
    "/account/email",
    "/account/sessions",
    "/account/activity",
    "/account/delete",
    "/admin/users",
    "/reauthenticate",
    "/logout",
    "/posts/new",
  ]);
  await page.goto("/account/email");
  await page.getByLabel("New email address").fill(`new.${longEmail.slice(4)}`);
  await page.getByRole("button", { name: "Send the link" }).click();
  await heading(page).filter({ hasText: "Check your new inbox" }).waitFor();
  await expectNothingCutOff(page, "a new address, sent");
  await visit(page, ["/account/email"]);
  await page.goto(await linkInMailTo(page, account.email));
  await expectNothingCutOff(page, "this wasn't me");
});
