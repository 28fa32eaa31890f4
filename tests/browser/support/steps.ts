import type { Locator, Page } from "playwright-core";
import { expect } from "vitest";
import { type Account, password as usualPassword } from "./application.ts";
import type { Stage } from "./stage.ts";

/** The path and query of the current page. */
export function whereIs(page: Page): string {
  const { pathname, search } = new URL(page.url());
  return pathname + search;
}

export function heading(page: Page): Locator {
  return page.getByRole("heading", { level: 1 });
}

/** The messages at the top of the page; waits for the first. */
export async function message(page: Page): Promise<string> {
  return (await page.getByRole("status").first().textContent()) ?? "";
}

/** Fills in the registration form and sends it. */
export async function register(
  page: Page,
  { email, username, password }: { email: string; username?: string; password: string },
): Promise<void> {
  await page.goto("/register");
  await page.getByLabel("Email address").fill(email);
  if (username !== undefined) await page.getByLabel("Username (optional)").fill(username);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Create account" }).click();
}

/** Opens the newest mail to this address in the development mailbox and returns its link. */
export async function linkInMailTo(page: Page, email: string): Promise<string> {
  await page.goto("/dev/mailbox");
  const mail = page
    .getByRole("listitem")
    .filter({ hasText: `To ${email}` })
    .first();
  // Only the newest mail is open.
  if (!(await mail.locator("details").evaluate((details) => details.hasAttribute("open"))))
    await mail.getByText("Message", { exact: true }).click();
  const link = mail.getByRole("link").first();
  return (await link.getAttribute("href")) ?? "";
}

/** Fills in the login form of the current page and sends it. */
export async function fillLogin(
  page: Page,
  {
    login,
    password = usualPassword,
    remember = false,
  }: { login: string; password?: string; remember?: boolean },
): Promise<void> {
  await page.getByLabel("Email or username").fill(login);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("checkbox", { name: "Keep me logged in" }).setChecked(remember);
  await page.getByRole("button", { name: "Log in" }).click();
}

/** A logged-in visitor, at the dashboard. The login form has separate tests. */
export async function signedIn(
  stage: Stage,
  account: Account,
  options: Parameters<Stage["visitor"]>[0] = {},
): Promise<Page> {
  const page = await stage.visitor(options);
  const { csrf_token } = await (await page.request.get("/csrf")).json();
  const answer = await page.request.post("/login", {
    headers: { accept: "application/json", "x-csrf-token": csrf_token },
    data: { login: account.email, password: usualPassword },
  });
  expect(answer.status()).toBe(200);
  await page.goto("/dashboard");
  return page;
}

export function logoutButton(page: Page): Locator {
  return page.getByRole("banner").getByRole("button", { name: "Log out" });
}

/** The status of `/session` for this page's cookies. */
export async function sessionStatus(page: Page): Promise<number> {
  return (await page.request.get("/session")).status();
}

/** Writes a post and resolves with its path. */
export async function writePost(page: Page, title: string, text = "Once upon a time."): Promise<string> {
  await page.goto("/posts/new");
  await page.getByLabel("Title").fill(title);
  await page.getByLabel("Text").fill(text);
  await page.getByRole("button", { name: "Publish" }).click();
  await heading(page).filter({ hasText: title }).waitFor();
  return whereIs(page);
}

/** The error summary has the focus, the title says "Error", and each link leads to its field. */
// Row AC-04.
export async function expectErrorSummary(page: Page, links: Record<string, string>): Promise<void> {
  const summary = page.getByRole("alert").filter({ hasText: "There is a problem" });
  await summary.waitFor();
  expect(await page.title()).toMatch(/^Error: /);
  await hasFocus(summary);
  expect(await summary.getByRole("link").allTextContents()).toEqual(Object.keys(links));
  for (const [text, label] of Object.entries(links)) {
    const field = page.getByLabel(label, { exact: true });
    expect(await field.getAttribute("aria-invalid")).toBe("true");
    // The summary names the field in front of a sentence that is any field's.
    expect(await describedBy(field)).toContain(text.replace(/^.*?: /, ""));
    await summary.getByRole("link", { name: text }).click();
    await hasFocus(field);
  }
}

/** The summary of a form with one field has the focus and no list. The field below it says the problem. */
// Row AC-04.
export async function expectFieldProblem(page: Page, label: string, sentence: string): Promise<void> {
  const summary = page.getByRole("alert").filter({ hasText: "There is a problem" });
  await summary.waitFor();
  expect(await page.title()).toMatch(/^Error: /);
  await hasFocus(summary);
  expect(await summary.getByRole("link").count()).toBe(0);
  const field = page.getByLabel(label, { exact: true });
  expect(await field.getAttribute("aria-invalid")).toBe("true");
  for (const described of [summary, field]) expect(await describedBy(described)).toContain(sentence);
  expect(await page.getByText(sentence).count()).toBe(1);
}

/**
 * Waits until this has the focus. A page applies `autofocus` at its first frame, which may come after its load event.
 */
export async function hasFocus(target: Locator): Promise<void> {
  await expect
    .poll(() => target.evaluate((element) => element === document.activeElement), { timeout: 15_000 })
    .toBe(true);
}

/** The description of a field for a screen reader. */
export async function describedBy(field: Locator): Promise<string> {
  return field.evaluate((element) =>
    (element.getAttribute("aria-describedby") ?? "")
      .split(" ")
      .map((id) => document.getElementById(id)?.textContent ?? "")
      .join(" "),
  );
}
