import type { User } from "../users/index.ts";

/**
 * A rule that decides which users may act on a resource. The guard (`auth.require`), the template (`auth.can`) and
 * the query (`filter`) share it, so they can't disagree.
 */
export interface Policy<Resource> {
  /** Whether this user may. Null is a visitor who isn't signed in. */
  allows(user: User | null, resource: Resource): boolean;
  /**
   * The same rule as SQL: a condition on the owner's column, with its parameters numbered from `firstParameter`.
   * `ownerColumn` is a column name of your own, never input.
   */
  filter(
    user: User | null,
    ownerColumn: string,
    firstParameter?: number,
  ): { sql: string; parameters: string[] };
}

/**
 * The owner may, and so may users with one of the roles.
 *
 * @example ownerOr((post: Post) => post.authorId, "editor", "admin")
 */
export function ownerOr<Resource>(
  ownerOf: (resource: Resource) => string,
  ...roles: string[]
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
