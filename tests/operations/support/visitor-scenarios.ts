import { unwrap } from "latchkey";
import { testPassword } from "latchkey/testing";
import {
  asksForMail,
  asVisitor,
  better,
  byMail,
  email,
  mustChange,
  newAccount,
  nickname,
  open,
  pending,
  registered,
  registering,
  type Scenario,
  signedIn,
  visitor,
} from "./scenario.ts";

/** Registering and signing in. */
export const visitorScenarios: Record<string, readonly Scenario[]> = {
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
      title: "during a sign-in",
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
};
