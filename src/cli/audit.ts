import { coreOf } from "../assemble.ts";
import type { Auth } from "../auth.ts";
import { parseAuditHead } from "../core/audit/index.ts";
import { unwrap } from "../core/operations/index.ts";
import { iso, isoOrNull } from "../platform/time/index.ts";
import { type CommandContext, type CommandResult, Refusal, UsageError } from "./command.ts";
import { counted, printable, table } from "./text.ts";
import { wholeNumber } from "./whole-number.ts";

/**
 * `audit verify`: checks all rows and seals, and with an earlier head also the newest ones.
 *
 * @see row LG-06
 */
export async function verifyAudit(context: CommandContext): Promise<CommandResult> {
  const known = context.value("head");
  if (known !== undefined && parseAuditHead(known) === null) {
    throw new UsageError(
      "--head takes what an earlier run printed after the word head: seal-NUMBER:HASH, or SEQUENCE:HASH of version 0.1.",
    );
  }
  const { intact, rows, unsealed, head, fault } = await unwrap(
    (await context.auth()).audit.verify(known === undefined ? {} : { head: known }),
  );
  if (fault === null) {
    const json = { intact, rows, unsealed, head, fault };
    const open = unsealed === 0 ? "" : `, ${unsealed} not sealed yet`;
    return { text: `${counted(rows, "row")}, intact${open}, head ${head}`, json };
  }
  const time = isoOrNull(fault.time);
  const found = { ...fault, event: fault.event && printable(fault.event), time };
  return {
    text: `${printable(fault.sentence)} ${counted(rows, "row")} checked.`,
    json: { intact, rows, unsealed, head, fault: { ...found, sentence: printable(fault.sentence) } },
    failed: true,
  };
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The audit's id of an account. The id of a deleted account still exists in the audit. */
async function idOf(auth: Auth, who: string | undefined): Promise<string | undefined> {
  if (who === undefined || who === "operator" || uuid.test(who)) return who;
  const user = (await unwrap(auth.users.find({ who: who }))).user;
  if (user !== null) return user.id;
  throw new Refusal(
    `No account is named "${who}": see "latchkey users list", or give the id if the account was deleted.`,
  );
}

function readEvent(auth: Auth, name: string | undefined): string | undefined {
  const { events } = coreOf(auth).features;
  if (name === undefined || events.has(name)) return name;
  throw new UsageError(`--event must be one of ${[...events.keys()].sort().join(", ")}.`);
}

function readCursor(cursor: string | undefined): string | undefined {
  if (cursor === undefined || uuid.test(cursor)) return cursor;
  throw new UsageError("--cursor takes the id of the last row of the previous page.");
}

/** `audit list`. */
export async function listAudit(context: CommandContext): Promise<CommandResult> {
  const limit = wholeNumber(context.value("limit"), "limit", 1000);
  const before = readCursor(context.value("cursor"));
  const auth = await context.auth();
  const event = readEvent(auth, context.value("event"));
  const actor = await idOf(auth, context.value("actor"));
  const subject = await idOf(auth, context.value("subject"));
  const { records, next } = await unwrap(auth.audit.list({ actor, subject, event, before, limit }));
  const json = {
    events: records.map((record) => ({
      id: record.id,
      time: iso(record.time),
      event: record.event,
      actor: record.actor,
      subject: record.subject,
      request_id: record.requestId,
      address: record.address,
      user_agent: record.userAgent,
      detail: record.detail,
    })),
    next_cursor: next,
  };
  if (records.length === 0) return { text: "No events match.", json };
  const head = ["ID", "TIME", "EVENT", "ACTOR", "SUBJECT", "ADDRESS", "DETAIL"];
  const rows = json.events.map((each) => [
    each.id,
    each.time,
    each.event,
    each.actor ?? "-",
    each.subject ?? "-",
    each.address ?? "-",
    Object.entries(each.detail)
      .map(([name, value]) => `${name}=${typeof value === "object" ? JSON.stringify(value) : value}`)
      .join(" ") || "-",
  ]);
  const more = next === null ? "" : `\nFor the next page add --cursor ${next}`;
  return { text: table(head, rows) + more, json };
}
