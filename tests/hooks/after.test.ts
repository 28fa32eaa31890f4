import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type HookEvent, unwrap } from "latchkey";
import { testPassword } from "latchkey/testing";
import { afterEach, describe, expect, test, vi } from "vitest";
import { createSite, type Site } from "../support/site.ts";

/* Listeners that run after the event, as a job: at least once, off the request's path, and without a lock. */

const email = "anna@example.org";
const sites: Site[] = [];

function open(options: Parameters<typeof createSite>[0]): Site {
  const site = createSite(options);
  sites.push(site);
  return site;
}

afterEach(async () => {
  vi.useRealTimers();
  for (const site of sites.splice(0)) await site.close();
});

const create = ({ auth }: Site) => unwrap(auth.users.create({ email, password: testPassword }));

test("a listener that throws is called again with the same event until it succeeds", async () => {
  const heard: HookEvent[] = [];
  const site = open({
    after: {
      userCreated(event) {
        heard.push(event);
        if (heard.length < 3) throw new Error("the other system is away");
      },
    },
  });
  await create(site);
  await site.auth.deliverMail();
  expect(heard).toHaveLength(1);
  expect(site.log.map(({ fields }) => fields)).toContainEqual(
    expect.objectContaining({ hook: "after.userCreated", error: "Error: the other system is away" }),
  );
  site.clock.advance("59s");
  await site.auth.deliverMail();
  expect(heard).toHaveLength(1);
  site.clock.advance("1s");
  await site.auth.deliverMail();
  expect(heard).toHaveLength(2);
  site.clock.advance("5m");
  await site.auth.deliverMail();
  site.clock.advance("2d");
  await site.auth.deliverMail();
  expect(heard).toHaveLength(3);
  expect(heard[2]).toEqual(heard[0]);
  expect((await unwrap(site.auth.outbox.list({ state: "all" }))).mails).toEqual([]);
});

test("a listener that always throws is given up after a day, and stays in the outbox", async () => {
  let calls = 0;
  const site = open({
    after: {
      userCreated() {
        calls += 1;
        throw new Error("never");
      },
    },
  });
  await create(site);
  for (const wait of ["0s", "1m", "5m", "30m", "2h", "6h", "12h", "5d"] as const) {
    site.clock.advance(wait);
    await site.auth.deliverMail();
  }
  expect(calls).toBe(7);
  const { mails } = await unwrap(site.auth.outbox.list({ state: "failed" }));
  expect(mails).toHaveLength(1);
  expect(JSON.stringify(mails)).not.toContain(email);
  await unwrap(site.auth.outbox.retryAll());
  await site.auth.deliverMail();
  expect(calls).toBe(8);
});

test("a listener's call survives a restart", async () => {
  const folder = mkdtempSync(join(tmpdir(), "hooks-"));
  const database = `sqlite:${join(folder, "app.db")}`;
  const before = createSite({
    database,
    after: {
      userCreated() {
        throw new Error("stopped in the middle");
      },
    },
  });
  const { user } = await create(before);
  await before.auth.deliverMail();
  await before.close();
  const heard: HookEvent[] = [];
  const after = createSite({ database, after: { userCreated: (event) => void heard.push(event) } });
  after.clock.advance("1h");
  await after.auth.deliverMail();
  expect(heard).toMatchObject([{ name: "user_created", userId: user.id, user: { email } }]);
  await after.close();
  rmSync(folder, { recursive: true });
});

test("a listener that the application dropped meanwhile isn't called", async () => {
  const folder = mkdtempSync(join(tmpdir(), "hooks-"));
  const database = `sqlite:${join(folder, "app.db")}`;
  const fails = () => {
    throw new Error("not yet");
  };
  const before = createSite({ database, after: { userCreated: fails } });
  await create(before);
  await before.auth.deliverMail();
  await before.close();
  const after = createSite({ database });
  after.clock.advance("1h");
  await after.auth.deliverMail();
  expect((await unwrap(after.auth.outbox.list({ state: "all" }))).mails).toEqual([]);
  await after.close();
  rmSync(folder, { recursive: true });
});

test("a listener holds no lock while it runs", async () => {
  const { promise: gate, resolve: goOn } = Promise.withResolvers<void>();
  const { promise: begun, resolve: begins } = Promise.withResolvers<void>();
  const site = open({
    after: {
      async userCreated() {
        begins();
        await gate;
      },
    },
  });
  await create(site);
  const delivering = site.auth.deliverMail();
  await begun;
  await unwrap(site.auth.users.create({ email: "ben@example.org", password: testPassword }));
  const answer = await site.browser().postJson("/login", { login: email, password: testPassword });
  expect(answer.status).toBe(200);
  goOn();
  await delivering;
});

test("a listener may call the functions of the library", async () => {
  const site: Site = open({
    after: {
      userCreated: async ({ userId }) => {
        await unwrap(site.auth.users.setRoles({ userId, roles: ["analyst"] }));
      },
    },
  });
  const { user } = await create(site);
  await site.auth.deliverMail();
  expect((await unwrap(site.auth.users.find({ who: user.id }))).user?.roles).toContain("analyst");
});

test("a listener gets the account as it was at the event, whatever happened since", async () => {
  const heard: HookEvent[] = [];
  const site = open({ after: { userCreated: (event) => void heard.push(event) } });
  const { user } = await create(site);
  await site.auth.database.run(
    "UPDATE users SET email = 'other@example.org', email_key = 'other@example.org'",
  );
  await site.auth.deliverMail();
  expect(heard[0]?.user).toEqual({ id: user.id, email, username: null });
});

test("an undone event calls no listener", async () => {
  const heard: HookEvent[] = [];
  const site = open({
    on: {
      userCreated: () => {
        throw new Error("no");
      },
    },
    after: { userCreated: (event) => void heard.push(event) },
  });
  await expect(create(site)).rejects.toThrow("no");
  await site.auth.deliverMail();
  expect(heard).toEqual([]);
});

test("a listener that never ends is given up after a minute, so that other listeners run", async () => {
  const { promise: begun, resolve: begins } = Promise.withResolvers<void>();
  let calls = 0;
  const site = open({
    after: {
      userCreated() {
        calls += 1;
        begins();
        return calls === 1 ? new Promise<void>(() => undefined) : undefined;
      },
    },
  });
  await create(site);
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  const delivering = site.auth.deliverMail();
  await begun;
  await vi.advanceTimersByTimeAsync(60_000);
  await delivering;
  vi.useRealTimers();
  site.clock.advance("1m");
  await site.auth.deliverMail();
  expect(calls).toBe(2);
});

test("[EM-05] a listener that hangs delays no reset mail", async () => {
  const { promise: hangs, resolve: goOn } = Promise.withResolvers<void>();
  const { promise: begun, resolve: begins } = Promise.withResolvers<void>();
  const site = open({
    after: {
      async userCreated() {
        begins();
        await hangs;
      },
    },
  });
  await create(site);
  await begun;
  await site.browser().postJson("/forgot-password", { email });
  await expect
    .poll(async () => (await site.auth.mailbox()).map(({ kind }) => kind))
    .toEqual(["reset_password"]);
  goOn();
  await site.auth.deliverMail();
});

describe("erasure", () => {
  const jobs = ({ auth }: Site) =>
    auth.database.all<{ failed: number }>(
      "SELECT failed_at IS NOT NULL AS failed FROM outbox WHERE queue <> 'mail' ORDER BY id",
    );

  test("[PV-02] waiting and given-up calls are deleted with their account, but no other calls", async () => {
    const away = () => Promise.reject(new Error("away"));
    const site = open({ after: { userCreated: away, rolesChanged: away, signInFailed: away } });
    const { user } = await create(site);
    const ben = await unwrap(site.auth.users.create({ email: "ben@example.org", password: testPassword }));
    for (const wait of ["0s", "1m", "5m", "30m", "2h", "6h", "12h"] as const) {
      site.clock.advance(wait);
      await site.auth.deliverMail();
    }
    await unwrap(site.auth.users.setRoles({ userId: user.id, roles: ["analyst"] }));
    await site.browser().postJson("/login", { login: email, password: "a wrong lantern" });
    await site.auth.deliverMail();
    expect((await jobs(site)).map(({ failed }) => failed)).toEqual([1, 1, 0, 0]);
    await site.auth.database.run("UPDATE users SET delete_after = 1 WHERE id = $1", user.id);
    await site.auth.cleanUp();
    expect(await jobs(site)).toEqual([{ failed: 1 }]);
    expect((await unwrap(site.auth.users.find({ who: ben.user.id }))).user).not.toBeNull();
  });

  test("[PV-02] the erasure itself calls its listener, which gets only the id", async () => {
    const heard: HookEvent[] = [];
    const site = open({
      after: {
        userDeleted(event) {
          heard.push(event);
          if (heard.length === 1) throw new Error("away");
        },
      },
    });
    const { user } = await create(site);
    await site.auth.database.run("UPDATE users SET delete_after = 1");
    await site.auth.cleanUp();
    await site.auth.deliverMail();
    site.clock.advance("1m");
    await site.auth.cleanUp();
    await site.auth.deliverMail();
    expect(heard[1]).toEqual({
      name: "user_deleted",
      time: expect.any(Number),
      actor: user.id,
      userId: user.id,
      user: null,
      detail: {},
    });
  });

  test("[PV-02] the download of an account lists its mail, and none of these calls", async () => {
    const site = open({ after: { userCreated: () => Promise.reject(new Error("away")) } });
    await create(site);
    await site.browser().postJson("/forgot-password", { email });
    await site.auth.deliverMail();
    const browser = await site.signedIn(email);
    const download = (await browser.postJson("/account/export")).json<{ mails: { kind: string }[] }>();
    expect(download.mails.map(({ kind }) => kind)).toEqual(["reset_password"]);
    expect(await jobs(site)).toHaveLength(1);
  });
});

test("the queue holds no readable part of an event", async () => {
  const site = open({
    after: {
      userCreated: () => {
        throw new Error(`no place for ${email}`);
      },
    },
  });
  await create(site);
  await site.auth.deliverMail();
  const rows = await site.auth.database.all<Record<string, unknown>>("SELECT * FROM outbox");
  expect(rows).toHaveLength(1);
  const { content, last_error, ...open_ } = rows[0] ?? {};
  expect(Buffer.from(content as Uint8Array).toString("latin1")).not.toContain(email);
  expect(JSON.stringify(open_)).not.toContain(email);
  expect(String(last_error)).toContain("no place");
});
