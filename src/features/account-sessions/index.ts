export { accountSessions } from "./feature.ts";
export type { ListedSession, ManagedSession } from "./list-sessions.ts";
