export { tryPassword } from "./try-password.ts";
