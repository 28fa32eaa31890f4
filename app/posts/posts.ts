import {
  type Clock,
  type Database,
  LatchkeyError,
  type Queries,
  rowsInPages,
  type User,
  uuidv7,
} from "latchkey";
import {
  findEarlierPost,
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

/** Posts that are read at once: each may be as long as a small book. */
const DOWNLOADED_AT_ONCE = 2;

/** All posts of an author, newest first, for the author's download. */
export async function* postsOf(db: Queries, authorId: string): AsyncGenerator<Post> {
  const rows = rowsInPages<PostRow>(DOWNLOADED_AT_ONCE, (last, limit) =>
    findPostsOf(db, authorId, last?.id ?? AFTER_ALL, limit),
  );
  for await (const row of rows) yield toPost(row);
}

/** More than an author writes, and too few to fill the disk. */
const POSTS_PER_HOUR = 30;
const HOUR = 60 * 60 * 1000;

async function refuseTooMany(db: Queries, author: User, now: number): Promise<void> {
  const earlier = await findEarlierPost(db, author.id, POSTS_PER_HOUR - 1);
  const wait = (earlier?.created_at ?? 0) + HOUR - now;
  if (wait <= 0) return;
  const minutes = Math.ceil(wait / 60_000);
  throw new LatchkeyError("too_many_attempts", {
    retryAfterSeconds: Math.ceil(wait / 1000),
    sentence: `You've published ${POSTS_PER_HOUR} posts within an hour. Wait ${minutes === 1 ? "a minute" : `${minutes} minutes`}, then publish this one.`,
  });
}

/** Throws `too_many_attempts` after 30 posts within an hour. */
export async function publishPost(db: Database, clock: Clock, author: User, input: PostInput): Promise<Post> {
  const now = clock.now();
  const id = uuidv7(now);
  await db.transaction(async (tx) => {
    await refuseTooMany(tx, author, now);
    await insertPost(tx, { id, authorId: author.id, ...input, now });
  });
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
