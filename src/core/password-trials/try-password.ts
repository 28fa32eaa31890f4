import type { Transaction } from "../../platform/database/index.ts";
import type { Core, RequestFacts } from "../core.ts";
import { passwordAttempt, rightSignIns } from "../counters/index.ts";
import { knownDeviceId } from "../devices/index.ts";
import { passwordSwitchedOff } from "../notices/index.ts";
import { findPassword, type PasswordRow } from "../users/index.ts";

interface Trial {
  /** The account of the password; undefined if the typed name is unknown. */
  user: { id: string; email: string; locale: string | null } | undefined;
  /** The typed name in its canonical form, for counting if it is unknown. */
  typed: string;
  password: string;
  /** A signed-in account is asked: its hash goes before unknown devices. Default false. */
  signedIn?: boolean;
}

export interface RightPassword {
  /** The stored password that it matched. */
  stored: PasswordRow;
  /** Wrong passwords in a row right before it. */
  failures: number;
  /** Clears its own failures and returns the shared attempts. Call it in the transaction that the password opens. */
  succeeded(tx: Transaction): Promise<void>;
  /** Returns the attempt, if the application refuses what the password would open. */
  takeBack(): Promise<void>;
}

/**
 * The only way to try a password. Look up the device → check recent sign-ins and the queue → count the attempt →
 * verify → perhaps switch it off. Every account and every fault cost the same work. Returns null for a
 * wrong password, which the caller records. Throws `too_many_attempts`, and `overloaded`, which returns the attempt.
 *
 * @see Rows TH-02, TH-06
 */
export async function tryPassword(
  core: Core,
  { user, typed, password, signedIn = false }: Trial,
  facts: RequestFacts,
): Promise<RightPassword | null> {
  const deviceId = await knownDeviceId(core, core.db, user?.id, facts.deviceToken);
  const owner = signedIn || deviceId !== null ? user?.id : undefined;
  // An unknown name costs the same look.
  const isFrequent = await core.counters.isFull(rightSignIns(core, user?.id ?? typed));
  const isLast = isFrequent && !signedIn;
  core.passwords.refuseWhenBusy(owner, isLast);
  const attempt = passwordAttempt(core, { userId: user?.id ?? null, typed, deviceId, facts });
  const { passwordIsOff, isLast: isLastTry, failures } = await attempt.take();
  const stored = await findPassword(core.db, user?.id ?? "");
  const hash = passwordIsOff ? null : (stored?.hash ?? null);
  const matches = await attempt.look(() => core.passwords.verify(hash, password, owner, isLast));
  if (matches && stored !== undefined)
    return { stored, failures, succeeded: attempt.succeeded, takeBack: attempt.takeBack };
  if (isLastTry && user !== undefined) await passwordSwitchedOff(core, user, facts);
  return null;
}
