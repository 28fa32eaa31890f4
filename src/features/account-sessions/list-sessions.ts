import * as v from "valibot";
import type { Core } from "../../core/core.ts";
import { describeKnownDevice } from "../../core/notices/index.ts";
import { operation, operator, signedIn } from "../../core/operations/index.ts";
import { line } from "../../core/requests/index.ts";
import { type EndReason, KEEP_ENDED_SESSIONS_MS } from "../../core/sessions/index.ts";
import type { Messages } from "../../core/words/index.ts";
import { iso } from "../../platform/time/index.ts";
import { listAllSessions, listEndedSessions, listOpenSessions, type SessionListRow } from "./queries.ts";

/**
 * A session of the account as its owner sees it. Its id isn't a secret and isn't a cookie value. Times are UTC
 * milliseconds.
 */
// Row SL-09.
export interface ListedSession {
  id: string;
  /** Whether it is the current one. */
  current: boolean;
  createdAt: number;
  authenticatedAt: number;
  lastSeenAt: number;
  expiresAt: number;
  remembered: boolean;
  methods: readonly string[];
  /** Browser and system in words, such as "Firefox on Linux"; null if they are unknown. */
  device: string | null;
  address: string | null;
  /** Null while it is live. */
  endedAt: number | null;
  endedReason: EndReason | null;
}

const ENDED_LISTED = 20;

/** The time and reason of a session's end. The clean-up may not have stored them yet. */
function endOf(row: SessionListRow, now: number): Pick<ListedSession, "endedAt" | "endedReason"> {
  if (row.ended_at !== null) return { endedAt: row.ended_at, endedReason: row.ended_reason };
  if (now >= row.expires_at && row.expires_at <= row.idle_expires_at) {
    return { endedAt: row.expires_at, endedReason: "expired" };
  }
  if (now >= row.idle_expires_at) return { endedAt: row.idle_expires_at, endedReason: "idle" };
  return { endedAt: null, endedReason: null };
}

/** The account, its current session, and the language of the answer. */
interface Asking {
  userId: string;
  currentId: string;
  locale: string | null;
}

function toListed(
  row: SessionListRow,
  { currentId, messages, now }: { currentId: string; messages: Messages; now: number },
): ListedSession {
  const current = row.id === currentId;
  return {
    id: row.id,
    current,
    createdAt: row.created_at,
    authenticatedAt: row.authenticated_at,
    // Last-seen times are written in batches: this request is the newest use, and proves the session live.
    lastSeenAt: current ? now : row.last_seen_at,
    expiresAt: row.expires_at,
    remembered: row.remembered === 1,
    methods: row.methods.split(","),
    device: describeKnownDevice(messages, row.user_agent),
    address: row.address,
    ...(current ? { endedAt: null, endedReason: null } : endOf(row, now)),
  };
}

/**
 * The sessions of an account. First the live ones, the last used first. Then up to 20 that ended within 30 days, the
 * latest first.
 */
// Row SL-09.
export async function sessionsOf(
  core: Core,
  { userId, currentId, locale }: Asking,
): Promise<ListedSession[]> {
  const now = core.clock.now();
  const since = now - KEEP_ENDED_SESSIONS_MS;
  const asking = { currentId, messages: core.words(locale), now };
  const open = await listOpenSessions(core.db, userId);
  const ended = await listEndedSessions(core.db, userId, since, ENDED_LISTED);
  const listed = [...open, ...ended].map((row) => toListed(row, asking));
  const live = listed.filter(({ endedAt }) => endedAt === null);
  const over = listed.filter(({ endedAt }) => endedAt !== null && endedAt >= since);
  return [
    ...live.sort(
      (one, other) =>
        Number(other.current) - Number(one.current) ||
        other.lastSeenAt - one.lastSeenAt ||
        other.createdAt - one.createdAt ||
        // Ids sort by creation, even within one millisecond.
        (other.id > one.id ? 1 : -1),
    ),
    ...over.sort((one, other) => (other.endedAt ?? 0) - (one.endedAt ?? 0)).slice(0, ENDED_LISTED),
  ];
}

/** All stored sessions, for the export. */
export async function everySession(
  core: Core,
  { userId, currentId, locale }: Asking,
): Promise<ListedSession[]> {
  const asking = { currentId, messages: core.words(locale), now: core.clock.now() };
  return (await listAllSessions(core.db, userId)).map((row) => toListed(row, asking));
}

/** In JSON answers. Times are ISO 8601 in UTC. */
export function listedSessionJson(session: ListedSession): Record<string, unknown> {
  return {
    id: session.id,
    current: session.current,
    created_at: iso(session.createdAt),
    authenticated_at: iso(session.authenticatedAt),
    last_seen_at: iso(session.lastSeenAt),
    expires_at: iso(session.expiresAt),
    remembered: session.remembered,
    methods: session.methods,
    device: session.device,
    address: session.address,
    ended_at: session.endedAt === null ? null : iso(session.endedAt),
    ended_reason: session.endedReason,
  };
}

/** The sessions of the signed-in account. */
export const listSessions = operation({
  summary: "The live sessions of the account, and recently ended ones with the reason",
  access: signedIn,
  async run(core, _input, call) {
    const { user, session } = call.requireAccount();
    return {
      sessions: await sessionsOf(core, { userId: user.id, currentId: session.id, locale: call.facts.locale }),
    };
  },
});

/** A session as operators see it. */
export interface ManagedSession extends ListedSession {
  /** The user agent of the client, cut to 256 characters. */
  userAgent: string | null;
  /** It ends at this time without a request. */
  idleExpiresAt: number;
}

/** The sessions of any account, for operators. */
export const sessionsOfUser = operation({
  summary: "The stored sessions of an account, live and ended",
  access: operator,
  input: v.object({ userId: line() }),
  async run(core, { userId }) {
    const rows = await listAllSessions(core.db, userId);
    const asking = { currentId: "", messages: core.words(null), now: core.clock.now() };
    const sessions = rows.map(
      (row): ManagedSession => ({
        ...toListed(row, asking),
        userAgent: row.user_agent,
        idleExpiresAt: row.idle_expires_at,
      }),
    );
    return { sessions };
  },
});
