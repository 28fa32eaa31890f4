import type { Auth } from "./auth-object.ts";
import type { PermissionName, RegisteredRoles, RoleName } from "./core/access/index.ts";
import type { RequestAuth, SignedInAuth } from "./core/requests/index.ts";

/** The request's auth for the registered auth object; without own fields if none is registered. */
export type RequestAuthOf<Registered> = Registered extends {
  auth: Auth<infer Own, infer Values, infer Roles>;
}
  ? RequestAuth<Own, Values, Roles>
  : RequestAuth;

/** The type of `req.auth` in this application. */
export type RegisteredAuth = RequestAuthOf<Latchkey.Register>;

/** The request's auth behind a guard. */
export type SignedInAuthOf<Registered> = Registered extends {
  auth: Auth<infer Own, infer Values, infer Roles>;
}
  ? SignedInAuth<Own, Values, Roles>
  : SignedInAuth;

/** The type of `c.var.auth` behind a guard of this application. */
export type RegisteredSignedIn = SignedInAuthOf<Latchkey.Register>;

/** A role of this application, for guards. */
export type RegisteredRole = RoleName<RegisteredRoles>;

/** A permission of this application, for guards. */
export type RegisteredPermission = PermissionName<RegisteredRoles>;
