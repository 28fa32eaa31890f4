import type { Migration } from "../../platform/database/index.ts";

/** The mail that is sent if a sign-in with a remaining step isn't finished. */
export const unfinishedLogins: Migration = {
  id: 7,
  name: "unfinished sign-ins",
  sql: "ALTER TABLE pending_logins ADD COLUMN notice_id TEXT;",
};
