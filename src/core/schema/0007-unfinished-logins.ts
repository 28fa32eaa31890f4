import type { Migration } from "../../platform/database/index.ts";

/** The mail that leaves if a sign-in with a step left isn't finished. */
export const unfinishedLogins: Migration = {
  id: 7,
  name: "unfinished sign-ins",
  sql: "ALTER TABLE pending_logins ADD COLUMN notice_id TEXT;",
};
