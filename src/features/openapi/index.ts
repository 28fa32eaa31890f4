export { guardWords, type InputField, inputFields, refusalCodes } from "./declared.ts";
export { openApiDocument } from "./document.ts";
export { openapiRoutes } from "./routes.ts";
