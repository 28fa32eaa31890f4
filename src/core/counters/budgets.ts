import { addressBucket } from "../../platform/http/index.ts";
import { DAY } from "../../platform/time/index.ts";
import type { Core, RequestFacts } from "../core.ts";
import { type Bucket, bucket } from "./counters.ts";

/*
 * The buckets of the installation: what is counted together, and how much of it there may be
 * (contract, "Numbers": failures, mail).
 */

/** So many rows share a budget of everybody, so that not every attempt waits for the same one. */
const SHARDS = 16;

/** Smaller budgets stay in one row and are exact: a shard of few would often be full long before the others. */
const SHARDED_FROM = 1600;

/**
 * A budget of everybody together. A large one is counted in 16 shards, each with its share; an attempt takes one by chance,
 * and gives back to the same. All together never exceed the limit by more than 15. Chance fills one shard before the others:
 * of a limit of 10,000, single attempts are refused from about 9,000 on, and the next try takes another shard.
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
 * Wrong passwords of an account. Strangers share one bucket; a device that signed in before has its own, so that
 * strangers can't make its owner wait (row TH-04). `accountKey`: the user id, or what was typed if nobody has it.
 */
export function passwordFailures(core: Core, accountKey: string, deviceId: string | null): Bucket {
  const { perAccount, perDevice, windowMs } = core.settings.throttle;
  return deviceId === null
    ? bucket("password-failures", [accountKey, "unknown devices"], perAccount, windowMs)
    : bucket("password-failures", [accountKey, `device ${deviceId}`], perDevice, windowMs);
}

/** Failures of everybody together, but for devices that signed in before: spraying from many addresses (row TH-05). */
export function siteFailures(core: Core): Bucket {
  const { perSite, windowMs } = core.settings.throttle;
  return bucketOfEverybody("site-failures", perSite, windowMs);
}

/** Longer than anybody lives: what is counted in a row ends with a success, not with time. */
const NEVER_MS = 36_500 * DAY;

/**
 * Wrong passwords in a row, over all windows (row TH-03; SP 800-63B 3.2.2). Strangers use up the password for unknown
 * devices and a device for itself, so that nobody can switch it off for an owner on a device of theirs (row TH-04). What a
 * device failed is forgotten once its cookie must be over.
 * `userId` null: nobody has what was typed, and one bucket without an end is counted for the same work.
 */
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

/** Requests for mail from a client address, over all kinds: forgotten passwords, confirmations, sign-in by mail. */
export function mailRequests(core: Core, facts: RequestFacts): Bucket {
  const { perAddress, windowMs } = core.settings.throttle;
  return bucket("mail-requests", [addressBucket(facts.address)], perAddress, windowMs);
}

/** Passwords that are tried to be set by one mailed link. */
export function linkPasswords(core: Core, link: Uint8Array): Bucket {
  const key = Buffer.from(link).toString("hex");
  return bucket("link-passwords", [key], 50, core.settings.throttle.windowMs);
}

/**
 * Mail that a stranger can cause to one address, over all kinds. `reserveLast` leaves the last one of the hour alone: whoever
 * makes us write to an account's owner about this and that must not use up their way back in (row TH-04).
 */
export function mailsTo(core: Core, emailKey: string, { reserveLast }: { reserveLast: boolean }): Bucket {
  const { mailsPerRecipient, mailWindowMs } = core.settings.throttle;
  const limit = reserveLast ? Math.max(1, mailsPerRecipient - 1) : mailsPerRecipient;
  return bucket("mails", [emailKey], limit, mailWindowMs);
}

/** Rows that strangers may leave in the audit, all together: what comes from everywhere must not fill it either. */
export function recordsOfStrangers(core: Core): Bucket {
  const { perSite, windowMs } = core.settings.throttle;
  return bucketOfEverybody("records-of-strangers", perSite, windowMs);
}

/** Rows that refused requests of a client address may leave in the audit. */
export function recordedRefusals(core: Core, facts: RequestFacts): Bucket {
  const { perAddress, windowMs } = core.settings.throttle;
  return bucket("recorded-refusals", [addressBucket(facts.address)], perAddress, windowMs);
}
