import type { Queries } from "../../platform/database/index.ts";
import { isUnusableHash } from "../passwords/index.ts";
import { findPassword, type PasswordRow } from "../users/index.ts";

/** The account's password, unless it is switched off. */
export async function findWorkingPassword(db: Queries, userId: string): Promise<PasswordRow | undefined> {
  const stored = await findPassword(db, userId);
  return stored === undefined || isUnusableHash(stored.hash) ? undefined : stored;
}

/** Whether the account can prove itself by a password. */
export async function hasPassword(db: Queries, userId: string): Promise<boolean> {
  return (await findWorkingPassword(db, userId)) !== undefined;
}
