import type { Transaction } from "../../platform/database/index.ts";
import { findEventOf } from "../audit/index.ts";
import type { Core, RequestFacts } from "../core.ts";
import { sendNotice } from "../notices/index.ts";
import { toUser, type UserRow } from "../users/index.ts";

/**
 * Tells an account's owner of a sign-in from a device that never signed in to it (row TH-10). Call it before that sign-in
 * is recorded: the very first one of an account is its owner's, and is no news. The audit knows it; devices are forgotten
 * in time.
 *
 * An unconfirmed address hears nothing. It may be a stranger's, and who registered it could have it flooded by signing in
 * again and again.
 */
export async function tellOfNewDevice(
  core: Core,
  tx: Transaction,
  user: UserRow,
  facts: RequestFacts,
): Promise<void> {
  if (user.email_confirmed_at === null) return;
  if ((await findEventOf(tx, user.id, "authn_login_success")) === undefined) return;
  const { messages, siteName } = core.settings;
  const { newDevice } = messages.mail;
  const notice = {
    kind: "new_device",
    subject: newDevice.subject(siteName),
    paragraphs: [newDevice.text(siteName)],
  };
  await sendNotice(core, tx, notice, { to: toUser(user), facts });
}
