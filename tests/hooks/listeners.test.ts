import { type HookEvent, unwrap } from "latchkey";
import { testPassword } from "latchkey/testing";
import { afterEach, describe, expect, test } from "vitest";
import { features } from "../../src/features.ts";
import { runOver } from "../operations/support/run-over.ts";
import { wholeDatabase } from "../operations/support/whole-database.ts";
import { repeatTransactions } from "../support/repeated-transactions.ts";
import { createSite, type Site, tokenOf } from "../support/site.ts";
import { better, email, idOf, scenarios } from "./support/happenings.ts";
import { listening, names, namesAtOnce, putWorkspace, workspacesOf } from "./support/listening.ts";

/* Listeners: `on` runs in the transaction of the event, `after` as a job after it. */

let site: Site;
afterEach(() => site?.close());

test("every listener has a scenario", () => {
  const declared = features.flatMap(({ events = {} }) =>
    Object.values(events).flatMap(({ hook }) => hook ?? []),
  );
  expect(names.toSorted()).toEqual([...new Set<string>(declared)].toSorted());
});

/** Opens the site of `listening`, and returns the function that causes the event. */
async function open(...[name, work]: Parameters<typeof listening>) {
  const { site: opened, happen } = await listening(name, work);
  site = opened;
  return happen;
}

describe.each(namesAtOnce)("%s", (name) => {
  test("the event calls on in its transaction and after as a job, with the same values", async () => {
    const seen: HookEvent[] = [];
    const later: HookEvent[] = [];
    const happen = await open(name, {
      async on(event, tx) {
        seen.push(event);
        await putWorkspace(event, tx);
      },
      after: (event) => void later.push(event),
    });
    const userId = name === "userCreated" ? "" : await idOf(site);
    await happen();
    expect(seen).toHaveLength(1);
    const [event] = seen;
    if (userId !== "") expect(event?.userId).toBe(userId);
    expect(event?.time).toBe(site.clock.now());
    const actors = { owner: event?.userId, operator: "operator", stranger: null };
    expect(event?.actor).toBe(actors[scenarios[name].actor]);
    expect(await workspacesOf(site)).toEqual([{ owner: event?.userId }]);
    if (name !== "userDeleted") expect(event?.user?.id).toBe(event?.userId);
    if (name === "emailChanged") expect(event?.user?.email).toBe("anna@example.net");
    await site.auth.deliverMail();
    expect(later).toEqual(seen);
  });

  test("an error of the on listener undoes the event", async () => {
    const later: HookEvent[] = [];
    const happen = await open(name, {
      async on(event, tx) {
        await putWorkspace(event, tx);
        throw new Error("no workspace for this one");
      },
      after: (event) => void later.push(event),
    });
    const before = await wholeDatabase(site.auth.database, ["last_seen_at", "idle_expires_at"]);
    const answer = await happen().catch((error: unknown) => error);
    // An account that can't be erased now is tried again by the next clean-up.
    if (answer === 0)
      expect(site.log.map(({ message }) => message)).toContain("an account that is due can't be erased");
    else if (answer instanceof Error) expect(answer.message).toBe("no workspace for this one");
    else expect(answer).toMatchObject({ status: 500, code: "internal_error" });
    const after = await wholeDatabase(site.auth.database, ["last_seen_at", "idle_expires_at"]);
    // Attempts count, whatever their result.
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

test("the writes of an on listener happen once, even if its transaction runs twice", async () => {
  const happen = await open("userCreated", { on: putWorkspace });
  const repeated = repeatTransactions(site.auth.database);
  await happen();
  expect(repeated()).toBeGreaterThan(0);
  expect(await workspacesOf(site)).toHaveLength(1);
});

test("an on listener that uses the database instead of the transaction is refused instead of blocked", async () => {
  const happen = await open("userCreated", {
    on: () => site.auth.database.run("INSERT INTO workspaces (owner) VALUES ('x')"),
  });
  await expect(happen()).rejects.toThrow("Inside a transaction use its argument (tx)");
  expect(await workspacesOf(site)).toEqual([]);
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

test("a sign-in over a session ends it in an event of its account, even with a remaining step", async () => {
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
  // The owner knows, so the list of activity omits it.
  const again = await site.signedIn(email);
  expect((await again.get("/account/activity")).text).not.toContain("Logged in again in the same browser");
});
