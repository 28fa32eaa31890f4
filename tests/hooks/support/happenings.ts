import { type OnHooks, unwrap } from "latchkey";
import { testPassword } from "latchkey/testing";
import { hashPassword } from "../../../src/core/passwords/index.ts";
import { type createSite, noThrottle, type Site, tokenOf } from "../../support/site.ts";

/* The scenario of each event that calls listeners. */

export const email = "anna@example.org";
export const better = "seven grey cups on a shelf";

export type Name = Exclude<keyof OnHooks & string, "termsAccepted">;
/** One way to cause an event. */
export interface Scenario {
  options?: Parameters<typeof createSite>[0];
  /** Prepares the site for the event. The returned function causes it. */
  prepare(site: Site): Promise<() => Promise<unknown>>;
  actor: "owner" | "operator" | "stranger";
}

export const idOf = async ({ auth }: Site) => (await unwrap(auth.users.find({ who: email }))).user?.id ?? "";

async function asOperator({ auth }: Site): Promise<string> {
  return (await unwrap(auth.users.create({ email, password: testPassword }))).user.id;
}

async function changesAddress(to: Site) {
  const browser = await to.signedIn(email);
  await browser.postJson("/account/email", { email: "anna@example.net" });
  const token = await to.tokenTo("anna@example.net");
  return () => browser.postJson("/confirm-email-change", { token });
}

const signsIn = (to: Site, password = testPassword) =>
  to.browser().postJson("/login", { login: email, password });

/** A sign-in of an existing account. */
const signIn = async (to: Site) => {
  await asOperator(to);
  return () => signsIn(to);
};

const reauthenticates = (password: string) => async (to: Site) => {
  const browser = await to.signedIn(email);
  return () => browser.postJson("/reauthenticate", { password });
};

async function operatorsLink(to: Site) {
  const userId = await asOperator(to);
  return async () => tokenOf((await unwrap(to.auth.users.passwordLink({ userId }))).link);
}

async function deletes(to: Site) {
  const browser = await to.signedIn(email);
  return () => browser.postJson("/account/delete", { confirm: email });
}

/** One way to cause an event of each name. */
export const scenarios: Record<Name, Scenario> = {
  userCreated: {
    actor: "operator",
    prepare:
      async ({ auth }) =>
      () =>
        unwrap(auth.users.create({ email, password: testPassword })),
  },
  signedIn: { actor: "owner", prepare: signIn },
  signInCompleted: { actor: "owner", prepare: signIn },
  signInFailed: {
    actor: "stranger",
    async prepare(to) {
      await asOperator(to);
      return () => signsIn(to, better);
    },
  },
  signInStepRequired: {
    actor: "owner",
    async prepare(to) {
      const userId = await asOperator(to);
      await unwrap(to.auth.users.requirePasswordChange({ userId }));
      return () => signsIn(to);
    },
  },
  signedInAfterFailures: {
    actor: "owner",
    async prepare(to) {
      await asOperator(to);
      await signsIn(to, better);
      return () => signsIn(to);
    },
  },
  passwordSwitchedOff: {
    actor: "stranger",
    options: { throttle: { ...noThrottle, consecutiveFailures: 2 } },
    async prepare(to) {
      await asOperator(to);
      await signsIn(to, better);
      return () => signsIn(to, better);
    },
  },
  passwordHashUpgraded: {
    actor: "stranger",
    async prepare(to) {
      await asOperator(to);
      const cheap = await hashPassword(testPassword, { memoryKiB: 8, passes: 1, parallelism: 1 });
      await to.auth.database.run("UPDATE passwords SET hash = $1", cheap);
      return () => signsIn(to);
    },
  },
  reauthenticated: { actor: "owner", prepare: reauthenticates(testPassword) },
  reauthenticationFailed: { actor: "owner", prepare: reauthenticates(better) },
  sessionRenewed: { actor: "owner", prepare: reauthenticates(testPassword) },
  requestRefused: {
    actor: "owner",
    async prepare(to) {
      const browser = await to.signedIn(email);
      return () => browser.postJson("/account/password", {}, { "x-csrf-token": "invented" });
    },
  },
  registrationRequestedAgain: {
    actor: "stranger",
    async prepare(to) {
      await asOperator(to);
      return () => to.browser().postJson("/register", { email, password: better });
    },
  },
  oneTimeTokenCreated: { actor: "operator", prepare: operatorsLink },
  oneTimeTokenReused: {
    actor: "stranger",
    async prepare(to) {
      const token = await (await operatorsLink(to))();
      const use = () => to.browser().postJson("/reset-password", { token, password: better });
      await use();
      return use;
    },
  },
  accountDataRead: {
    actor: "owner",
    async prepare(to) {
      const browser = await to.signedIn(email);
      return () => browser.get("/account/export", { accept: "application/json" });
    },
  },
  sessionEnded: {
    actor: "owner",
    async prepare(to) {
      const browser = await to.signedIn(email);
      return () => browser.postJson("/logout");
    },
  },
  passwordChanged: {
    actor: "owner",
    async prepare(to) {
      const browser = await to.signedIn(email);
      const change = { current_password: testPassword, password: better };
      return () => browser.postJson("/account/password", change);
    },
  },
  passwordChangeFailed: {
    actor: "owner",
    async prepare(to) {
      const browser = await to.signedIn(email);
      const change = { current_password: better, password: better };
      return () => browser.postJson("/account/password", change);
    },
  },
  devicesForgotten: {
    actor: "owner",
    async prepare(to) {
      const userId = await asOperator(to);
      await to.auth.database.run(
        `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100)
         INSERT INTO devices (digest, id, user_id, created_at, last_seen_at, expires_at)
         SELECT randomblob(32), 'device ' || i, $1, 0, 0, $2 FROM n`,
        userId,
        to.clock.now() + 1000,
      );
      return () => signsIn(to);
    },
  },
  emailConfirmed: {
    actor: "owner",
    options: { registration: "open" },
    async prepare(to) {
      const browser = to.browser();
      await browser.postJson("/register", { email, password: testPassword });
      const token = await to.tokenTo(email);
      return () => browser.postJson("/confirm-email", { token });
    },
  },
  rolesChanged: {
    actor: "operator",
    async prepare(to) {
      const userId = await asOperator(to);
      return () => to.auth.users.setRoles({ userId, roles: ["analyst"] });
    },
  },
  deletionCancelled: {
    actor: "owner",
    async prepare(to) {
      await (await deletes(to))();
      return () => to.browser().postJson("/login", { login: email, password: testPassword });
    },
  },
  changeUndone: {
    actor: "owner",
    async prepare(to) {
      await (await changesAddress(to))();
      const links = (await to.mails()).filter((mail) => mail.to === email).flatMap((mail) => mail.links);
      const token = tokenOf(links.find((link) => link.includes("/undo?")));
      return () => to.browser().postJson("/undo", { token });
    },
  },
  emailChangeRequested: {
    actor: "owner",
    async prepare(to) {
      const browser = await to.signedIn(email);
      return () => browser.postJson("/account/email", { email: "anna@example.net" });
    },
  },
  emailChanged: { actor: "owner", prepare: changesAddress },
  userDeleted: {
    actor: "owner",
    async prepare(to) {
      await (await deletes(to))();
      to.clock.advance("60d");
      // All other due work runs first.
      await to.auth.database.run("UPDATE users SET delete_after = delete_after * 2");
      await to.auth.cleanUp();
      await to.auth.database.run("UPDATE users SET delete_after = delete_after / 2");
      return () => to.auth.cleanUp();
    },
  },
  deletionRequested: { actor: "owner", prepare: deletes },
  userDisabled: {
    actor: "operator",
    async prepare(to) {
      const userId = await asOperator(to);
      return () => to.auth.users.disable({ userId });
    },
  },
  userUnlocked: {
    actor: "operator",
    async prepare(to) {
      const userId = await asOperator(to);
      return () => to.auth.users.unlock({ userId });
    },
  },
  userEnabled: {
    actor: "operator",
    async prepare(to) {
      const userId = await asOperator(to);
      await unwrap(to.auth.users.disable({ userId }));
      return () => to.auth.users.enable({ userId });
    },
  },
};
