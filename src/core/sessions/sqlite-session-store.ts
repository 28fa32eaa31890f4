import type { SqliteDatabase, Write } from "../../platform/database/index.ts";
import type { Signals } from "../../platform/signals/index.ts";
import { FIND_SESSION, type SessionRow, touchSession } from "./queries.ts";
import { recentEntries } from "./recent-entries.ts";
import type { SeenSession, SessionStore, StoredSession, Whose } from "./session-store.ts";
import { whoseSessions } from "./whose-sessions.ts";

const CACHE_ENTRIES = 10_000;
const TOPIC = "sessions";

const stored = (row: SessionRow): StoredSession => ({
  sessionId: row.id,
  userId: row.user_id,
  row,
  note: undefined,
});

const bytes = (digest: string) => Buffer.from(digest, "base64url");

interface StoreOptions {
  db: SqliteDatabase;
  signals: Signals;
}

/**
 * Sessions in SQLite. A result is kept only while it is provably current. Own writes drop what they change in the turn
 * of their commit. Once per turn of the event loop the database reports whether another connection wrote. So an ended
 * session is dead everywhere at once.
 *
 * The proof comes from the engine, never from the callers of `revoked`. Every write to the deciding tables drops what
 * it may have changed, also an application's own statement.
 *
 * @see row SL-06
 */
export function createSqliteSessionStore({ db, signals }: StoreOptions): SessionStore {
  const cache = recentEntries<StoredSession>(CACHE_ENTRIES);
  const counters = { reads: 0, hits: 0, writes: 0 };
  /** The changes of the open transaction so far. */
  const changed = { everything: false, users: new Set<string>(), sessions: new Set<string>() };
  /** The last answer: from before all kept rows were read. */
  let foreignWrites: number | null = null;
  let askedThisTurn = false;

  function note(whose: Whose): void {
    if ("userId" in whose) changed.users.add(whose.userId);
    else changed.sessions.add(whose.sessionId);
  }

  function dropChanged(): void {
    const { everything, users, sessions } = changed;
    if (everything) cache.clear();
    else if (users.size > 0 || sessions.size > 0)
      cache.forget(({ userId, sessionId }) => users.has(userId) || sessions.has(sessionId));
    else return;
    changed.everything = false;
    users.clear();
    sessions.clear();
  }

  db.onWrite({
    wrote(write: Write) {
      const whose = whoseSessions(write);
      if (whose === "everybody") changed.everything = true;
      else if (whose !== "nobody") note(whose);
    },
    ended: dropChanged,
  });

  function drop(whose: Whose): void {
    if ("userId" in whose) cache.forget(({ userId }) => userId === whose.userId);
    else cache.forget(({ sessionId }) => sessionId === whose.sessionId);
  }

  signals.on(TOPIC, (key) => drop(JSON.parse(key) as Whose));

  const turnOver = () => {
    askedThisTurn = false;
  };

  /** Asks once per turn of the event loop, and drops all rows if another connection wrote. */
  function othersWrote(): boolean {
    if (askedThisTurn) return false;
    const before = foreignWrites;
    foreignWrites = db.foreignWrites();
    askedThisTurn = true;
    setImmediate(turnOver);
    if (foreignWrites === before) return false;
    cache.clear();
    return true;
  }

  /** Not kept: a write may have happened between the read and the turn of its arrival. */
  async function findLater(digest: string): Promise<StoredSession | null> {
    const row = await db.one<SessionRow>(FIND_SESSION, bytes(digest));
    return row === undefined ? null : stored(row);
  }

  return {
    counters,
    find(digest) {
      const kept = cache.get(digest);
      if (kept !== undefined && !othersWrote()) {
        counters.hits += 1;
        return kept;
      }
      counters.reads += 1;
      // A read sees the writes of others, so it needn't ask. Only the first read asks, as a base for later ones.
      if (foreignWrites === null) othersWrote();
      const row = db.oneNow<SessionRow>(FIND_SESSION, bytes(digest));
      if (row === null) return findLater(digest);
      if (row === undefined) return null;
      const found = stored(row);
      if (row.ended_at === null) cache.set(digest, found);
      return found;
    },
    async touch(batch: readonly SeenSession[]) {
      const touched = await db.transaction(
        async (tx) => {
          let rows = 0;
          for (const { digest, at, idleExpiresAt } of batch)
            rows += await touchSession(tx, bytes(digest), at, idleExpiresAt);
          return rows;
        },
        { durability: "relaxed" },
      );
      counters.writes += touched;
      return touched;
    },
    // Only for other processes: in this one the commit has dropped it already.
    revoked(whose) {
      signals.publish(TOPIC, JSON.stringify(whose));
    },
  };
}
