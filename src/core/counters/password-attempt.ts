import type { Queries } from "../../platform/database/index.ts";
import { LatchkeyError } from "../../platform/errors/index.ts";
import type { Core, RequestFacts } from "../core.ts";
import { addressFailures, consecutivePasswordFailures, passwordFailures, siteFailures } from "./budgets.ts";
import { consumeOrThrow } from "./counters.ts";

/** One try at a password, counted before it is verified (row TH-06). */
export interface PasswordAttempt {
  /**
   * Counts it; throws `too_many_attempts` when there is none left for now. Says whether the password counts at all,
   * whether this is the last try before it doesn't (row TH-03), and how many in a row came before this one.
   */
  take(): Promise<{ passwordIsOff: boolean; isLast: boolean; failures: number }>;
  /**
   * Looks at the password. Where hashing has no place for that (`overloaded`), nobody learned anything: the try is taken
   * back, so that a flood costs nobody their tries, or their session.
   */
  look(verify: () => Promise<boolean>): Promise<boolean>;
  /** Takes the try back: the password was right, and the application refused the sign-in. */
  takeBack(): Promise<void>;
  /** The password was right: its own failures are forgotten, and those it shares get this one back (row TH-07). */
  succeeded(tx: Queries): Promise<void>;
}

interface Tried {
  /** Whose password it is; null where nobody has what was typed. */
  userId: string | null;
  /** What was typed, in its canonical form, for counting where nobody has it. */
  typed: string;
  /** The device, if it signed in to this account before. */
  deviceId: string | null;
  facts: RequestFacts;
}

/**
 * A try at the password of an account. A device that signed in before counts for itself alone: its few attempts bound it,
 * and neither strangers at the account nor neighbours behind the same address can use them up (row TH-04). Everybody else
 * counts for the account, the client address and the whole site.
 */
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

/** A new password has no failures: what strangers guessed at was the one before (rows TH-03, TH-04). */
export async function forgetPasswordFailures(core: Core, tx: Queries, userId: string): Promise<void> {
  await core.counters.clear(tx, passwordFailures(core, userId, null));
  await core.counters.clear(tx, consecutivePasswordFailures(core, userId, null));
}
