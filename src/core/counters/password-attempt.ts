import type { Queries } from "../../platform/database/index.ts";
import { LatchkeyError } from "../../platform/errors/index.ts";
import type { Core, RequestFacts } from "../core.ts";
import { addressFailures, consecutivePasswordFailures, passwordFailures, siteFailures } from "./budgets.ts";
import { consumeOrThrow } from "./counters.ts";

/** One try at a password, counted before it is verified. */
// Row TH-06.
export interface PasswordAttempt {
  /**
   * Counts the try; throws `too_many_attempts` if none is left for now. Returns whether the password is off, whether
   * this is its last try, and the previous failures in a row.
   */
  // Row TH-03.
  take(): Promise<{ passwordIsOff: boolean; isLast: boolean; failures: number }>;
  /**
   * Verifies the password. If the hash queue is full (`overloaded`), the try is returned. So a flood uses up no tries
   * and ends no session.
   */
  look(verify: () => Promise<boolean>): Promise<boolean>;
  /** Returns the try: the password was right, but the application refused the sign-in. */
  takeBack(): Promise<void>;
  /** The password was right: its own failures are cleared, and shared buckets get this try back. */
  // Row TH-07.
  succeeded(tx: Queries): Promise<void>;
}

interface Tried {
  /** The account of the password; null if the typed name is unknown. */
  userId: string | null;
  /** The typed name in its canonical form, for counting if it is unknown. */
  typed: string;
  /** The device, if it is known to this account. */
  deviceId: string | null;
  facts: RequestFacts;
}

/**
 * A try at the password of an account. A known device counts only for itself: its few attempts limit it. Neither
 * strangers at the account nor neighbours behind the same address can use them up. Every other device counts for the
 * account, the client address and the whole site.
 */
// Row TH-04.
export function passwordAttempt(core: Core, { userId, typed, deviceId, facts }: Tried): PasswordAttempt {
  const account = passwordFailures(core, userId ?? typed, deviceId);
  const shared = deviceId === null ? [addressFailures(core, facts), siteFailures(core)] : [];
  const consecutiveFailures = consecutivePasswordFailures(core, userId, deviceId);
  const counted = [account, ...shared];
  let countedAt = 0;
  const takeBack = () =>
    core.db.transaction(async (tx) => {
      for (const bucket of counted) await core.counters.giveBack(tx, bucket, countedAt);
    });
  return {
    takeBack,
    async take() {
      const taken = await consumeOrThrow(core, counted, consecutiveFailures);
      const { left } = taken;
      countedAt = taken.countedAt;
      if (left !== null) counted.push(consecutiveFailures);
      const failures = consecutiveFailures.limit - (left ?? 0) - 1;
      return { passwordIsOff: left === null, isLast: left === 0, failures };
    },
    async look(verify) {
      try {
        return await verify();
      } catch (error) {
        if (!(error instanceof LatchkeyError && error.code === "overloaded")) throw error;
        await takeBack();
        throw error;
      }
    },
    async succeeded(tx) {
      await core.counters.clear(tx, account);
      for (const bucket of shared) await core.counters.giveBack(tx, bucket, countedAt);
      await core.counters.clear(tx, consecutiveFailures);
    },
  };
}

/** A new password has no failures: strangers guessed at the previous one. */
// Rows TH-03, TH-04.
export async function forgetPasswordFailures(core: Core, tx: Queries, userId: string): Promise<void> {
  await core.counters.clear(tx, passwordFailures(core, userId, null));
  await core.counters.clear(tx, consecutivePasswordFailures(core, userId, null));
}
