import { type AfterHooks, type HookEvent, type OnHooks, type Transaction, unwrap } from "latchkey";
import { testPassword } from "latchkey/testing";
import { afterEach, describe, expect, test } from "vitest";
import { features } from "../../src/features.ts";
import { runOver } from "../operations/support/run-over.ts";
import { wholeDatabase } from "../operations/support/whole-database.ts";
import { repeatTransactions } from "../support/repeated-transactions.ts";
import { createSite, type Site, tokenOf } from "../support/site.ts";

/* Listeners: `on` runs in the transaction of what happened, `after` as a job behind it. */

const email = "anna@example.org";
const better = "seven grey cups on a shelf";
let site: Site;
afterEach(() => site?.close());

type Name = Exclude<keyof OnHooks & string, "termsAccepted">;
interface Scenario {
  options?: Parameters<typeof createSite>[0];
  /** Brings the site to a moment before the event; the function returned makes it happen. */
  prepare(site: Site): Promise<() => Promise<unknown>>;
  actor: "owner" | "operator";
}

const idOf = async ({ auth }: Site) => (await unwrap(auth.users.find({ who: email }))).user?.id ?? "";

async function asOperator({ auth }: Site): Promise<string> {
  return (await unwrap(auth.users.create({ email, password: testPassword }))).user.id;
}

async function changesAddress(to: Site) {
  const browser = await to.signedIn(email);
  await browser.postJson("/account/email", { email: "anna@example.net" });
  const token = await to.tokenTo("anna@example.net");
  return () => browser.postJson("/confirm-email-change", { token });
}

async function deletes(to: Site) {
  const browser = await to.signedIn(email);
  return () => browser.postJson("/account/delete", { confirm: email });
}

/** One way to make each hook's event happen. */
const scenarios: Record<Name, Scenario> = {
  userCreated: {
    actor: "operator",
    prepare:
      async ({ auth }) =>
      () =>
        unwrap(auth.users.create({ email, password: testPassword })),
  },
  signedIn: {
    actor: "owner",
    async prepare(to) {
      await asOperator(to);
      return () => to.browser().postJson("/login", { login: email, password: testPassword });
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
  emailChanged: { actor: "owner", prepare: changesAddress },
  userDeleted: {
    actor: "owner",
    async prepare(to) {
      await (await deletes(to))();
      to.clock.advance("60d");
      // Everything else that is due goes first.
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
  userEnabled: {
    actor: "operator",
    async prepare(to) {
      const userId = await asOperator(to);
      await unwrap(to.auth.users.disable({ userId }));
      return () => to.auth.users.enable({ userId });
    },
  },
};
const names = Object.keys(scenarios) as Name[];

test("every hook has a scenario", () => {
  const declared = features.flatMap(({ events = {} }) =>
    Object.values(events).flatMap(({ hook = [] }) => hook),
  );
  expect(names.toSorted()).toEqual(declared.toSorted());
});

/** A site whose listeners of this name do that, from when it is armed. */
async function listening(
  name: Name,
  on?: (event: HookEvent, tx: Transaction) => unknown,
  after?: (event: HookEvent) => unknown,
) {
  const { prepare, options } = scenarios[name];
  const armed = { now: false };
  const whenArmed = (work: ((...values: never[]) => unknown) | undefined) =>
    work && ((...values: never[]) => (armed.now ? work(...values) : undefined));
  site = createSite({
    ...options,
    on: { [name]: whenArmed(on as never) } as OnHooks,
    after: { [name]: whenArmed(after as never) } as AfterHooks,
  });
  await site.auth.ready();
  await site.auth.database.run("CREATE TABLE workspaces (owner TEXT NOT NULL) STRICT");
  const happen = await prepare(site);
  await site.mails();
  site.clock.advance("1s");
  armed.now = true;
  return happen;
}

const workspaces = () => site.auth.database.all<{ owner: string }>("SELECT owner FROM workspaces");

describe.each(names)("%s", (name) => {
  test("the event calls on in its transaction and after as a job, with the same values", async () => {
    const seen: HookEvent[] = [];
    const later: HookEvent[] = [];
    const happen = await listening(
      name,
      async (event, tx) => {
        seen.push(event);
        await tx.run("INSERT INTO workspaces (owner) VALUES ($1)", event.userId);
      },
      (event) => void later.push(event),
    );
    const userId = name === "userCreated" ? "" : await idOf(site);
    await happen();
    expect(seen).toHaveLength(1);
    const [event] = seen;
    if (userId !== "") expect(event?.userId).toBe(userId);
    expect(event?.time).toBe(site.clock.now());
    const { actor } = scenarios[name];
    if (actor === "owner") expect(event?.actor).toBe(event?.userId);
    else expect(event?.actor).toBe("operator");
    expect(await workspaces()).toEqual([{ owner: event?.userId }]);
    if (name !== "userDeleted") expect(event?.user?.id).toBe(event?.userId);
    if (name === "emailChanged") expect(event?.user?.email).toBe("anna@example.net");
    await site.auth.deliverMail();
    expect(later).toEqual(seen);
  });

  test("an error of the on listener undoes everything", async () => {
    const later: HookEvent[] = [];
    const happen = await listening(
      name,
      async (event, tx) => {
        await tx.run("INSERT INTO workspaces (owner) VALUES ($1)", event.userId);
        throw new Error("no workspace for this one");
      },
      (event) => void later.push(event),
    );
    const before = await wholeDatabase(site.auth.database, ["last_seen_at", "idle_expires_at"]);
    const answer = await happen().catch((error: unknown) => error);
    // An account that can't be erased now is tried again by the next clean-up.
    if (answer === 0)
      expect(site.log.map(({ message }) => message)).toContain("an account that is due can't be erased");
    else if (answer instanceof Error) expect(answer.message).toBe("no workspace for this one");
    else expect(answer).toMatchObject({ status: 500, code: "internal_error" });
    const after = await wholeDatabase(site.auth.database, ["last_seen_at", "idle_expires_at"]);
    // Attempts count, whatever comes of them.
    expect({ ...after, throttle: [] }).toEqual({ ...before, throttle: [] });
    await site.auth.deliverMail();
    expect(later).toEqual([]);
  });
});

describe("userCreated", () => {
  const created: HookEvent<"user_created">[] = [];
  afterEach(() => void created.splice(0));
  const options = { on: { userCreated: (event: HookEvent<"user_created">) => void created.push(event) } };

  test("userCreated is called for open registration, with the account as the actor", async () => {
    site = createSite({ ...options, registration: "open" });
    await site.browser().postJson("/register", { email, username: "anna", password: testPassword });
    const id = await idOf(site);
    expect(created).toEqual([
      {
        name: "user_created",
        time: site.clock.now(),
        actor: id,
        userId: id,
        user: { id, email, username: "anna" },
        detail: { by: "registration" },
      },
    ]);
  });

  test("userCreated is called at the confirmation, not at the registration", async () => {
    site = createSite(options);
    const browser = site.browser();
    await browser.postJson("/register", { email, password: testPassword });
    const token = await site.tokenTo(email);
    expect(created).toEqual([]);
    await browser.postJson("/confirm-email", { token });
    expect(created).toMatchObject([{ userId: await idOf(site), detail: { by: "registration" } }]);
  });

  test("userCreated is called for operators and the command line", async () => {
    site = createSite(options);
    await unwrap(site.auth.users.create({ email }));
    await unwrap(site.auth.users.create({ email: "ben@example.org" }, { actor: "boss" }));
    expect(await runOver(site.auth, ["users", "create", "carl@example.org"])).toEqual({ code: 0, error: "" });
    expect(created.map(({ actor }) => actor)).toEqual(["operator", "boss", "operator"]);
  });
});

test("what an on listener wrote is written once, though its transaction runs twice", async () => {
  const happen = await listening("userCreated", async ({ userId }, tx) => {
    await tx.run("INSERT INTO workspaces (owner) VALUES ($1)", userId);
  });
  const repeated = repeatTransactions(site.auth.database);
  await happen();
  expect(repeated()).toBeGreaterThan(0);
  expect(await workspaces()).toHaveLength(1);
});

test("an on listener that uses the database instead of the transaction is refused, not stuck", async () => {
  const happen = await listening("userCreated", async () => {
    await site.auth.database.run("INSERT INTO workspaces (owner) VALUES ('x')");
  });
  await expect(happen()).rejects.toThrow("Inside a transaction use what was handed over (tx)");
  expect(await workspaces()).toEqual([]);
});

test("a reset ends the sessions of all devices in one event, with their number", async () => {
  const ended: HookEvent<"session_ended">[] = [];
  site = createSite({ on: { sessionEnded: (event) => void ended.push(event) } });
  await site.signedIn(email);
  await site.signedIn(email);
  const { link } = await unwrap(site.auth.users.passwordLink({ userId: await idOf(site) }));
  await site.browser().postJson("/reset-password", { token: tokenOf(link), password: better });
  expect(ended.map(({ detail }) => detail)).toEqual([{ sessions: 2, reason: "password_reset" }]);
});

test("a sign-in over a session ends it in an event of its account, also when a step is left", async () => {
  const ended: HookEvent<"session_ended">[] = [];
  site = createSite({ on: { sessionEnded: (event) => void ended.push(event) } });
  const browser = await site.signedIn(email);
  const userId = await idOf(site);
  const ben = (await unwrap(site.auth.users.create({ email: "ben@example.org", password: testPassword })))
    .user;
  await unwrap(site.auth.users.requirePasswordChange({ userId: ben.id }));
  const { session } = (await browser.get("/session")).json<{ session: { id: string } }>();
  ended.splice(0);
  await browser.postJson("/login", { login: ben.email, password: testPassword });
  expect(ended).toMatchObject([
    { userId, actor: userId, detail: { session: session.id, reason: "replaced" } },
  ]);
  // The owner knows; the list of activity is silent about it.
  const again = await site.signedIn(email);
  expect((await again.get("/account/activity")).text).not.toContain("Logged in again in the same browser");
});
