import type { Queries, User } from "latchkey";
import { editing } from "./policy.ts";

export interface PostRow {
  id: string;
  author_id: string;
  /** Null for an author without a public name. */
  username: string | null;
  title: string;
  content: string;
  created_at: number;
  updated_at: number;
}

const select = `SELECT posts.id, posts.author_id, users.username, posts.title, posts.content, posts.created_at, posts.updated_at
FROM posts JOIN users ON users.id = posts.author_id`;

export function findPost(db: Queries, id: string): Promise<PostRow | undefined> {
  return db.one(`${select} WHERE posts.id = $1`, id);
}

/** Newest first, beginning with the one before `cursor`. Ids sort by time of creation. */
export function findPostsBefore(db: Queries, cursor: string, limit: number): Promise<PostRow[]> {
  return db.all(`${select} WHERE posts.id < $1 ORDER BY posts.id DESC LIMIT $2`, cursor, limit);
}

/** The posts that the policy lets this user change, newest first. */
export function findPostsToEdit(db: Queries, user: User, limit: number): Promise<PostRow[]> {
  const { sql, parameters } = editing.filter(user, "posts.author_id", 2);
  return db.all(`${select} WHERE ${sql} ORDER BY posts.id DESC LIMIT $1`, limit, ...parameters);
}

/** An author's posts, newest first, from the one before `cursor` on. */
export function findPostsOf(
  db: Queries,
  authorId: string,
  cursor: string,
  limit: number,
): Promise<PostRow[]> {
  return db.all(
    `${select} WHERE posts.author_id = $1 AND posts.id < $2 ORDER BY posts.id DESC LIMIT $3`,
    authorId,
    cursor,
    limit,
  );
}

/** When the author published the post that so many newer ones follow. */
export function findEarlierPost(
  db: Queries,
  authorId: string,
  newer: number,
): Promise<{ created_at: number } | undefined> {
  return db.one(
    "SELECT created_at FROM posts WHERE author_id = $1 ORDER BY id DESC LIMIT 1 OFFSET $2",
    authorId,
    newer,
  );
}

export function insertPost(
  db: Queries,
  post: { id: string; authorId: string; title: string; content: string; now: number },
): Promise<number> {
  const { id, authorId, title, content, now } = post;
  return db.run(
    "INSERT INTO posts (id, author_id, title, content, created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $5)",
    id,
    authorId,
    title,
    content,
    now,
  );
}

/** Changes nothing if the policy refuses, even if a route forgot to check. */
export function updatePost(
  db: Queries,
  user: User,
  post: { id: string; title: string; content: string; now: number },
): Promise<number> {
  const { sql, parameters } = editing.filter(user, "author_id", 5);
  const { id, title, content, now } = post;
  return db.run(
    `UPDATE posts SET title = $1, content = $2, updated_at = $3 WHERE id = $4 AND ${sql}`,
    title,
    content,
    now,
    id,
    ...parameters,
  );
}

export function removePost(db: Queries, user: User, id: string): Promise<number> {
  const { sql, parameters } = editing.filter(user, "author_id", 2);
  return db.run(`DELETE FROM posts WHERE id = $1 AND ${sql}`, id, ...parameters);
}
