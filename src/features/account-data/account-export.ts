import type { Core } from "../../core/core.ts";
import { exportParts } from "../../core/feature/index.ts";
import { type AccountMailRow, mailsOfUser } from "../../core/outbox/index.ts";
import type { Account } from "../../core/sessions/index.ts";
import { type User, userJson } from "../../core/users/index.ts";
import { rowsInPages } from "../../platform/database/index.ts";
import { LatchkeyError } from "../../platform/errors/index.ts";
import { iso, isoOrNull } from "../../platform/time/index.ts";
import { findAccount, listDevices, listPending, type PendingRow } from "./queries.ts";

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

/** Rows that are read at once. */
const PAGE = 100;
/** Sorts behind every id. */
const AFTER_ALL = "~";

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

async function devicesOf({ db }: Core, userId: string): Promise<Record<string, unknown>[]> {
  return (await listDevices(db, userId)).map((device) => ({
    id: device.id,
    created_at: iso(device.created_at),
    last_seen_at: iso(device.last_seen_at),
    expires_at: iso(device.expires_at),
    revoked_at: isoOrNull(device.revoked_at),
  }));
}

async function* pendingOf({ db, clock }: Core, userId: string): AsyncGenerator<Record<string, unknown>> {
  const now = clock.now();
  const links = rowsInPages<PendingRow>(PAGE, (last, limit) =>
    listPending(db, userId, now, last?.purpose ?? "", last?.digest ?? Buffer.alloc(0), limit),
  );
  for await (const { purpose, email, created_at, expires_at } of links)
    yield { purpose, email, created_at: iso(created_at), expires_at: iso(expires_at) };
}

async function* mailsOf({ db, features }: Core, userId: string): AsyncGenerator<Record<string, unknown>> {
  const mails = rowsInPages<AccountMailRow>(PAGE, (last, limit) =>
    mailsOfUser(db, userId, last?.id ?? AFTER_ALL, limit),
  );
  for await (const { kind, recipient: to, created_at, sent_at } of mails)
    if (!features.unlistedMails.has(kind))
      yield { kind, to, created_at: iso(created_at), sent_at: isoOrNull(sent_at) };
}

/**
 * The members of an `AccountExport`, each read when its turn comes. `application` is what the option `user.export`
 * returned.
 */
export async function* accountExport(
  core: Core,
  account: Account,
  { locale, application }: { locale: string | null; application: Record<string, unknown> },
): AsyncGenerator<[name: string, value: unknown]> {
  const { user } = account;
  yield ["exported_at", iso(core.clock.now())];
  yield ["site", core.settings.origin.origin];
  yield ["user", await profile(core, user)];
  yield* exportParts(core, account, locale);
  yield ["devices", await devicesOf(core, user.id)];
  yield ["pending", pendingOf(core, user.id)];
  yield ["mails", mailsOf(core, user.id)];
  yield ["application", application];
}
