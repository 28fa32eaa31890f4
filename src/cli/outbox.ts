import { unwrap } from "../core/operations/index.ts";
import { iso, isoOrNull } from "../platform/time/index.ts";
import { type CommandContext, type CommandResult, Refusal, UsageError } from "./command.ts";
import { counted, table } from "./text.ts";
import { wholeNumber } from "./whole-number.ts";

const states = ["waiting", "failed", "all"] as const;

/** `outbox list`. */
export async function listOutbox(context: CommandContext): Promise<CommandResult> {
  const state = states.find((each) => each === context.value("state"));
  if (state === undefined && context.value("state") !== undefined) {
    throw new UsageError("--state takes waiting, failed or all.");
  }
  const limit = wholeNumber(context.value("limit"), "limit", 1000);
  const auth = await context.auth();
  const mails = (await unwrap(auth.outbox.list({ state, limit }))).mails.map((mail) => ({
    id: mail.id,
    kind: mail.kind,
    recipient: mail.to,
    state: mail.state,
    created_at: iso(mail.createdAt),
    attempts: mail.attempts,
    next_attempt_at: isoOrNull(mail.nextAttemptAt),
    sent_at: isoOrNull(mail.sentAt),
    failed_at: isoOrNull(mail.failedAt),
    last_error: mail.lastError,
  }));
  const json = { mails };
  if (mails.length === 0) {
    const none = { waiting: "No mail waits.", failed: "No mail was given up.", all: "The outbox is empty." };
    return { text: state === undefined ? "All mail was sent." : none[state], json };
  }
  const head = ["ID", "KIND", "RECIPIENT", "STATE", "CREATED", "ATTEMPTS", "NEXT", "LAST ERROR"];
  const rows = mails.map((mail) => [
    mail.id,
    mail.kind,
    mail.recipient,
    mail.state,
    mail.created_at,
    String(mail.attempts),
    mail.next_attempt_at ?? "-",
    mail.last_error ?? "-",
  ]);
  return { text: table(head, rows), json };
}

/** `outbox retry ID` and `outbox retry --all`. */
export async function retryOutbox(context: CommandContext): Promise<CommandResult> {
  const [id] = context.parameters;
  if ((id === undefined) !== context.flag("all")) {
    throw new UsageError("Name one mail by its ID, or take --all.");
  }
  const auth = await context.auth();
  if (id !== undefined && !(await unwrap(auth.outbox.retry({ id: id }))).retried) {
    throw new Refusal(
      `No mail that was given up has the id "${id}": see them with "latchkey outbox list --state failed".`,
    );
  }
  const retried = id === undefined ? (await unwrap(auth.outbox.retryAll())).retried : 1;
  return { text: `${counted(retried, "mail")} will be tried again within a minute.`, json: { retried } };
}
