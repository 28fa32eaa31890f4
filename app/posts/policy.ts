import { ownerOr } from "latchkey";
import type { Post } from "./posts.ts";

/** The right to change or delete a post. Defined once, for the routes, the pages and the queries. */
export const editing = ownerOr((post: Post) => post.authorId, "editor", "admin");
