import type { User } from "../users/index.ts";
import type { RegisteredRoles, RoleName } from "./role-names.ts";

/** A condition of SQL with the values of its parameters. */
export interface PolicyFilter {
  sql: string;
  parameters: string[];
}

/**
 * A rule that decides which users may act on a resource. The guard (`auth.require`), the template (`auth.can`) and the
 * query (`filter`) share it, so they can't disagree. A rule with a look-up answers with promises: `Policy<Post,
 * Promise<boolean>>`. Then `can`, `require` and `filter` answer with promises too: always await them.
 */
export interface Policy<Resource, Verdict extends boolean | Promise<boolean> = boolean> {
  /** Whether the policy allows this user. Null is a signed-out visitor. */
  allows(user: User | null, resource: Resource): Verdict;
  /**
   * The same rule as SQL: a condition on the owner's column. Its parameters are numbered from `firstParameter` (default
   * 1). `ownerColumn` is your column's name, never input.
   */
  filter(
    user: User | null,
    ownerColumn: string,
    firstParameter?: number,
  ): Verdict extends boolean ? PolicyFilter : Promise<PolicyFilter>;
}

/**
 * A policy that allows the owner, and users with one of the roles. The names of roles are those of the registered auth
 * object (`Latchkey.Register`), else any text. `filter` throws a `TypeError` for an invalid column name.
 *
 * @example
 * const editing = ownerOr((post: { authorId: string }) => post.authorId, "editor", "admin");
 * c.var.auth.require(editing, post); // throws `login_required` or `forbidden`
 * const { sql, parameters } = editing.filter(c.var.auth.user, "author_id");
 */
export function ownerOr<Resource>(
  ownerOf: (resource: Resource) => string,
  ...roles: RoleName<RegisteredRoles>[]
): Policy<Resource> {
  const byRole = (user: User): boolean => roles.some((role) => user.roles.includes(role));
  return {
    allows: (user, resource) => user !== null && (ownerOf(resource) === user.id || byRole(user)),
    filter(user, ownerColumn, firstParameter = 1) {
      if (!/^[A-Za-z_][\w.]*$/.test(ownerColumn)) throw new TypeError(`Not a column name: ${ownerColumn}`);
      if (user === null) return { sql: "1 = 0", parameters: [] };
      if (byRole(user)) return { sql: "1 = 1", parameters: [] };
      return { sql: `${ownerColumn} = $${firstParameter}`, parameters: [user.id] };
    },
  };
}
