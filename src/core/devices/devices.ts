import { createMarkedValue, digest, looksLikeToken, Secret, uuidv7 } from "../../platform/crypto/index.ts";
import type { Queries, Transaction } from "../../platform/database/index.ts";
import type { Base } from "../base.ts";
import type { Core, RequestFacts } from "../core.ts";
import { emit } from "../events/index.ts";
import { deleteExcessDevices, findDevice, insertDevice, rotateDevice, wasOnDevice } from "./queries.ts";

/**
 * A browser that signed in before. Its cookie proves nothing else. It has separate attempts, so guesses by unknown
 * devices can't make the owner of an account wait.
 *
 * @see Row TH-04
 */
export interface Device {
  id: string;
  token: Secret;
  /** Whether it signed in to this account before and counts as known. */
  known: boolean;
  /** Whether it signed in to this account before, even if its cookie was revoked or replaced since. */
  seen: boolean;
}

/** The id of the device if its cookie belongs to this account, else null. */
export async function knownDeviceId(
  core: Base,
  db: Queries,
  userId: string | undefined,
  presented: Secret | null,
): Promise<string | null> {
  const token = presented?.reveal() ?? "";
  if (!looksLikeToken(token)) return null;
  const row = await findDevice(db, digest(token), core.clock.now());
  return row !== undefined && row.user_id === userId ? row.id : null;
}

/**
 * Whether the cookie once belonged to this account. Grants nothing: it only decides whether the owner gets a notice
 * of a new device.
 */
export async function hasSignedIn(
  tx: Transaction,
  userId: string,
  presented: Secret | null,
): Promise<boolean> {
  const token = presented?.reveal() ?? "";
  return looksLikeToken(token) && (await wasOnDevice(tx, digest(token), userId)) !== undefined;
}

/** Devices that an account has at most. People have a few; a program without cookies is a new one each time. */
export const MAXIMUM_DEVICES = 100;

/** Forgets the devices of an account beyond its limit, except the one in use. */
async function boundDevices(
  core: Core,
  tx: Transaction,
  { userId, usedId }: { userId: string; usedId: string },
  facts: RequestFacts,
): Promise<void> {
  // Each live session may have its own device.
  const maximum = Math.max(MAXIMUM_DEVICES, core.settings.sessions.maximumPerUser);
  const devices = await deleteExcessDevices(tx, userId, usedId, maximum);
  if (devices === 0) return;
  const detail = { devices, reason: "too_many_devices" };
  await emit(core, tx, { event: "user_devices_forgotten", actor: userId, subject: userId, detail, facts });
}

/** Remembers the browser as a device. A known device gets a new value at every sign-in. */
export async function rememberDevice(
  core: Core,
  tx: Transaction,
  userId: string,
  facts: RequestFacts,
): Promise<Device> {
  const presented = facts.deviceToken;
  const now = core.clock.now();
  const expiresAt = now + core.settings.lifetimes.deviceMs;
  const token = createMarkedValue(core.keys, "device");
  const known = await knownDeviceId(core, tx, userId, presented);
  if (known !== null && presented !== null) {
    const rotated = await rotateDevice(tx, digest(presented.reveal()), digest(token), now, expiresAt);
    if (rotated === 1) return { id: known, token: new Secret(token), known: true, seen: true };
  }
  const seen = await hasSignedIn(tx, userId, presented);
  const id = uuidv7(now);
  await insertDevice(tx, digest(token), id, userId, now, expiresAt);
  await boundDevices(core, tx, { userId, usedId: id }, facts);
  return { id, token: new Secret(token), known: false, seen };
}
