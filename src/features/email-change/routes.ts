import type { Route } from "../../core/requests/index.ts";

export const emailChangeRoutes: Route[] = [];
