import { type Clock, LatchkeyError, type Queries, type User, uuidv7 } from "latchkey";
import {
  findPost,
  findPostsBefore,
  findPostsOf,
  findPostsToEdit,
  insertPost,
  type PostRow,
  removePost,
  updatePost,
} from "./queries.ts";

export interface Post {
  id: string;
  authorId: string;
  /** The author's username; an address is never shown to other visitors. */
  // Row PV-03.
  authorName: string | null;
  title: string;
  content: string;
  /** UTC milliseconds. */
  createdAt: number;
  updatedAt: number;
}

/** The fields that a form or program may set. The author comes from the session alone. */
export interface PostInput {
  title: string;
  content: string;
}

/** Sorts after every id. */
const AFTER_ALL = "~";

function toPost(row: PostRow): Post {
  return {
    id: row.id,
    authorId: row.author_id,
    authorName: row.username,
    title: row.title,
    content: row.content,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

/** Throws `not_found`. */
export async function requirePost(db: Queries, id: string): Promise<Post> {
  const row = await findPost(db, id);
  if (row === undefined) throw new LatchkeyError("not_found", { detail: "no such post" });
  return toPost(row);
}

/** A page of posts, newest first, and the cursor of the next page. */
export async function listPosts(
  db: Queries,
  { cursor, limit }: { cursor: string | undefined; limit: number },
): Promise<{ posts: Post[]; next: string | null }> {
  const rows = await findPostsBefore(db, cursor ?? AFTER_ALL, limit + 1);
  const posts = rows.slice(0, limit).map(toPost);
  return { posts, next: rows.length > limit ? (posts.at(-1)?.id ?? null) : null };
}

export async function postsToEdit(db: Queries, user: User, limit: number): Promise<Post[]> {
  return (await findPostsToEdit(db, user, limit)).map(toPost);
}

/** All posts of an author, newest first, for the author's download. */
export async function postsOf(db: Queries, authorId: string): Promise<Post[]> {
  return (await findPostsOf(db, authorId)).map(toPost);
}

export async function publishPost(db: Queries, clock: Clock, author: User, input: PostInput): Promise<Post> {
  const now = clock.now();
  const id = uuidv7(now);
  await insertPost(db, { id, authorId: author.id, ...input, now });
  return requirePost(db, id);
}

/** Throws `not_found` if the post is deleted or the policy refuses. */
export async function changePost(
  db: Queries,
  clock: Clock,
  user: User,
  { id, ...input }: PostInput & { id: string },
): Promise<Post> {
  const changed = await updatePost(db, user, { id, ...input, now: clock.now() });
  if (changed === 0) throw new LatchkeyError("not_found", { detail: "no such post to change" });
  return requirePost(db, id);
}

/** Throws `not_found` if the post is deleted or the policy refuses. */
export async function deletePost(db: Queries, user: User, id: string): Promise<void> {
  if ((await removePost(db, user, id)) === 0) {
    throw new LatchkeyError("not_found", { detail: "no such post to delete" });
  }
}
