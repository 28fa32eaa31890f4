export { endOtherSessions, endOwnSession } from "./end-sessions.ts";
export { everySession, type ListedSession, listedSessionJson, listSessions } from "./list-sessions.ts";
export { accountSessionsRoutes } from "./routes.ts";
