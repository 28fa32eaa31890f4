import type { Queries } from "../../platform/database/index.ts";
import { isUnusableHash } from "../passwords/index.ts";
import { findPassword } from "../users/index.ts";

/** Whether the account can prove itself by a password: it has one that isn't switched off. */
export async function hasPassword(db: Queries, userId: string): Promise<boolean> {
  const stored = await findPassword(db, userId);
  return stored !== undefined && !isUnusableHash(stored.hash);
}
