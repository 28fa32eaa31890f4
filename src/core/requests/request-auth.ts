import type { Html } from "../../platform/html/index.ts";
import type { Duration } from "../../platform/time/index.ts";
import type { PermissionName, Policy, RoleGrants, RoleName } from "../access/index.ts";
import type { EndReason, Session } from "../sessions/index.ts";
import type { User } from "../users/index.ts";
import type { Flash, FlashCategory } from "./data-cookie.ts";
import type { SessionData } from "./session-data.ts";

/**
 * The library's view of one request: the signed-in user, the session's values, the CSRF token of its forms. Made once a
 * request. Only the session check runs at once; the rest runs on demand.
 */
export interface RequestAuth<
  Fields extends object = object,
  Values extends object = Record<string, unknown>,
  Roles extends RoleGrants = RoleGrants,
> {
  /** The signed-in user, or null. */
  readonly user: User<Fields> | null;
  /** The live session, or null. */
  readonly session: Session | null;
  /** Why the session of this browser ended; null for a browser that never had one. */
  readonly endedReason: EndReason | null;
  /** Names the request in answers and in the log. */
  readonly requestId: string;
  /** The client's address, trusted only as far as the option `trustedProxies` says. */
  readonly address: string;
  /** The language of the answer: the account's, else the best of `Accept-Language`, else the default. */
  readonly locale: string;
  /** Whether the user has this role. False for visitors. */
  hasRole(role: RoleName<Roles>): boolean;
  /** Whether one of the user's roles grants this permission (option `roles`; `"*"` grants all). False for visitors. */
  hasPermission(permission: PermissionName<Roles>): boolean;
  /** Whether a policy allows the user to act on a resource. A policy that answers later makes it a promise. */
  can<Resource>(policy: Pick<Policy<Resource>, "allows">, resource: Resource): boolean;
  can<Resource>(
    policy: Pick<Policy<Resource, Promise<boolean>>, "allows">,
    resource: Resource,
  ): Promise<boolean>;
  /** The user. Throws `login_required`. */
  requireLogin(): User<Fields>;
  /** The user with the session. Throws `login_required`. */
  requireSession(): { user: User<Fields>; session: Session };
  /** Throws `login_required` or `forbidden`. */
  requireRole(role: RoleName<Roles>): User<Fields>;
  /** Throws `login_required` or `forbidden`. */
  requirePermission(permission: PermissionName<Roles>): User<Fields>;
  /**
   * Throws `login_required`, or `forbidden` unless the policy allows it. A policy that answers later makes it a promise
   * that rejects with `forbidden`: without `await` it doesn't guard.
   */
  require<Resource>(policy: Pick<Policy<Resource>, "allows">, resource: Resource): User<Fields>;
  require<Resource>(
    policy: Pick<Policy<Resource, Promise<boolean>>, "allows">,
    resource: Resource,
  ): Promise<User<Fields>>;
  /** Throws `login_required`, or `forbidden` unless `ownerId` is the user's id. */
  requireOwner(ownerId: string): User<Fields>;
  /** Throws `login_required`, or `reauthentication_required` if the last proof is older than `within`. */
  requireFreshLogin(within: Duration): User<Fields>;
  /** The session dictionary. */
  readonly data: SessionData<Values>;
  /** Keeps a message for the next page that shows messages. */
  flash(message: string, category?: FlashCategory): void;
  /** The kept messages; each is shown once. */
  takeFlashes(): Flash[];
  /** The token that forms and `X-CSRF-Token` carry. Bound to the session, or to the anonymous browser before it. */
  readonly csrfToken: string;
  /** The hidden input with the CSRF token. */
  readonly csrfField: Html;
  /** The `Set-Cookie` values for this request's answer; adapters set them. */
  setCookies(): string[];
  /** Whether the answer depends on the session, so that caches must not store it. For adapters. */
  readonly isPersonal: boolean;
}

/** The request's auth behind a guard: a user is signed in. */
export type SignedInAuth<
  Fields extends object = object,
  Values extends object = Record<string, unknown>,
  Roles extends RoleGrants = RoleGrants,
> = Omit<RequestAuth<Fields, Values, Roles>, "user" | "session"> & {
  readonly user: User<Fields>;
  readonly session: Session;
};
