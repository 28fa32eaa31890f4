import type { Write } from "../../platform/database/index.ts";
import {
  addRole,
  cancelDeletion,
  insertUser,
  markEmailConfirmed,
  markFirstLogin,
  raiseEpoch,
  removeRole,
  scheduleDeletion,
  setEmail,
  setStatus,
} from "../users/index.ts";
import {
  deleteExcessEndedSessions,
  deleteExpiredSessions,
  endExcessSessions,
  endSessionById,
  endSessionsExpired,
  endSessionsOfUser,
  insertSession,
  setSessionEpoch,
  touchSession,
} from "./queries.ts";
import type { Whose } from "./session-store.ts";

/** Tables whose rows decide a check, and the tables of the schema. */
const deciding = new Set(["sessions", "users", "roles", "sqlite_master", "sqlite_temp_master"]);

/** The kept sessions that a statement invalidates: those of its first parameter, all, or none. */
type Subject = "user" | "session" | "everybody" | "nobody";

const statements: [Subject, { readonly sql: string }[]][] = [
  ["session", [endSessionById, setSessionEpoch]],
  ["user", [endSessionsOfUser, endExcessSessions, raiseEpoch, setStatus, setEmail, markEmailConfirmed]],
  ["user", [addRole, removeRole, deleteExcessEndedSessions]],
  ["everybody", [endSessionsExpired, deleteExpiredSessions]],
  // Kept entries don't hold these columns, or hold newer ones: times only move forward.
  ["nobody", [insertSession, touchSession, insertUser, scheduleDeletion, cancelDeletion, markFirstLogin]],
];

const subjects = new Map(
  statements.flatMap(([subject, all]) => all.map(({ sql }) => [sql, subject] as const)),
);

/**
 * The sessions that a write changed. It reads the statement's text, so it holds for every caller. An unlisted
 * statement changes all sessions, and so does any with writing triggers.
 */
export function whoseSessions({
  tables,
  triggers,
  sql,
  parameters,
  changes,
}: Write): Whose | "everybody" | "nobody" {
  let decides = false;
  for (const table of tables) if (deciding.has(table)) decides = true;
  if (!decides) return "nobody";
  const subject = subjects.get(sql);
  if (subject === undefined || triggers) return "everybody";
  if (subject === "nobody" || changes === 0) return "nobody";
  const [first] = parameters;
  if (subject === "everybody" || typeof first !== "string") return "everybody";
  return subject === "user" ? { userId: first } : { sessionId: first };
}
