import type { Transaction } from "../../platform/database/index.ts";
import { fieldError, LatchkeyError } from "../../platform/errors/index.ts";
import type { Core, RequestFacts } from "../core.ts";
import { emit } from "../events/index.ts";
import { credentialsChanged } from "../sessions/index.ts";
import { addRole, countActiveWithRole, removeRole, rolesOf, type UserRow } from "../users/index.ts";

/** The change would leave no administrator. */
// Row AZ-09.
export class LastAdministrator extends LatchkeyError {
  constructor() {
    super("last_administrator", {
      detail: "This is the last active administrator: give another account the role admin first.",
    });
    this.name = "LastAdministrator";
  }
}

const roleName = /^[a-z][a-z0-9_-]{0,31}$/;

/** Whether a text is a valid name of a role. */
export const isRoleName = (role: string): boolean => roleName.test(role);

/** Throws `LastAdministrator` if no active administrator is left in this transaction. */
export async function assertAdministratorRemains(tx: Transaction): Promise<void> {
  const row = await countActiveWithRole(tx, "admin");
  if ((row?.count ?? 0) === 0) throw new LastAdministrator();
}

/**
 * Gives an account exactly these roles, and `user`, which every account has. Rights count from the next request on. If
 * an account gains rights, its sessions end, so that no earlier value carries them. `actor` is the user id behind the
 * change, or `operator`.
 *
 * @see Row SL-02
 */
export async function setRoles(
  core: Core,
  tx: Transaction,
  {
    user,
    roles,
    actor,
    facts,
  }: { user: UserRow; roles: readonly string[]; actor: string; facts?: RequestFacts },
): Promise<void> {
  const wanted = new Set(roles.filter((role) => role !== "user"));
  for (const role of wanted) {
    if (!roleName.test(role)) {
      throw fieldError("roles", "invalid_role");
    }
  }
  const before = new Set(rolesOf(user.roles).filter((role) => role !== "user"));
  const gained = [...wanted].filter((role) => !before.has(role));
  const lost = [...before].filter((role) => !wanted.has(role));
  for (const role of gained) await addRole(tx, user.id, role);
  for (const role of lost) await removeRole(tx, user.id, role);
  if (lost.includes("admin")) await assertAdministratorRemains(tx);
  if (gained.length === 0 && lost.length === 0) return;
  tx.afterCommit(() => core.sessionStore.revoked({ userId: user.id }));
  await emit(core, tx, {
    event: "privilege_permissions_changed",
    actor,
    subject: user.id,
    detail: { gained: gained.join(","), lost: lost.join(",") },
    ...(facts === undefined ? {} : { facts }),
  });
  if (gained.length > 0) {
    await credentialsChanged(core, tx, {
      userId: user.id,
      reason: "rights_changed",
      actor,
      ...(facts === undefined ? {} : { facts }),
    });
  }
}
