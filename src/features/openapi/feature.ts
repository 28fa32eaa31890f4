import { feature } from "../../core/feature/index.ts";
import { openapiRoutes } from "./routes.ts";

/** The description of every route for programs. */
export const openapi = feature("openapi", { routes: openapiRoutes });
