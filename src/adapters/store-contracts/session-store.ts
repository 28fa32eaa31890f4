import { deepEqual, equal, rejects } from "node:assert/strict";
import { hash } from "node:crypto";
import type { SessionRow, SessionStore, Whose } from "../../core/sessions/index.ts";
import type { Database, Queries } from "../../platform/database/index.ts";
import { HOUR } from "../../platform/time/index.ts";
import { type ContractRunner, testsOf, unavailable } from "./contract.ts";

/** A session store over the database that holds the session rows. */
export interface OpenSessionStore {
  store: SessionStore;
  /** Migrated, without accounts. */
  database: Database;
  close(): Promise<void>;
}

/** How the contract opens the session store that it tests. */
export interface SessionStoreContract {
  /** Opens a store. Each test has a separate one. A store with `staleForSeconds` is opened without staleness. */
  open(): OpenSessionStore | Promise<OpenSessionStore>;
}

const NOW = Date.UTC(2026, 0, 1);

const digestOf = (session: string) => hash("sha256", session, "base64url");

async function addUser(db: Queries, id: string): Promise<void> {
  await db.run(
    "INSERT INTO users (id, email, email_key, status, created_at) VALUES ($1, $2, $2, 'active', $3)",
    id,
    `${id}@example.org`,
    NOW,
  );
}

async function addSession(db: Queries, id: string, userId: string): Promise<void> {
  await db.run(
    `INSERT INTO sessions (digest, id, user_id, created_at, authenticated_at, methods, last_seen_at, idle_expires_at,
       expires_at, remembered, epoch)
     VALUES ($1, $2, $3, $4, $4, 'password', $4, $5, $6, 0, 0)`,
    Buffer.from(digestOf(id), "base64url"),
    id,
    userId,
    NOW,
    NOW + HOUR,
    NOW + 10 * HOUR,
  );
}

const endStatement = "UPDATE sessions SET ended_at = $2, ended_reason = 'logout' WHERE id = $1";

/**
 * Tests that a `SessionStore` keeps the promises of its port.
 *
 * @example
 * sessionStoreContract({ open: async () => ({ store, database, close }) }, { test });
 */
export function sessionStoreContract({ open }: SessionStoreContract, runner: ContractRunner): void {
  const test = testsOf<OpenSessionStore>(
    runner,
    async () => {
      const opened = await open();
      await addUser(opened.database, "anna");
      await addUser(opened.database, "bob");
      for (const id of ["anna-1", "anna-2"]) await addSession(opened.database, id, "anna");
      await addSession(opened.database, "bob-1", "bob");
      return opened;
    },
    ({ close }) => close(),
  );

  const rowOf = async (store: SessionStore, session: string): Promise<SessionRow | undefined> =>
    (await store.find(digestOf(session)))?.row ?? undefined;

  /** An ended session is not found, or found with its end. */
  const isLive = async (store: SessionStore, session: string): Promise<boolean> => {
    const row = await rowOf(store, session);
    return row !== undefined && row.ended_at === null;
  };

  const revoke = (
    { store, database }: OpenSessionStore,
    whose: Whose,
    work: (tx: Queries) => Promise<unknown>,
  ) =>
    database.transaction(async (tx) => {
      await work(tx);
      tx.afterCommit(() => store.revoked(whose));
    });

  test("a session is found by its digest, with its user's data", async ({ store, database }) => {
    await database.run("INSERT INTO roles (user_id, role) VALUES ('anna', 'editor')");
    const row = await rowOf(store, "anna-1");
    deepEqual(
      [row?.id, row?.user_id, row?.email, row?.status, row?.roles, row?.methods, row?.ended_at],
      ["anna-1", "anna", "anna@example.org", "active", "editor", "password", null],
    );
    deepEqual([row?.created_at, row?.expires_at, row?.remembered], [NOW, NOW + 10 * HOUR, 0]);
    equal(await store.find(digestOf("nobody's")), null);
  });

  test("parallel look-ups each find their own session", async ({ store }) => {
    const sessions = Array.from(
      { length: 60 },
      (_, index) => ["anna-1", "bob-1", "none", "anna-2"][index % 4] as string,
    );
    const rows = await Promise.all(sessions.map((session) => rowOf(store, session)));
    deepEqual(
      rows.map((row) => row?.id ?? "none"),
      sessions,
    );
  });

  test("[SL-06] an ended session is dead from its commit on, and the others live", async (opened) => {
    const { store } = opened;
    for (const session of ["anna-1", "anna-2", "bob-1"]) equal(await isLive(store, session), true);
    await revoke(opened, { sessionId: "anna-1" }, (tx) => tx.run(endStatement, "anna-1", NOW));
    equal(await isLive(store, "anna-1"), false);
    deepEqual([await isLive(store, "anna-2"), await isLive(store, "bob-1")], [true, true]);
  });

  test("[SL-06] a change of a user counts for all sessions of that user", async (opened) => {
    const { store } = opened;
    for (const session of ["anna-1", "anna-2", "bob-1"]) equal((await rowOf(store, session))?.user_epoch, 0);
    await revoke(opened, { userId: "anna" }, async (tx) => {
      await tx.run("UPDATE users SET epoch = epoch + 1, status = 'disabled' WHERE id = 'anna'");
      await tx.run("INSERT INTO roles (user_id, role) VALUES ('anna', 'admin')");
    });
    for (const session of ["anna-1", "anna-2"]) {
      const row = await rowOf(store, session);
      deepEqual([row?.user_epoch, row?.status, row?.roles], [1, "disabled", "admin"]);
    }
    equal((await rowOf(store, "bob-1"))?.user_epoch, 0);
  });

  test("[SL-06] a look-up before the commit never revives a session that ended with it", async (opened) => {
    const { store } = opened;
    const looking: Promise<unknown>[] = [];
    const look = () => looking.push(Promise.resolve(store.find(digestOf("anna-1"))));
    look();
    const ending = revoke(opened, { sessionId: "anna-1" }, async (tx) => {
      look();
      await tx.run(endStatement, "anna-1", NOW);
      look();
      await new Promise(setImmediate);
      look();
    });
    for (let turn = 0; turn < 5; turn += 1) {
      look();
      await new Promise(setImmediate);
    }
    await ending;
    equal(await isLive(store, "anna-1"), false);
    await Promise.all(looking);
    equal(await isLive(store, "anna-1"), false);
  });

  test("a change that is rolled back ends nothing", async (opened) => {
    const { store } = opened;
    equal(await isLive(store, "anna-1"), true);
    const broken = revoke(opened, { sessionId: "anna-1" }, async (tx) => {
      await tx.run(endStatement, "anna-1", NOW);
      throw new Error("half-way");
    });
    await rejects(broken, /half-way/);
    equal(await isLive(store, "anna-1"), true);
  });

  test("last-seen times only move forward, and revive no session", async (opened) => {
    const { store, database } = opened;
    const seen = (session: string, minutes: number) => {
      const at = NOW + minutes * 60_000;
      return { digest: digestOf(session), at, idleExpiresAt: at + HOUR };
    };
    const seenAt = async (session: string) =>
      (
        await database.one<{ last_seen_at: number }>(
          "SELECT last_seen_at FROM sessions WHERE id = $1",
          session,
        )
      )?.last_seen_at;
    equal(await store.touch([seen("anna-1", 10), seen("bob-1", 20), seen("none", 5)]), 2);
    equal(await store.touch([seen("anna-1", 9)]), 0);
    deepEqual([await seenAt("anna-1"), await seenAt("bob-1")], [NOW + 600_000, NOW + 1_200_000]);
    await revoke(opened, { sessionId: "anna-1" }, (tx) => tx.run(endStatement, "anna-1", NOW));
    equal(await store.touch([seen("anna-1", 30)]), 0);
    equal(await isLive(store, "anna-1"), false);
    equal(await store.touch([]), 0);
  });

  test("[TH-12] a store without its database refuses, and finds no session", async (opened) => {
    await opened.close();
    await rejects(async () => store(opened), unavailable);
    async function store({ store: closed }: OpenSessionStore) {
      return closed.find(digestOf("anna-1"));
    }
  });
}
