export { type RightPassword, tryPassword } from "./try-password.ts";
