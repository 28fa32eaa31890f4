import { LatchkeyError } from "../../platform/errors/index.ts";
import { type Duration, milliseconds } from "../../platform/time/index.ts";
import { ifAllowed, type Policy } from "../access/index.ts";
import type { Core } from "../core.ts";
import { requireFreshProof, type Session } from "../sessions/index.ts";
import type { User } from "../users/index.ts";

type AnyPolicy<Resource> = Pick<Policy<Resource, boolean | Promise<boolean>>, "allows">;

/** What the user of a request may do: questions, and guards that throw. */
export abstract class UserGuards<Fields extends object> {
  readonly #core: Core;

  /** The signed-in user, or null. */
  abstract get user(): User<Fields> | null;

  /** The live session, or null. */
  abstract get session(): Session | null;

  protected constructor(core: Core) {
    this.#core = core;
  }

  hasRole(role: string): boolean {
    return this.user?.roles.includes(role) ?? false;
  }

  /** Whether one of the user's roles grants this permission (option `roles`; `"*"` grants all). */
  hasPermission(permission: string): boolean {
    const grants = this.#core.settings.roles;
    return (
      this.user?.roles.some((role) => {
        const granted = Object.hasOwn(grants, role) ? grants[role] : undefined;
        return granted?.includes(permission) === true || granted?.includes("*") === true;
      }) ?? false
    );
  }

  can<Resource>(policy: Pick<Policy<Resource>, "allows">, resource: Resource): boolean;
  can<Resource>(
    policy: Pick<Policy<Resource, Promise<boolean>>, "allows">,
    resource: Resource,
  ): Promise<boolean>;
  /** Whether a policy allows the user to act on a resource. */
  can<Resource>(policy: AnyPolicy<Resource>, resource: Resource): boolean | Promise<boolean> {
    return policy.allows(this.user, resource);
  }

  /** The user; throws `login_required` without a session. */
  requireLogin(): User<Fields> {
    const { user } = this;
    if (user === null) throw new LatchkeyError("login_required");
    return user;
  }

  /** The user with the session; throws `login_required`. */
  requireSession(): { user: User<Fields>; session: Session } {
    const user = this.requireLogin();
    const { session } = this;
    if (session === null) throw new LatchkeyError("login_required");
    return { user, session };
  }

  /** Throws `login_required` or `forbidden`. */
  requireRole(role: string): User<Fields> {
    const user = this.requireLogin();
    if (!user.roles.includes(role))
      throw new LatchkeyError("forbidden", { detail: `role ${role} is needed` });
    return user;
  }

  /** Throws `login_required` or `forbidden`. */
  requirePermission(permission: string): User<Fields> {
    const user = this.requireLogin();
    if (!this.hasPermission(permission)) {
      throw new LatchkeyError("forbidden", { detail: `permission ${permission} is needed` });
    }
    return user;
  }

  require<Resource>(policy: Pick<Policy<Resource>, "allows">, resource: Resource): User<Fields>;
  require<Resource>(
    policy: Pick<Policy<Resource, Promise<boolean>>, "allows">,
    resource: Resource,
  ): Promise<User<Fields>>;
  /** Throws `login_required`, or `forbidden` unless the policy allows it. */
  require<Resource>(policy: AnyPolicy<Resource>, resource: Resource): User<Fields> | Promise<User<Fields>> {
    const user = this.requireLogin();
    return ifAllowed(policy.allows(user, resource), user);
  }

  /** Throws `login_required`, or `forbidden` unless `ownerId` is the user. */
  requireOwner(ownerId: string): User<Fields> {
    const user = this.requireLogin();
    if (user.id !== ownerId) throw new LatchkeyError("forbidden", { detail: "another user owns this" });
    return user;
  }

  /** Throws `login_required`, or `reauthentication_required` if the last proof is older than `within`. */
  requireFreshLogin(within: Duration): User<Fields> {
    const { user, session } = this.requireSession();
    requireFreshProof(this.#core, { user, session }, milliseconds(within, "within"));
    return user;
  }
}
