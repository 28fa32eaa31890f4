export { reauthenticateFeature } from "./feature.ts";
