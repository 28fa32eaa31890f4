export { admin } from "./feature.ts";
export type { ManagedUser, NewUser, UserQuery } from "./users.ts";
