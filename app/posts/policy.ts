import { ownerOr } from "latchkey";
import type { Post } from "./posts.ts";

/** Who may change or delete a post: defined once here, used by the routes, the pages and the queries. */
export const editing = ownerOr((post: Post) => post.authorId, "editor", "admin");
