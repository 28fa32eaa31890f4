export { ownerOr, type Policy, type PolicyFilter } from "./policies.ts";
export type { PermissionName, RegisteredRoles, RoleGrants, RoleName } from "./role-names.ts";
export { assertAdministratorRemains, isRoleName, LastAdministrator, setRoles } from "./roles.ts";
export { ifAllowed } from "./verdict.ts";
