import { unwrap } from "latchkey";
import { testPassword } from "latchkey/testing";
import { tokenOf } from "../../support/site.ts";
import { requestAuth } from "./in-request.ts";
import {
  asksForCode,
  asVisitor,
  better,
  changesAddress,
  email,
  newAccount,
  objects,
  passwordToken,
  pending,
  type Scenario,
  signedIn,
  visitor,
  withoutPassword,
} from "./scenario.ts";

/** The operations of an account and of its mailed links. */
export const accountScenarios: Record<string, readonly Scenario[]> = {
  logout: [
    { title: "of a session", prepare: signedIn() },
    { title: "without a session", prepare: asVisitor({}) },
  ],
  reauthenticate: [
    { title: "by password", prepare: signedIn({ password: testPassword }) },
    { title: "by a wrong password", prepare: signedIn({ password: better }), code: "invalid_input" },
    { title: "without any evidence", prepare: signedIn(), code: "invalid_input" },
    { title: "without a session", prepare: asVisitor({ password: testPassword }), code: "login_required" },
    {
      title: "by a mailed code",
      async prepare(site) {
        const { browser, code } = await asksForCode(site);
        return { browser, input: { code } };
      },
    },
    {
      title: "by a wrong code",
      async prepare(site) {
        const { browser, code } = await asksForCode(site);
        return { browser, input: { code: code.startsWith("B") ? "CCCC-CCCC" : "BBBB-BBBB" } };
      },
      code: "invalid_input",
    },
  ],
  requestReauthenticationCode: [
    {
      title: "of an account without a password",
      prepare: async (site) => ({ browser: await withoutPassword(site), input: {} }),
    },
    {
      title: "again",
      async prepare(site) {
        const { browser } = await asksForCode(site);
        return { browser, input: {} };
      },
    },
    { title: "of an account with a password", prepare: signedIn(), code: "invalid_input" },
    { title: "without a session", prepare: asVisitor({}), code: "login_required" },
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
        site.clock.advance("21m");
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
