export { findWorkingPassword, hasPassword } from "./has-password.ts";
export { tryPassword } from "./try-password.ts";
