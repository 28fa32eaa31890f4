export { openApiDocument } from "./document.ts";
export { openapi } from "./feature.ts";
