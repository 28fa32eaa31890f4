import type { Migration } from "../../platform/database/index.ts";

/** Sign-ins with a remaining step. They aren't sessions, so they have a separate table. */
export const pendingLogins: Migration = {
  id: 5,
  name: "pending sign-ins",
  sql: `
CREATE TABLE pending_logins (
  digest BLOB PRIMARY KEY,
  user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  proofs TEXT NOT NULL,
  stage TEXT NOT NULL,
  remember INTEGER NOT NULL,
  next TEXT,
  failures INTEGER NOT NULL,
  epoch INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX pending_logins_by_user ON pending_logins (user_id);

CREATE INDEX pending_logins_by_expiry ON pending_logins (expires_at);
`,
};
