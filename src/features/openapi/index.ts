export { guardWords, inputFields, refusalCodes, successes } from "./declared.ts";
export { openapiRoutes } from "./routes.ts";
