import type { Core, RequestFacts } from "../../core/core.ts";
import { emit } from "../../core/events/index.ts";
import { createOneTimeToken, killTokensOfPurpose } from "../../core/secrets/index.ts";
import type { Transaction } from "../../platform/database/index.ts";

export interface PasswordLink {
  /** The canonical address of the account. */
  emailKey: string;
  /** The address of the mail, as its owner writes it. Using the link proves it. Absent for an operator's link. */
  address?: string;
  lifetimeMs: number;
  actor?: string | null;
  facts?: RequestFacts;
}

const purpose = "choose_password";

/**
 * Makes the secret of a link for choosing a password, and records that. Earlier ones die.
 *
 * @see row RS-04
 */
export async function issuePasswordLink(
  core: Core,
  tx: Transaction,
  userId: string,
  { emailKey, address, lifetimeMs, actor = null, facts }: PasswordLink,
): Promise<string> {
  await killTokensOfPurpose(tx, userId, purpose, core.clock.now());
  const mailed = address === undefined ? {} : { address };
  const token = await createOneTimeToken(core, tx, { purpose, userId, emailKey, lifetimeMs, ...mailed });
  const detail = address === undefined ? { purpose } : ({ purpose, by: "mail" } as const);
  await emit(core, tx, { event: "authn_token_created", actor, subject: userId, detail, facts });
  return token;
}
