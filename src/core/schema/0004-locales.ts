import type { Migration } from "../../platform/database/index.ts";

/** The language of an account, and of a registration that waits for its confirmation. */
export const locales: Migration = {
  id: 4,
  name: "locales",
  sql: `
ALTER TABLE users ADD COLUMN locale TEXT;

ALTER TABLE pending_registrations ADD COLUMN locale TEXT;
`,
};
