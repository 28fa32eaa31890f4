export type { FieldSchema } from "../settings.ts";
export { emailKeyOf, parseEmailAddress } from "./email-address.ts";
export { checkFieldNames, type FieldValues, readOwnFields } from "./fields.ts";
export { findUser, findUserByLogin, loginIdentifier } from "./find-user.ts";
export {
  addRole,
  cancelDeletion,
  countActiveWithRole,
  findByEmailKey,
  findById,
  findByUsernameKey,
  findPassword,
  insertUser,
  listUsers,
  markEmailConfirmed,
  markFirstLogin,
  type PasswordRow,
  putPassword,
  raiseEpoch,
  removeRole,
  scheduleDeletion,
  setEmail,
  setStatus,
  switchPasswordOff,
  type UserRow,
  upgradeHash,
} from "./queries.ts";
export { type BaseUser, hasRole, rolesOf, toUser, type User, userJson } from "./user.ts";
export { parseUsername } from "./username.ts";
