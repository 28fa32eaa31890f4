import type { Migration } from "../../platform/database/index.ts";

/** Data of mailed secrets, mail that is deleted with its account, and deletion after a grace. */
export const accountsByMail: Migration = {
  id: 2,
  name: "accounts by mail",
  sql: `
ALTER TABLE users ADD COLUMN delete_after INTEGER;

CREATE INDEX users_by_deletion ON users (delete_after) WHERE delete_after IS NOT NULL;

CREATE INDEX audit_by_actor ON audit (actor) WHERE actor IS NOT subject;

CREATE INDEX audit_by_origin ON audit (time) WHERE user_agent IS NOT NULL OR instr(address, '/') = 0;

ALTER TABLE one_time_tokens ADD COLUMN address TEXT;

ALTER TABLE one_time_tokens ADD COLUMN browser BLOB;

ALTER TABLE one_time_tokens ADD COLUMN code BLOB;

ALTER TABLE one_time_tokens ADD COLUMN data TEXT;

CREATE INDEX one_time_tokens_by_browser ON one_time_tokens (browser) WHERE browser IS NOT NULL;

ALTER TABLE devices ADD COLUMN previous_digest BLOB;

CREATE INDEX devices_by_previous_digest ON devices (previous_digest) WHERE previous_digest IS NOT NULL;

ALTER TABLE outbox ADD COLUMN user_id TEXT REFERENCES users (id) ON DELETE CASCADE;

CREATE INDEX outbox_by_user ON outbox (user_id) WHERE user_id IS NOT NULL;

CREATE INDEX outbox_errands ON outbox (send_after)
  WHERE sent_at IS NULL AND failed_at IS NULL AND substr(kind, 1, 7) = 'errand:';
`,
};
