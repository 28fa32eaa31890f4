export { openapi } from "./feature.ts";
