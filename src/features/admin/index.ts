export { adminRoutes } from "./routes.ts";
export {
  createUser,
  disableUser,
  enableUser,
  endUserSessions,
  findManagedUser,
  findUsers,
  type ManagedUser,
  type NewUser,
  newPasswordLink,
  requirePasswordChange,
  setUserRoles,
  type UserQuery,
  unlockUser,
} from "./users.ts";
