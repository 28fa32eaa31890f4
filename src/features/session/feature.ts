import { feature } from "../../core/feature/index.ts";
import { sessionRoutes } from "./routes.ts";

/** The signed-in account, and the CSRF token, for programs. */
export const sessionFeature = feature("session", { routes: sessionRoutes });
