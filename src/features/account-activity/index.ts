export {
  type Activity,
  type ActivityPage,
  activityJson,
  everyActivity,
  listActivity,
} from "./list-activity.ts";
export { accountActivityRoutes } from "./routes.ts";
