export { ownerOr, type Policy } from "./policies.ts";
export { assertAdministratorRemains, LastAdministrator, setRoles } from "./roles.ts";
