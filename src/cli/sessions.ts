import type { CommandContext, CommandResult } from "./command.ts";
import { findUser } from "./find-user.ts";
import { counted, isoTime, table } from "./text.ts";

/** `sessions list WHO`. */
export async function listSessions(context: CommandContext): Promise<CommandResult> {
  const auth = await context.auth();
  const user = await findUser(auth, context.parameters[0] as string);
  const now = auth.core.clock.now();
  const sessions = (await auth.users.sessions(user.id)).map((row) => {
    const over = row.expires_at <= now ? "expired" : row.idle_expires_at <= now ? "idle" : null;
    return {
      id: row.id,
      created_at: isoTime(row.created_at),
      authenticated_at: isoTime(row.authenticated_at),
      last_seen_at: isoTime(row.last_seen_at),
      expires_at: isoTime(Math.min(row.expires_at, row.idle_expires_at)),
      methods: row.methods.split(","),
      remembered: row.remembered === 1,
      address: row.address,
      user_agent: row.user_agent,
      ended_reason: row.ended_at === null ? over : row.ended_reason,
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
  const ended = await auth.users.endSessions(user.id);
  return { text: `${counted(ended, "session")} of ${user.email} ended.`, json: { ended } };
}
