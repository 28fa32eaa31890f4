import type { Migration } from "latchkey";

/** The application's own schema, oldest first. Deleting an account deletes its posts. */
export const migrations: Migration[] = [
  {
    id: 1,
    name: "posts",
    sql: `CREATE TABLE posts (
  id TEXT PRIMARY KEY,
  author_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  title TEXT NOT NULL,
  content TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
);
CREATE INDEX posts_author ON posts (author_id, id);`,
  },
];
