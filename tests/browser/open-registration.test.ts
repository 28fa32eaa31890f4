import { expect, test } from "vitest";
import { stage } from "./support/stage.ts";
import { expectErrorSummary, heading, message, register, sessionStatus } from "./support/steps.ts";

const theatre = stage({ REGISTRATION: "open" });
const password = "paper boats drifting";

test.each([true, false])("[AC-11] registering signs in at once (JavaScript: %j)", async (javaScript) => {
  const page = await theatre.visitor({ javaScript });
  const username = `ada-${javaScript}`;
  await register(page, { email: `${username}@example.org`, username, password });
  await page.waitForURL("/dashboard");
  expect(await heading(page).textContent()).toContain(username);
  expect(await message(page)).toContain("Your account is ready.");
  expect(await sessionStatus(page)).toBe(200);
});

test("a taken address and a taken name are problems of their fields", async () => {
  const { email, username } = await theatre.application.createAccount("bo");
  const page = await theatre.visitor();
  await register(page, { email, username: "bo-other", password });
  await expectErrorSummary(page, {
    "Email address: This address already has an account. Log in with it, or use another address.":
      "Email address",
  });
  await register(page, { email: "bo.new@example.org", username, password });
  await expectErrorSummary(page, {
    "Username: This username is taken. Choose another.": "Username (optional)",
  });
});
