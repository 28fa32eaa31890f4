export { postList } from "./pages.ts";
export { type Post, postsToEdit } from "./posts.ts";
