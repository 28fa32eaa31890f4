import { describe, expect, test } from "vitest";
import { stage } from "./support/stage.ts";
import { heading, linkInMailTo, sessionStatus, whereIs } from "./support/steps.ts";

const theatre = stage({ LOGIN_BY_MAIL: "on" });

describe.each([true, false])("[AC-11] with JavaScript: %j", (javaScript) => {
  test("[VE-06] the link signs in only the requesting browser", async () => {
    const { email } = await theatre.application.createAccount("ada");
    const page = await theatre.visitor({ javaScript });
    await page.goto("/login?next=%2Faccount");
    await page.getByRole("link", { name: "Log in by email instead" }).click();
    await page.getByLabel("Email address").fill(email);
    await page.getByRole("button", { name: "Email me a link and code" }).click();
    await heading(page).filter({ hasText: "Check your email" }).waitFor();

    const phone = await theatre.visitor({ javaScript });
    const link = await linkInMailTo(phone, email);
    await phone.goto(link);
    expect(await phone.getByRole("button", { name: "Log in" }).count()).toBe(0);
    expect(await sessionStatus(phone)).toBe(401);

    await page.goto(link);
    expect(whereIs(page)).toBe("/login/mail/confirm");
    expect(await sessionStatus(page)).toBe(401);
    await page.getByRole("button", { name: "Log in" }).click();
    await page.waitForURL(/\/(account|dashboard)$/);
    expect(await sessionStatus(page)).toBe(200);
    expect(await sessionStatus(phone)).toBe(401);
  });

  test("[VE-05] the code from the mail works in the requesting browser", async () => {
    const { email } = await theatre.application.createAccount("bo");
    const page = await theatre.visitor({ javaScript });
    await page.goto("/login/mail");
    await page.getByLabel("Email address").fill(email);
    await page.getByRole("button", { name: "Email me a link and code" }).click();
    await heading(page).filter({ hasText: "Check your email" }).waitFor();
    await page.getByLabel("Code from the email").fill("BBBB-BBBB");
    await page.getByRole("button", { name: "Log in" }).click();
    await page.getByRole("alert").waitFor();

    const mails = (await (await page.request.get("/dev/mailbox.json")).json()) as {
      to: string;
      code: string;
    }[];
    const code = mails.find(({ to }) => to === email)?.code ?? "";
    await page.getByLabel("Code from the email").fill(code.toLowerCase().replace("-", " "));
    await page.getByRole("button", { name: "Log in" }).click();
    await page.waitForURL("/dashboard");
  });
});
