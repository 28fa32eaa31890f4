import type { Transaction } from "../../platform/database/index.ts";
import { recordEvent } from "../audit/index.ts";
import type { Core, RequestFacts } from "../core.ts";
import { credentialsChanged } from "../sessions/index.ts";
import { addRole, countActiveWithRole, removeRole, rolesOf, type UserRow } from "../users/index.ts";

/** The change would leave nobody who can administer (row AZ-09). */
export class LastAdministrator extends Error {
  readonly code = "last_administrator";
  constructor() {
    super("This is the last active administrator: give another account the role admin first.");
    this.name = "LastAdministrator";
  }
}

const roleName = /^[a-z][a-z0-9_-]{0,31}$/;

/** Throws `LastAdministrator` if no active administrator is left in this transaction. */
export async function assertAdministratorRemains(tx: Transaction): Promise<void> {
  const row = await countActiveWithRole(tx, "admin");
  if ((row?.count ?? 0) === 0) throw new LastAdministrator();
}

/**
 * Gives an account exactly these roles (and `user`, which everybody has). Rights count from the next request on;
 * an account that gains rights has its sessions ended, so that no value from before carries them (row SL-02).
 * `actor` is who does it: a user id, or `operator`.
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
      throw new TypeError(
        `"${role}" is no role: use up to 32 lower-case letters, digits, _ and -, a letter first.`,
      );
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
  await recordEvent(core, tx, {
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
      ...(facts === undefined ? {} : { facts }),
    });
  }
}
