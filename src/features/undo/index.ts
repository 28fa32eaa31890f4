export { undoRoutes } from "./routes.ts";
export { undoChange } from "./undo.ts";
