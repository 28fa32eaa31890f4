import type { Migration } from "../migrate.ts";

/** What mailed secrets carry with them, mail that goes with its account, and deletion after a grace. */
export const accountsByMail: Migration = {
  id: 2,
  name: "accounts by mail",
  sql: `
ALTER TABLE users ADD COLUMN delete_after INTEGER;

CREATE INDEX users_by_deletion ON users (delete_after) WHERE delete_after IS NOT NULL;

ALTER TABLE one_time_tokens ADD COLUMN address TEXT;

ALTER TABLE one_time_tokens ADD COLUMN browser BLOB;

ALTER TABLE one_time_tokens ADD COLUMN code BLOB;

ALTER TABLE outbox ADD COLUMN user_id TEXT REFERENCES users (id) ON DELETE CASCADE;

CREATE INDEX outbox_by_user ON outbox (user_id) WHERE user_id IS NOT NULL;
`,
};
