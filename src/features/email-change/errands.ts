import type { Core, RequestFacts } from "../../core/core.ts";
import { deviceInWords } from "../../core/notices/index.ts";
import { peekOneTimeToken } from "../../core/one-time-tokens/index.ts";
import type { Errand, Errands } from "../../core/outbox/index.ts";
import { findByEmailKey, findById, type User } from "../../core/users/index.ts";
import type { Transaction } from "../../platform/database/index.ts";
import { confirmChangeMail, takenAddressMail } from "./mail.ts";

const KIND = "change_email";

/** The part of a request that depends on whether the new address is free. */
export function emailChangeErrand(
  core: Core,
  to: string,
  request: { user: User; token: string; withinCap: boolean; facts: RequestFacts },
): Errand {
  const { user, token, withinCap, facts } = request;
  const device = deviceInWords(core, facts.userAgent);
  return { kind: KIND, to, data: { userId: user.id, token, withinCap: withinCap ? "yes" : "no", device } };
}

/**
 * Mails the link to a free address, and an explanation to the owner of a taken one (row CE-04). Whatever killed the request
 * in the meantime killed its token: a newer request, a change of the password, a disabled account (row CE-05).
 */
async function mailEmailChange(core: Core, tx: Transaction, { to, data }: Errand): Promise<void> {
  const token = data.token ?? "";
  const row = await peekOneTimeToken(core, tx, "change_email", token);
  if (row === undefined || data.withinCap !== "yes") return;
  const user = await findById(tx, row.user_id ?? "");
  if (user?.status !== "active") return;
  const owner = await findByEmailKey(tx, row.email_key);
  const asked = { at: row.created_at, device: data.device ?? "" };
  await core.outbox.enqueue(
    tx,
    owner === undefined
      ? await confirmChangeMail(core, { to, userId: user.id, token }, asked)
      : await takenAddressMail(core, { to: owner.email, userId: owner.id }, asked),
  );
}

export const emailChangeErrands: Errands = { [KIND]: mailEmailChange };
