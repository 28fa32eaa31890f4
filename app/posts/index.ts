export { postList } from "./pages.ts";
export { postJson } from "./post-json.ts";
export { type Post, postsOf, postsToEdit } from "./posts.ts";
