export { emailChange } from "./feature.ts";
