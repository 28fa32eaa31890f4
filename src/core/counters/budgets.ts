import { addressBucket } from "../../platform/http/index.ts";
import { DAY } from "../../platform/time/index.ts";
import type { Core, RequestFacts } from "../core.ts";
import { type Bucket, bucket } from "./counters.ts";

/* The buckets of the installation: what is counted together, and the limit of each. */

/** The rows that share a budget of the whole site, so that attempts don't all wait for the same row. */
const SHARDS = 16;

/** Smaller budgets stay in one row and are exact. A small shard would often fill long before the others. */
const SHARDED_FROM = 1600;

/**
 * A budget of the whole site. A large one has 16 shards, each with its share. An attempt takes a random one, and
 * returns to the same. Together they never exceed the limit by more than 15. Chance fills one shard before the others.
 * So with a limit of 10,000, single attempts are refused from about 9,000 on. The next try takes another shard.
 */
function bucketOfEverybody(what: string, limit: number, windowMs: number): Bucket {
  if (limit < SHARDED_FROM) return bucket(what, [], limit, windowMs);
  const shard = Math.floor(Math.random() * SHARDS);
  return bucket(what, [`shard ${shard}`], Math.ceil(limit / SHARDS), windowMs);
}

/** Failures of a client address, over every secret it tries: IPv4 as it is, IPv6 by its /64. */
export function addressFailures(core: Core, facts: RequestFacts): Bucket {
  const { perAddress, windowMs } = core.settings.throttle;
  return bucket("address-failures", [addressBucket(facts.address)], perAddress, windowMs);
}

/**
 * Wrong passwords of an account. Strangers share one bucket. A known device has its own, so that strangers can't make
 * its owner wait. `accountKey`: the user id, or the typed name if it is unknown.
 */
// Row TH-04.
export function passwordFailures(core: Core, accountKey: string, deviceId: string | null): Bucket {
  const { perAccount, perDevice, windowMs } = core.settings.throttle;
  return deviceId === null
    ? bucket("password-failures", [accountKey, "unknown devices"], perAccount, windowMs)
    : bucket("password-failures", [accountKey, `device ${deviceId}`], perDevice, windowMs);
}

/** Failures of the whole site, except those of known devices: spraying from many addresses. */
// Row TH-05.
export function siteFailures(core: Core): Bucket {
  const { perSite, windowMs } = core.settings.throttle;
  return bucketOfEverybody("site-failures", perSite, windowMs);
}

/** Longer than any lifetime: a success ends a row of failures, not time. */
const NEVER_MS = 36_500 * DAY;

/**
 * Wrong passwords in a row, over all windows (SP 800-63B 3.2.2). Strangers use up the password for unknown devices,
 * and a known device uses it up for itself. So strangers can't switch it off on the owner's device. A device's
 * failures are forgotten after its cookie has expired.
 * `userId` null: the typed name is unknown, and an endless bucket is counted for the same work.
 */
// Rows TH-03, TH-04.
export function consecutivePasswordFailures(
  core: Core,
  userId: string | null,
  deviceId: string | null,
): Bucket {
  const what = "failures-in-a-row";
  if (userId === null) return bucket(what, ["nobody"], Number.MAX_SAFE_INTEGER, NEVER_MS);
  const { consecutiveFailures } = core.settings.throttle;
  return bucket(
    what,
    [userId, deviceId === null ? "unknown devices" : `device ${deviceId}`],
    consecutiveFailures,
    deviceId === null ? NEVER_MS : core.settings.lifetimes.deviceMs,
  );
}

/**
 * Right sign-ins of an account. It refuses none. Beyond it the account's sign-ins wait behind those of all others, and
 * their owner has had enough notices. `accountKey`: the user id, or the typed name if it is unknown.
 */
export function rightSignIns(core: Core, accountKey: string): Bucket {
  const { signInsPerAccount, windowMs } = core.settings.throttle;
  return bucket("right-sign-ins", [accountKey], signInsPerAccount, windowMs);
}

/** Requests for mail from a client address, over all kinds: forgotten passwords, confirmations, sign-in by mail. */
export function mailRequests(core: Core, facts: RequestFacts): Bucket {
  const { perAddress, windowMs } = core.settings.throttle;
  return bucket("mail-requests", [addressBucket(facts.address)], perAddress, windowMs);
}

/** Attempts to set a password by one mailed link. */
export function linkPasswords(core: Core, link: Uint8Array): Bucket {
  const key = Buffer.from(link).toString("hex");
  return bucket("link-passwords", [key], 50, core.settings.throttle.windowMs);
}

/**
 * Mail that a stranger can cause to one address, over all kinds. `reserveLast` keeps the last one of the hour. A
 * stranger who causes other mail must not use up the owner's way back in.
 */
// Row TH-04.
export function mailsTo(core: Core, emailKey: string, { reserveLast }: { reserveLast: boolean }): Bucket {
  const { mailsPerRecipient, mailWindowMs } = core.settings.throttle;
  const limit = reserveLast ? Math.max(1, mailsPerRecipient - 1) : mailsPerRecipient;
  return bucket("mails", [emailKey], limit, mailWindowMs);
}

/**
 * Codes that live sessions of an account may have mailed to it. Strangers can't cause them, so they have a separate
 * budget: requests for other mail don't use it up. The thief of a session can't flood the mailbox.
 */
// Row TH-04.
export function codesMailedTo(core: Core, userId: string): Bucket {
  const { mailsPerRecipient, mailWindowMs } = core.settings.throttle;
  return bucket("codes-mailed", [userId], mailsPerRecipient, mailWindowMs);
}

/** Rows that all strangers together may leave in the audit: requests from many addresses must not fill it either. */
export function recordsOfStrangers(core: Core): Bucket {
  const { perSite, windowMs } = core.settings.throttle;
  return bucketOfEverybody("records-of-strangers", perSite, windowMs);
}

/** Rows that refused requests of a client address may leave in the audit. */
export function recordedRefusals(core: Core, facts: RequestFacts): Bucket {
  const { perAddress, windowMs } = core.settings.throttle;
  return bucket("recorded-refusals", [addressBucket(facts.address)], perAddress, windowMs);
}
