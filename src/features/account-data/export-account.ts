import type { Core } from "../../core/core.ts";
import { emitAlone } from "../../core/events/index.ts";
import { exportParts } from "../../core/feature/index.ts";
import { operation } from "../../core/operations/index.ts";
import { mailsOfUser } from "../../core/outbox/index.ts";
import { type User, userJson } from "../../core/users/index.ts";
import { LatchkeyError } from "../../platform/errors/index.ts";
import { iso, isoOrNull } from "../../platform/time/index.ts";
import { findAccount, listDevices, listPending } from "./queries.ts";

/** Everything stored about one account. Plain JSON; times are ISO 8601 in UTC. */
export interface AccountExport {
  exported_at: string;
  site: string;
  /** As in other answers, with the application's own fields and the account's times. */
  user: Record<string, unknown>;
  devices: Record<string, unknown>[];
  /** Mailed links that still work, without their secrets. */
  pending: Record<string, unknown>[];
  mails: Record<string, unknown>[];
  /** What the option `user.export` adds. */
  application: Record<string, unknown>;
  /** What the features store: `sessions`, `activity`, and the data of plugins. */
  [part: string]: unknown;
}

async function profile(core: Core, user: User): Promise<Record<string, unknown>> {
  const row = await findAccount(core.db, user.id);
  if (row === undefined) throw new LatchkeyError("login_required");
  return {
    // Fields that the options no longer declare still belong to the account.
    ...(JSON.parse(row.fields) as object),
    ...userJson(user, core.settings.userFields),
    locale: user.locale,
    status: row.status,
    created_at: iso(row.created_at),
    email_confirmed_at: isoOrNull(row.email_confirmed_at),
    password_changed_at: isoOrNull(row.password_changed_at),
    delete_after: isoOrNull(row.delete_after),
  };
}

/**
 * All data about the signed-in account, for its owner's download: the library's, and under `application` what the
 * option `user.export` adds. It holds no hash, digest, token, code or key.
 */
// Row PV-02.
export const exportAccount = operation({
  summary: "Everything that is kept about the account, as a JSON file",
  access: { to: "signed-in", fresh: "open" },
  async run(core, _input, call) {
    const { db, clock, settings } = core;
    const account = call.requireAccount();
    const { user } = account;
    const application = (await settings.exportUserData?.(user.id)) ?? {};
    const detail = { object: "account_export" };
    await emitAlone(core, {
      event: "sensitive_read",
      actor: user.id,
      subject: user.id,
      detail,
      facts: call.facts,
    });
    const exported: AccountExport = {
      exported_at: iso(clock.now()),
      site: settings.origin.origin,
      user: await profile(core, user),
      ...(await exportParts(core, account, call.facts.locale)),
      devices: (await listDevices(db, user.id)).map((device) => ({
        id: device.id,
        created_at: iso(device.created_at),
        last_seen_at: iso(device.last_seen_at),
        expires_at: iso(device.expires_at),
        revoked_at: isoOrNull(device.revoked_at),
      })),
      pending: (await listPending(db, user.id, clock.now())).map((link) => ({
        purpose: link.purpose,
        email: link.email,
        created_at: iso(link.created_at),
        expires_at: iso(link.expires_at),
      })),
      mails: (await mailsOfUser(db, user.id))
        .filter(({ kind }) => !core.features.unlistedMails.has(kind))
        .map((mail) => ({
          kind: mail.kind,
          to: mail.recipient,
          created_at: iso(mail.created_at),
          sent_at: isoOrNull(mail.sent_at),
        })),
      application,
    };
    return { account: exported };
  },
});

/** The name of the download, such as `app.example.org-account-2026-11-21.json`. */
export function exportFileName({ settings, clock }: Core): string {
  const host = settings.origin.hostname.replace(/[^A-Za-z0-9.-]/g, "");
  return `${host}-account-${iso(clock.now()).slice(0, 10)}.json`;
}
