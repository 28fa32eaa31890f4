export { accountActivity } from "./feature.ts";
export type { Activity, ActivityPage } from "./list-activity.ts";
