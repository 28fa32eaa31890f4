import type { Post } from "./posts.ts";

/** A post in JSON answers. Its author has a name at most, never an address. */
// Row PV-03.
export function postJson(post: Post): Record<string, unknown> {
  return {
    id: post.id,
    title: post.title,
    content: post.content,
    author: { id: post.authorId, username: post.authorName },
    created_at: new Date(post.createdAt).toISOString(),
    updated_at: new Date(post.updatedAt).toISOString(),
  };
}
