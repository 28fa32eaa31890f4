export { undo } from "./feature.ts";
