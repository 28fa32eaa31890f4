import { unwrap } from "latchkey";
import { testPassword } from "latchkey/testing";
import * as v from "valibot";
import type { AuthOptions } from "../../../src/options.ts";
import { type Site, tokenOf } from "../../support/site.ts";
import { requestAuth } from "./in-request.ts";
import type { Prepared } from "./views.ts";

/** One way to run an operation. */
export interface Scenario {
  title: string;
  options?: Partial<AuthOptions>;
  /** Brings a fresh site to where the operation can run. */
  prepare(site: Site): Promise<Prepared>;
  /** The refusal that is expected. Default: it succeeds. */
  code?: string;
  /** It makes sense without a browser, too. */
  script?: true;
}

const email = "anna@example.org";
const better = "seven grey cups on a shelf";

async function newAccount({ auth }: Site, address = email): Promise<string> {
  return (await unwrap(auth.users.create({ email: address, password: testPassword }))).user.id;
}

/** A browser with a value it is known by. */
async function visitor(site: Site) {
  const browser = site.browser();
  await browser.csrfToken();
  return browser;
}

async function passwordToken(site: Site): Promise<string> {
  const userId = await newAccount(site);
  return tokenOf((await unwrap(site.auth.users.passwordLink({ userId }))).link);
}

/** A browser that registered and waits for the confirmation. */
async function registered(site: Site) {
  const browser = await visitor(site);
  await browser.postJson("/register", { email, password: testPassword, next: "/notes" });
  return { browser, token: await site.tokenTo(email) };
}

async function asksForMail(site: Site) {
  await newAccount(site);
  const browser = await visitor(site);
  await browser.postJson("/login/mail", { email, remember: true, next: "/notes" });
  const mail = await site.mailTo(email);
  return { browser, token: tokenOf(mail.links[0]), code: (mail as { code?: string }).code ?? "" };
}

async function mustChange(site: Site) {
  const userId = await newAccount(site);
  await unwrap(site.auth.users.requirePasswordChange({ userId }));
  return visitor(site);
}

async function pending(site: Site) {
  const browser = await mustChange(site);
  await browser.postJson("/login", { login: email, password: testPassword, remember: true });
  return browser;
}

async function changesAddress(site: Site) {
  const browser = await site.signedIn(email);
  await browser.postJson("/account/email", { email: "anna@example.net" });
  return { browser, token: await site.tokenTo("anna@example.net") };
}

/** The link of the notice that a changed address causes. */
async function objects(site: Site) {
  const { browser, token } = await changesAddress(site);
  await browser.postJson("/confirm-email-change", { token });
  const mails = await site.mails();
  const notice = mails.find(({ to, links }) => to === email && links.some((link) => link.includes("/undo?")));
  return { browser, token: tokenOf(notice?.links.find((link) => link.includes("/undo?"))) };
}

const signedIn =
  (input: Record<string, unknown> = {}) =>
  async (site: Site) => ({
    browser: await site.signedIn(email),
    input,
  });

const asVisitor = (input: Record<string, unknown>) => async (site: Site) => {
  await newAccount(site);
  return { browser: await visitor(site), input };
};

const open: Partial<AuthOptions> = { registration: "open" };
const byMail: Partial<AuthOptions> = { login: { mail: true } };
const nickname: Partial<AuthOptions> = { user: { fields: { nickname: v.string() } } };
const registering = { email: "ben@example.org", password: testPassword };

/** Name of the operation → the ways to run it. */
export const scenarios: Record<string, readonly Scenario[]> = {
  register: [
    { title: "a new address", prepare: asVisitor({ ...registering, next: "/notes" }), script: true },
    { title: "a taken address", prepare: asVisitor({ ...registering, email }), script: true },
    {
      title: "in open mode",
      options: open,
      prepare: asVisitor({ ...registering, username: "ben" }),
      script: true,
    },
    {
      title: "with fields of the application",
      options: nickname,
      prepare: asVisitor({ ...registering, fields: { nickname: "Benny" } }),
      script: true,
    },
    { title: "in open mode, over a session", options: open, prepare: signedIn(registering) },
    {
      title: "a taken address in open mode",
      options: open,
      prepare: asVisitor({ ...registering, email }),
      code: "email_taken",
    },
    {
      title: "a common password",
      prepare: asVisitor({ ...registering, password: "password" }),
      code: "invalid_input",
    },
    {
      title: "while closed",
      options: { registration: "closed" },
      prepare: asVisitor(registering),
      code: "registration_closed",
    },
  ],
  confirmEmail: [
    {
      title: "in the browser that registered",
      async prepare(site) {
        const { browser, token } = await registered(site);
        return { browser, input: { token } };
      },
    },
    {
      title: "in another browser",
      async prepare(site) {
        const { token } = await registered(site);
        return { browser: await visitor(site), input: { token, password: better } };
      },
      script: true,
    },
    {
      title: "of an account that is signed in here",
      options: open,
      async prepare(site) {
        const browser = await visitor(site);
        await browser.postJson("/register", { email, password: testPassword });
        return { browser, input: { token: await site.tokenTo(email) } };
      },
    },
    {
      title: "in another browser, without a password",
      async prepare(site) {
        const { token } = await registered(site);
        return { browser: await visitor(site), input: { token } };
      },
      code: "password_required",
    },
    { title: "with a dead link", prepare: asVisitor({ token: "x".repeat(43) }), code: "link_invalid" },
  ],
  resendConfirmation: [
    {
      title: "of a registration",
      async prepare(site) {
        const { browser } = await registered(site);
        return { browser, input: { email } };
      },
      script: true,
    },
    { title: "of an unknown address", prepare: asVisitor({ email: "carl@example.org" }), script: true },
    { title: "of no address", prepare: asVisitor({ email: "carl" }), code: "invalid_input" },
  ],
  login: [
    { title: "by address", prepare: asVisitor({ login: email, password: testPassword }), script: true },
    {
      title: "to be remembered",
      prepare: asVisitor({ login: email, password: testPassword, remember: true, next: "/notes" }),
      script: true,
    },
    {
      title: "by username",
      async prepare(site) {
        await unwrap(site.auth.users.create({ email, username: "anna", password: testPassword }));
        return { browser: await visitor(site), input: { login: "anna", password: testPassword } };
      },
      script: true,
    },
    {
      title: "over a session of another account",
      async prepare(site) {
        await newAccount(site, "ben@example.org");
        return {
          browser: await site.signedIn(email),
          input: { login: "ben@example.org", password: testPassword },
        };
      },
    },
    {
      title: "on a known device",
      async prepare(site) {
        const browser = await site.signedIn(email);
        await browser.postJson("/logout");
        await browser.csrfToken();
        return { browser, input: { login: email, password: testPassword } };
      },
    },
    {
      title: "keeps an account that was to be deleted",
      async prepare(site) {
        const browser = await site.signedIn(email);
        await browser.postJson("/account/delete", { confirm: email });
        await browser.csrfToken();
        return { browser, input: { login: email, password: testPassword } };
      },
      script: true,
    },
    {
      title: "with a wrong password",
      prepare: asVisitor({ login: email, password: better }),
      code: "invalid_credentials",
      script: true,
    },
    {
      title: "of an unknown account",
      prepare: asVisitor({ login: "carl@example.org", password: better }),
      code: "invalid_credentials",
      script: true,
    },
    {
      title: "of a disabled account",
      async prepare(site) {
        await unwrap(site.auth.users.disable({ userId: await newAccount(site) }));
        return { browser: await visitor(site), input: { login: email, password: testPassword } };
      },
      code: "invalid_credentials",
      script: true,
    },
    {
      title: "with a step left",
      prepare: async (site) => ({
        browser: await mustChange(site),
        input: { login: email, password: testPassword },
      }),
      code: "password_change_required",
      script: true,
    },
    {
      title: "with a step left, over a session",
      async prepare(site) {
        const userId = await newAccount(site, "ben@example.org");
        await unwrap(site.auth.users.requirePasswordChange({ userId }));
        const input = { login: "ben@example.org", password: testPassword };
        return { browser: await site.signedIn(email), input };
      },
      code: "password_change_required",
    },
    {
      title: "refused by the application",
      options: { before: { signIn: () => ({ refuse: "Not today." }) } },
      prepare: asVisitor({ login: email, password: testPassword }),
      code: "refused",
      script: true,
    },
  ],
  replacePassword: [
    {
      title: "in the middle of a sign-in",
      prepare: async (site) => ({ browser: await pending(site), input: { password: better } }),
    },
    {
      title: "with the same password",
      prepare: async (site) => ({ browser: await pending(site), input: { password: testPassword } }),
      code: "invalid_input",
    },
    { title: "without a pending sign-in", prepare: asVisitor({ password: better }), code: "login_required" },
  ],
  requestMailLogin: [
    {
      title: "of an account",
      options: byMail,
      prepare: asVisitor({ email, remember: true, next: "/notes" }),
    },
    { title: "of an unknown address", options: byMail, prepare: asVisitor({ email: "carl@example.org" }) },
    { title: "over a session", options: byMail, prepare: signedIn({ email }) },
    { title: "of no address", options: byMail, prepare: asVisitor({ email: "carl" }), code: "invalid_input" },
  ],
  confirmMailLogin: [
    {
      title: "by the link",
      options: byMail,
      async prepare(site) {
        const { browser, token } = await asksForMail(site);
        return { browser, input: { token } };
      },
    },
    {
      title: "by the code",
      options: byMail,
      async prepare(site) {
        const { browser, code } = await asksForMail(site);
        return { browser, input: { code } };
      },
    },
    {
      title: "by a wrong code",
      options: byMail,
      async prepare(site) {
        const { browser, code } = await asksForMail(site);
        return { browser, input: { code: code.startsWith("B") ? "CCCC-CCCC" : "BBBB-BBBB" } };
      },
      code: "invalid_input",
    },
    {
      title: "by a dead link",
      options: byMail,
      prepare: asVisitor({ token: "x".repeat(43) }),
      code: "link_invalid",
    },
  ],
  logout: [
    { title: "of a session", prepare: signedIn() },
    { title: "without a session", prepare: asVisitor({}) },
  ],
  reauthenticate: [
    { title: "by password", prepare: signedIn({ password: testPassword }) },
    { title: "by a wrong password", prepare: signedIn({ password: better }), code: "invalid_input" },
    { title: "without any evidence", prepare: signedIn(), code: "invalid_input" },
    { title: "without a session", prepare: asVisitor({ password: testPassword }), code: "login_required" },
  ],
  forgotPassword: [
    { title: "of an account", prepare: asVisitor({ email }), script: true },
    { title: "of an unknown address", prepare: asVisitor({ email: "carl@example.org" }), script: true },
    { title: "of no address", prepare: asVisitor({ email: "carl" }), code: "invalid_input" },
  ],
  choosePassword: [
    {
      title: "by an operator's link",
      prepare: async (site) => ({
        input: { token: await passwordToken(site), password: better },
        browser: await visitor(site),
      }),
      script: true,
    },
    {
      title: "in a browser that is signed in as another account",
      async prepare(site) {
        const token = await passwordToken(site);
        return { browser: await site.signedIn("ben@example.org"), input: { token, password: better } };
      },
    },
    {
      title: "in the account's own session",
      async prepare(site) {
        const token = await passwordToken(site);
        return { browser: await site.signedIn(email), input: { token, password: better } };
      },
    },
    {
      title: "in a browser with a pending sign-in",
      async prepare(site) {
        const browser = await pending(site);
        const userId = (await unwrap(site.auth.users.find({ who: email }))).user?.id ?? "";
        const { link } = await unwrap(site.auth.users.passwordLink({ userId }));
        return { browser, input: { token: tokenOf(link), password: better } };
      },
    },
    {
      title: "by a dead link",
      prepare: asVisitor({ token: "x".repeat(43), password: better }),
      code: "link_invalid",
    },
    {
      title: "that is too short",
      prepare: async (site) => ({
        input: { token: await passwordToken(site), password: "short" },
        browser: await visitor(site),
      }),
      code: "invalid_input",
    },
  ],
  changePassword: [
    {
      title: "with another session elsewhere",
      async prepare(site) {
        await site.signedIn(email);
        return {
          browser: await site.signedIn(email),
          input: { currentPassword: testPassword, password: better },
        };
      },
    },
    {
      title: "with a wrong current one",
      prepare: signedIn({ currentPassword: better, password: better }),
      code: "invalid_input",
    },
    {
      title: "without a session",
      prepare: asVisitor({ currentPassword: testPassword, password: better }),
      code: "login_required",
    },
  ],
  changeEmail: [
    { title: "to a free address", prepare: signedIn({ email: "anna@example.net" }) },
    {
      title: "to a taken address",
      async prepare(site) {
        await newAccount(site, "ben@example.org");
        return { browser: await site.signedIn(email), input: { email: "ben@example.org" } };
      },
    },
    { title: "to the same address", prepare: signedIn({ email }), code: "invalid_input" },
    {
      title: "with an old proof",
      async prepare(site) {
        const browser = await site.signedIn(email);
        site.clock.advance("21m");
        return { browser, input: { email: "anna@example.net" } };
      },
      code: "reauthentication_required",
    },
  ],
  confirmEmailChange: [
    {
      title: "in the account's own browser",
      async prepare(site) {
        const { browser, token } = await changesAddress(site);
        return { browser, input: { token } };
      },
    },
    {
      title: "elsewhere",
      async prepare(site) {
        const { token } = await changesAddress(site);
        return { browser: await visitor(site), input: { token } };
      },
      script: true,
    },
    { title: "by a dead link", prepare: asVisitor({ token: "x".repeat(43) }), code: "link_invalid" },
  ],
  reportNotMe: [
    {
      title: "in the account's own browser",
      async prepare(site) {
        const { browser, token } = await objects(site);
        return { browser, input: { token } };
      },
    },
    {
      title: "elsewhere",
      async prepare(site) {
        const { token } = await objects(site);
        return { browser: await site.signedIn("ben@example.org"), input: { token } };
      },
      script: true,
    },
    { title: "by a dead link", prepare: asVisitor({ token: "x".repeat(43) }), code: "link_invalid" },
  ],
  listSessions: [
    { title: "of an account", prepare: signedIn() },
    { title: "without a session", prepare: asVisitor({}), code: "login_required" },
  ],
  endSession: [
    {
      title: "another one",
      async prepare(site) {
        const other = await site.signedIn(email);
        const id = (await requestAuth(site, other)).session?.id;
        return { browser: await site.signedIn(email), input: { id } };
      },
    },
    {
      title: "the current one",
      async prepare(site) {
        const browser = await site.signedIn(email);
        return { browser, input: { id: (await requestAuth(site, browser)).session?.id } };
      },
    },
    {
      title: "another account's",
      async prepare(site) {
        const other = await site.signedIn("ben@example.org");
        const id = (await requestAuth(site, other)).session?.id;
        return { browser: await site.signedIn(email), input: { id } };
      },
      code: "not_found",
    },
  ],
  endOtherSessions: [
    {
      title: "with one elsewhere",
      async prepare(site) {
        await site.signedIn(email);
        return { browser: await site.signedIn(email), input: {} };
      },
    },
    { title: "without a session", prepare: asVisitor({}), code: "login_required" },
  ],
  listActivity: [
    { title: "of an account", prepare: signedIn() },
    { title: "without a session", prepare: asVisitor({}), code: "login_required" },
  ],
  exportAccount: [
    { title: "of an account", prepare: signedIn() },
    {
      title: "with an old proof",
      async prepare(site) {
        const browser = await site.signedIn(email);
        site.clock.advance("11m");
        return { browser, input: {} };
      },
      code: "reauthentication_required",
    },
  ],
  requestDeletion: [
    { title: "of an account", prepare: signedIn({ confirm: email }) },
    {
      title: "with another address",
      prepare: signedIn({ confirm: "ben@example.org" }),
      code: "invalid_input",
    },
    {
      title: "refused by the application",
      options: { before: { deleteAccount: () => ({ refuse: "Pay first." }) } },
      prepare: signedIn({ confirm: email }),
      code: "refused",
    },
  ],
};
