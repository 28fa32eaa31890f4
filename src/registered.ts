import type { Auth } from "./auth-object.ts";
import type { PermissionName, RegisteredRoles, RoleName } from "./core/access/index.ts";
import type { RequestAuth, SignedInAuth } from "./core/requests/index.ts";

/** The request's auth for the auth object that was registered; with no own fields if none was. */
export type RequestAuthOf<Registered> = Registered extends {
  auth: Auth<infer Own, infer Values, infer Roles>;
}
  ? RequestAuth<Own, Values, Roles>
  : RequestAuth;

/** What `req.auth` is in this application. */
export type RegisteredAuth = RequestAuthOf<Latchkey.Register>;

/** What a guard makes of the request's auth. */
export type SignedInAuthOf<Registered> = Registered extends {
  auth: Auth<infer Own, infer Values, infer Roles>;
}
  ? SignedInAuth<Own, Values, Roles>
  : SignedInAuth;

/** What `c.var.auth` is behind a guard of this application. */
export type RegisteredSignedIn = SignedInAuthOf<Latchkey.Register>;

/** A role of this application, for guards. */
export type RegisteredRole = RoleName<RegisteredRoles>;

/** A permission of this application, for guards. */
export type RegisteredPermission = PermissionName<RegisteredRoles>;
