import type { Route } from "../../core/requests/index.ts";

export const accountDataRoutes: Route[] = [];
