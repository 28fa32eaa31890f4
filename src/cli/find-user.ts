import type { Auth } from "../auth.ts";
import { unwrap } from "../core/operations/index.ts";
import type { ManagedUser } from "../feature-types.ts";
import { Refusal } from "./command.ts";

/** The account that WHO names. Throws a `Refusal` if no account matches. */
export async function findUser(auth: Auth, who: string): Promise<ManagedUser> {
  const user = (await unwrap(auth.users.find({ who: who }))).user;
  if (user !== null) return user;
  throw new Refusal(`No account is named "${who}": check it with "latchkey users list --query TEXT".`);
}
