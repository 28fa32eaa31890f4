import { unwrap } from "latchkey";
import { testPassword } from "latchkey/testing";
import * as v from "valibot";
import type { AuthOptions } from "../../../src/options.ts";
import { type Site, tokenOf } from "../../support/site.ts";
import type { Prepared } from "./views.ts";

/** One way to run an operation. */
export interface Scenario {
  title: string;
  options?: Partial<AuthOptions>;
  /** Prepares a fresh site for the operation. */
  prepare(site: Site): Promise<Prepared>;
  /** The expected refusal. Default: it succeeds. */
  code?: string;
  /** It makes sense without a browser too. */
  script?: true;
}

export const email = "anna@example.org";
export const better = "seven grey cups on a shelf";

export async function newAccount({ auth }: Site, address = email): Promise<string> {
  return (await unwrap(auth.users.create({ email: address, password: testPassword }))).user.id;
}

/** A browser with an identifying value. */
export async function visitor(site: Site) {
  const browser = site.browser();
  await browser.csrfToken();
  return browser;
}

export async function passwordToken(site: Site): Promise<string> {
  const userId = await newAccount(site);
  return tokenOf((await unwrap(site.auth.users.passwordLink({ userId }))).link);
}

/** A browser that registered and waits for the confirmation. */
export async function registered(site: Site) {
  const browser = await visitor(site);
  await browser.postJson("/register", { email, password: testPassword, next: "/notes" });
  return { browser, token: await site.tokenTo(email) };
}

export async function asksForMail(site: Site) {
  await newAccount(site);
  const browser = await visitor(site);
  await browser.postJson("/login/mail", { email, remember: true, next: "/notes" });
  const mail = await site.mailTo(email);
  return { browser, token: tokenOf(mail.links[0]), code: mail.code ?? "" };
}

export async function mustChange(site: Site) {
  const userId = await newAccount(site);
  await unwrap(site.auth.users.requirePasswordChange({ userId }));
  return visitor(site);
}

export async function pending(site: Site) {
  const browser = await mustChange(site);
  await browser.postJson("/login", { login: email, password: testPassword, remember: true });
  return browser;
}

export async function changesAddress(site: Site) {
  const browser = await site.signedIn(email);
  await browser.postJson("/account/email", { email: "anna@example.net" });
  return { browser, token: await site.tokenTo("anna@example.net") };
}

/** The link of the notice that a changed address causes. */
export async function objects(site: Site) {
  const { browser, token } = await changesAddress(site);
  await browser.postJson("/confirm-email-change", { token });
  const mails = await site.mails();
  const notice = mails.find(({ to, links }) => to === email && links.some((link) => link.includes("/undo?")));
  return { browser, token: tokenOf(notice?.links.find((link) => link.includes("/undo?"))) };
}

/** A session of an account that has no password. */
export async function withoutPassword(site: Site) {
  await unwrap(site.auth.users.create({ email }));
  return site.browser({ cookie: (await site.as(email)).cookie });
}

/** The code that such a session had mailed. */
export async function asksForCode(site: Site) {
  const browser = await withoutPassword(site);
  await browser.postJson("/reauthenticate/code");
  return { browser, code: (await site.mailTo(email)).code ?? "" };
}

export const signedIn =
  (input: Record<string, unknown> = {}) =>
  async (site: Site) => ({
    browser: await site.signedIn(email),
    input,
  });

export const asVisitor = (input: Record<string, unknown>) => async (site: Site) => {
  await newAccount(site);
  return { browser: await visitor(site), input };
};

export const open: Partial<AuthOptions> = { registration: "open" };
export const byMail: Partial<AuthOptions> = { login: { mail: true } };
export const nickname: Partial<AuthOptions> = { user: { fields: { nickname: v.string() } } };
export const registering = { email: "ben@example.org", password: testPassword };
