import { run } from "../../platform/database/index.ts";

/** The next sign-in requires another password. */
export const demandPasswordChange = run<[userId: string]>(
  "UPDATE passwords SET must_change = 1 WHERE user_id = $1",
);
