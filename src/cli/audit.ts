import type { Auth } from "../auth.ts";
import { type AuditEvent, auditEvents, parseAuditHead } from "../core/audit/index.ts";
import { type CommandContext, type CommandResult, Refusal, UsageError } from "./command.ts";
import { counted, isoTime, printable, table } from "./text.ts";
import { wholeNumber } from "./whole-number.ts";

/**
 * `audit verify`: all rows and seals, and with a head from before also the newest ones.
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
  const { intact, rows, unsealed, head, fault } = await (await context.auth()).audit.verify({ head: known });
  if (fault === null) {
    const json = { intact, rows, unsealed, head, fault };
    const open = unsealed === 0 ? "" : `, ${unsealed} not sealed yet`;
    return { text: `${counted(rows, "row")}, intact${open}, head ${head}`, json };
  }
  const time = fault.time === null ? null : isoTime(fault.time);
  const found = { ...fault, event: fault.event && printable(fault.event), time };
  return {
    text: `${printable(fault.sentence)} ${counted(rows, "row")} checked.`,
    json: { intact, rows, unsealed, head, fault: { ...found, sentence: printable(fault.sentence) } },
    failed: true,
  };
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The id the audit has for somebody. That of a deleted account is still there, though no account is. */
async function idOf(auth: Auth, who: string | undefined): Promise<string | undefined> {
  if (who === undefined || who === "operator" || uuid.test(who)) return who;
  const user = await auth.users.find(who);
  if (user !== null) return user.id;
  throw new Refusal(
    `No account is named "${who}": that of a deleted account is found by its id alone, for others see "latchkey users list".`,
  );
}

function readEvent(name: string | undefined): AuditEvent | undefined {
  if (name === undefined || Object.hasOwn(auditEvents, name)) return name as AuditEvent | undefined;
  throw new UsageError(`--event takes the name of an event, one of ${Object.keys(auditEvents).join(", ")}.`);
}

function readCursor(cursor: string | undefined): string | undefined {
  if (cursor === undefined || uuid.test(cursor)) return cursor;
  throw new UsageError("--cursor takes the id of a row, the last one of the page before.");
}

/** `audit list`. */
export async function listAudit(context: CommandContext): Promise<CommandResult> {
  const event = readEvent(context.value("event"));
  const limit = wholeNumber(context.value("limit"), "limit", 1000);
  const before = readCursor(context.value("cursor"));
  const auth = await context.auth();
  const actor = await idOf(auth, context.value("actor"));
  const subject = await idOf(auth, context.value("subject"));
  const { records, next } = await auth.audit.list({ actor, subject, event, before, limit });
  const json = {
    events: records.map((record) => ({
      id: record.id,
      time: isoTime(record.time),
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
  if (records.length === 0) return { text: "There are no such events.", json };
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
  const more = next === null ? "" : `\nThere are more: go on with --cursor ${next}`;
  return { text: table(head, rows) + more, json };
}
