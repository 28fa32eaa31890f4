export { ownerOr, type Policy } from "./policies.ts";
export { keepAnAdministrator, LastAdministrator, setRoles } from "./roles.ts";
