import type { Auth } from "../auth.ts";
import { auditEvents, parseAuditHead } from "../core/audit/index.ts";
import type { EventName } from "../core/events/index.ts";
import { unwrap } from "../core/operations/index.ts";
import { type CommandContext, type CommandResult, Refusal, UsageError } from "./command.ts";
import { counted, isoTime, printable, table } from "./text.ts";
import { wholeNumber } from "./whole-number.ts";

/** `audit verify`: the chain, and with a head from before also its newest rows (row LG-06). */
export async function verifyAudit(context: CommandContext): Promise<CommandResult> {
  const known = context.value("head");
  if (known !== undefined && parseAuditHead(known) === null) {
    throw new UsageError("--head takes what an earlier run printed after the word head, SEQUENCE:HASH.");
  }
  const { intact, rows, head, fault } = await unwrap(
    (await context.auth()).audit.verify(known === undefined ? {} : { head: known }),
  );
  if (fault === null) {
    const json = { intact, rows, head, fault };
    return { text: `${counted(rows, "row")}, intact, head ${head}`, json };
  }
  const time = fault.time === null ? null : isoTime(fault.time);
  const found = { ...fault, event: fault.event && printable(fault.event), time };
  return {
    text: `${printable(fault.sentence)} ${counted(rows, "row")} checked.`,
    json: { intact, rows, head, fault: { ...found, sentence: printable(fault.sentence) } },
    failed: true,
  };
}

const accountId = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The id the audit has for somebody. That of a deleted account is still there, though no account is. */
async function idOf(auth: Auth, who: string | undefined): Promise<string | undefined> {
  if (who === undefined || who === "operator" || accountId.test(who)) return who;
  const user = (await unwrap(auth.users.find({ who: who }))).user;
  if (user !== null) return user.id;
  throw new Refusal(
    `No account is named "${who}": that of a deleted account is found by its id alone, for others see "latchkey users list".`,
  );
}

function readEvent(name: string | undefined): EventName | undefined {
  if (name === undefined || Object.hasOwn(auditEvents, name)) return name as EventName | undefined;
  throw new UsageError(`--event takes the name of an event, one of ${Object.keys(auditEvents).join(", ")}.`);
}

/** `audit list`. */
export async function listAudit(context: CommandContext): Promise<CommandResult> {
  const event = readEvent(context.value("event"));
  const limit = wholeNumber(context.value("limit"), "limit", 1000);
  const before = wholeNumber(context.value("cursor"), "cursor", 999_999_999);
  const auth = await context.auth();
  const actor = await idOf(auth, context.value("actor"));
  const subject = await idOf(auth, context.value("subject"));
  const { records, next } = await unwrap(auth.audit.list({ actor, subject, event, before, limit }));
  const json = {
    events: records.map((record) => ({
      sequence: record.sequence,
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
  const head = ["SEQUENCE", "TIME", "EVENT", "ACTOR", "SUBJECT", "ADDRESS", "DETAIL"];
  const rows = json.events.map((each) => [
    String(each.sequence),
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
