import type { Write } from "../../platform/database/index.ts";
import {
  addRole,
  cancelDeletion,
  confirmEmail,
  insertUser,
  markFirstLogin,
  raiseEpoch,
  removeRole,
  scheduleDeletion,
  setEmail,
  setStatus,
} from "../users/index.ts";
import {
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

/** Tables whose rows decide a check, and those that hold the schema. */
const deciding = new Set(["sessions", "users", "roles", "sqlite_master", "sqlite_temp_master"]);

/** Whose kept sessions a statement makes wrong: those of its first parameter, of everybody, or of nobody. */
type Subject = "user" | "session" | "everybody" | "nobody";

const statements: [Subject, { readonly sql: string }[]][] = [
  ["session", [endSessionById, setSessionEpoch]],
  ["user", [endSessionsOfUser, endExcessSessions, raiseEpoch, setStatus, setEmail, confirmEmail]],
  ["user", [addRole, removeRole]],
  ["everybody", [endSessionsExpired, deleteExpiredSessions]],
  // What is kept tells nothing of these columns, or tells them better: times only move forward.
  ["nobody", [insertSession, touchSession, insertUser, scheduleDeletion, cancelDeletion, markFirstLogin]],
];

const subjects = new Map(
  statements.flatMap(([subject, all]) => all.map(({ sql }) => [sql, subject] as const)),
);

/**
 * Whose sessions a write changed. It goes by the statement's text, so it holds for every caller. A statement that isn't
 * listed here changes everybody's, and so does any whose triggers write.
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
