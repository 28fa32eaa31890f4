import type { Queries } from "../../platform/database/index.ts";
import type { Core, RequestFacts } from "../core.ts";
import { addressFailures, passwordFailures } from "./budgets.ts";
import { forgetAttempts, giveAttemptBack, takeAttempt } from "./throttling.ts";

/** One try at a password, counted before it is verified (row TH-06). */
export interface PasswordAttempt {
  /** Counts it; throws `too_many_attempts` when there is none left. */
  take(): Promise<void>;
  /** The password was right: its own failures are forgotten, and the client address gets this one back (row TH-07). */
  succeeded(tx: Queries): Promise<void>;
}

/**
 * A try at the password of an account: `accountKey` is the user id, or what was typed if nobody has it. A device that
 * signed in before counts for itself alone: its few attempts bound it, and neither strangers at the account nor
 * neighbours behind the same address can use them up (row TH-04). Everybody else counts for the account and the address.
 */
export function passwordAttempt(
  core: Core,
  { accountKey, deviceId, facts }: { accountKey: string; deviceId: string | null; facts: RequestFacts },
): PasswordAttempt {
  const account = passwordFailures(core, accountKey, deviceId);
  const address = deviceId === null ? addressFailures(core, facts) : null;
  return {
    take: () => takeAttempt(core, address === null ? [account] : [account, address]),
    async succeeded(tx) {
      await forgetAttempts(tx, account);
      if (address !== null) await giveAttemptBack(tx, address);
    },
  };
}
