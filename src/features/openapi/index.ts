export { guardWords, inputFields, refusalCodes, successes } from "./declared.ts";
export { openApiDocument } from "./document.ts";
export { openapi } from "./feature.ts";
