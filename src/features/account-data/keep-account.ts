import type { Core, RequestFacts } from "../../core/core.ts";
import { emit } from "../../core/events/index.ts";
import type { LoginEffect } from "../../core/login/index.ts";
import { cancelDeletion } from "../../core/users/index.ts";
import type { Transaction } from "../../platform/database/index.ts";

/** Keeps an account that was to be deleted. Says whether it was. */
export async function keepAccount(
  core: Core,
  tx: Transaction,
  userId: string,
  facts: RequestFacts,
): Promise<boolean> {
  if ((await cancelDeletion(tx, userId)) === 0) return false;
  await emit(core, tx, { event: "user_deletion_cancelled", actor: userId, subject: userId, facts });
  return true;
}

/** Signing in keeps the account. */
export const keptBySigningIn: LoginEffect = {
  run: async (core, tx, { user, facts }) =>
    (await keepAccount(core, tx, user.id, facts)) ? { deletionCancelled: true } : {},
  json: ({ deletionCancelled }) => (deletionCancelled ? { deletion_cancelled: true } : {}),
  flash: ({ deletionCancelled }, { accountData }) =>
    deletionCancelled ? accountData.flash.deletionCancelled : undefined,
};
