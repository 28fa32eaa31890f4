import { unwrap } from "../core/operations/index.ts";
import { iso } from "../platform/time/index.ts";
import type { CommandContext, CommandResult } from "./command.ts";
import { findUser } from "./find-user.ts";
import { counted, table } from "./text.ts";

/** `sessions list WHO`. */
export async function printSessions(context: CommandContext): Promise<CommandResult> {
  const auth = await context.auth();
  const user = await findUser(auth, context.parameters[0] as string);
  const sessions = (await unwrap(auth.users.sessions({ userId: user.id }))).sessions.map((row) => {
    return {
      id: row.id,
      created_at: iso(row.createdAt),
      authenticated_at: iso(row.authenticatedAt),
      last_seen_at: iso(row.lastSeenAt),
      expires_at: iso(Math.min(row.expiresAt, row.idleExpiresAt)),
      methods: row.methods,
      remembered: row.remembered,
      address: row.address,
      user_agent: row.userAgent,
      ended_reason: row.endedReason,
    };
  });
  const shown = context.flag("all") ? sessions : sessions.filter((each) => each.ended_reason === null);
  const json = { sessions: shown };
  if (shown.length === 0) {
    return { text: `${user.email} has no ${context.flag("all") ? "" : "live "}sessions.`, json };
  }
  const head = ["ID", "CREATED", "LAST SEEN", "ENDS", "STATE", "ADDRESS", "USER AGENT"];
  const rows = shown.map((each) => [
    each.id,
    each.created_at,
    each.last_seen_at,
    each.expires_at,
    each.ended_reason ?? (each.remembered ? "live, remembered" : "live"),
    each.address ?? "-",
    (each.user_agent ?? "-").slice(0, 60),
  ]);
  return { text: table(head, rows), json };
}

/** `sessions end WHO`. */
export async function endSessions(context: CommandContext): Promise<CommandResult> {
  const auth = await context.auth();
  const user = await findUser(auth, context.parameters[0] as string);
  const ended = (await unwrap(auth.users.endSessions({ userId: user.id }))).sessions;
  return { text: `${counted(ended, "session")} of ${user.email} ended.`, json: { ended } };
}
