export { hasPassword } from "./has-password.ts";
export { tryPassword } from "./try-password.ts";
