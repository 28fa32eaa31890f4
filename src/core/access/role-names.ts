declare global {
  namespace Latchkey {
    /**
     * Names the auth object of the application once. So `req.auth`, `c.var.auth`, the guards and `ownerOr` know its own
     * fields, session dictionary, roles and permissions. `declare global { namespace Latchkey { interface Register {
     * auth: typeof auth } } }`
     */
    interface Register {}
  }
}

/** Role → its permissions, from the option `roles`. */
export type RoleGrants = Readonly<Record<string, readonly string[]>>;

/** The names of roles: those of the option `roles`, and the built-in `user` and `admin`. Without the option any text. */
export type RoleName<Roles extends RoleGrants = RoleGrants> = string extends keyof Roles
  ? string
  : (keyof Roles & string) | "user" | "admin";

type Granted<Roles extends RoleGrants> = Exclude<Roles[keyof Roles][number], "*">;

/** The permissions that the option `roles` names. Any text if it names none. */
export type PermissionName<Roles extends RoleGrants = RoleGrants> = [Granted<Roles>] extends [never]
  ? string
  : Granted<Roles>;

/** The option `roles` of the registered auth object. */
export type RegisteredRoles = Latchkey.Register extends {
  auth: { readonly settings: { readonly roles: infer Roles extends RoleGrants } };
}
  ? Roles
  : RoleGrants;
