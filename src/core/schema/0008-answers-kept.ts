import type { Migration } from "../../platform/database/index.ts";

/** Answers to forms that succeeded a moment ago, sealed, for the same form sent twice. */
export const answersKept: Migration = {
  id: 8,
  name: "answers to forms sent twice",
  sql: `
CREATE TABLE kept_answers (
  digest BLOB PRIMARY KEY,
  user_id TEXT REFERENCES users (id) ON DELETE CASCADE,
  network TEXT,
  answer BLOB NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX kept_answers_by_user ON kept_answers (user_id, expires_at);

CREATE INDEX kept_answers_by_network ON kept_answers (network, expires_at);

CREATE INDEX kept_answers_by_expiry ON kept_answers (expires_at);
`,
};
