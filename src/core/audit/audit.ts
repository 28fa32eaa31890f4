import { hash } from "node:crypto";
import type { Queries, Transaction } from "../../platform/database/index.ts";
import type { Core, RequestFacts } from "../core.ts";
import { insertEvent, type LastEventRow, lastEvent } from "./queries.ts";

/**
 * Security events by the names of OWASP's logging vocabulary (row LG-01), and a few of our own in its style
 * where it has none.
 */
export type AuditEvent =
  | "authn_login_success"
  | "authn_login_fail"
  | "authn_login_fail_max"
  | "authn_mail_login_requested"
  | "authn_password_change"
  | "authn_password_change_fail"
  | "authn_password_reset_requested"
  | "authn_password_upgrade"
  | "authn_reauthentication_success"
  | "authn_reauthentication_fail"
  | "authn_token_created"
  | "authn_token_reuse"
  | "authz_fail"
  | "excess_rate_limit_exceeded"
  | "input_validation_fail"
  | "malicious_csrf"
  | "privilege_permissions_changed"
  | "sensitive_read"
  | "sequence_fail"
  | "session_created"
  | "session_ended"
  | "session_expired"
  | "session_renewed"
  | "user_change_undone"
  | "user_confirmation_requested"
  | "user_created"
  | "user_deleted"
  | "user_deletion_cancelled"
  | "user_deletion_requested"
  | "user_disabled"
  | "user_email_change_requested"
  | "user_email_changed"
  | "user_email_confirmed"
  | "user_enabled"
  | "user_registration_requested"
  | "user_unlocked";

export interface AuditEntry {
  event: AuditEvent;
  /** The user id of who did it; null for a stranger, `operator` for the command line. */
  actor?: string | null;
  /** The user id of whom it concerns. */
  subject?: string | null;
  /** Further facts: codes, counts, ids. Never a secret, never an address. */
  detail?: Record<string, string | number | boolean | null>;
  facts?: RequestFacts;
}

const warnings = new Set<AuditEvent>([
  "authn_login_fail",
  "authn_login_fail_max",
  "authn_password_change_fail",
  "authn_reauthentication_fail",
  "authn_token_reuse",
  "authz_fail",
  "excess_rate_limit_exceeded",
  "malicious_csrf",
  "sequence_fail",
]);

/** The canonical text whose SHA-256 chains a row to the one before it. */
export function chainText(row: {
  sequence: number;
  time: number;
  event: string;
  actor: string | null;
  subject: string | null;
  requestId: string | null;
  detail: string;
}): string {
  return JSON.stringify([
    row.sequence,
    row.time,
    row.event,
    row.actor,
    row.subject,
    row.requestId,
    row.detail,
  ]);
}

const MAXIMUM_USER_AGENT = 256;

/** What the user agent said, cut, without control characters: for records that people read (row LG-04). */
export function readableUserAgent(userAgent: string | null): string | null {
  if (userAgent === null) return null;
  return userAgent.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, " ").slice(0, MAXIMUM_USER_AGENT);
}

/**
 * Writes one row of the audit in the caller's transaction, chained to the row before by hash, and a log line.
 * Call it in the transaction of what it records, so that there is never one without the other.
 */
export async function recordEvent(core: Core, tx: Queries, entry: AuditEntry): Promise<void> {
  const time = core.clock.now();
  const previous: LastEventRow = (await lastEvent(tx)) ?? { sequence: 0, hash: Buffer.alloc(32) };
  const { event, actor = null, subject = null, facts } = entry;
  const detail = JSON.stringify(entry.detail ?? {});
  const requestId = facts?.requestId ?? null;
  const sequence = previous.sequence + 1;
  const text = chainText({ sequence, time, event, actor, subject, requestId, detail });
  const chained = hash("sha256", Buffer.concat([previous.hash, Buffer.from(text)]), "buffer");
  const userAgent = readableUserAgent(facts?.userAgent ?? null);
  await insertEvent(
    tx,
    sequence,
    time,
    event,
    actor,
    subject,
    requestId,
    facts?.address ?? null,
    userAgent,
    detail,
    previous.hash,
    chained,
  );
  const fields = { event, actor, subject, request_id: requestId, address: facts?.address, ...entry.detail };
  if (warnings.has(event)) core.log.warn(fields, event);
  else core.log.info(fields, event);
}

/** Records an event that has no transaction of its own, such as a refusal. */
export function recordAlone(core: Core, entry: AuditEntry): Promise<void> {
  return core.db.transaction((tx: Transaction) => recordEvent(core, tx, entry));
}
