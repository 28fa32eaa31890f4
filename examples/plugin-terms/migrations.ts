import type { Migration } from "latchkey/kit";

/** Oldest first. Add to the end; never change one that was released. */
export const migrations: readonly Migration[] = [
  {
    id: 1,
    name: "acceptances",
    sql: `
CREATE TABLE acme_terms_acceptances (
  user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  version TEXT NOT NULL,
  accepted_at INTEGER NOT NULL,
  PRIMARY KEY (user_id, version)
) STRICT, WITHOUT ROWID;

CREATE INDEX acme_terms_acceptances_by_time ON acme_terms_acceptances (user_id, accepted_at);
`,
  },
];
