import { type Context, Hono } from "hono";
import { type Auth, LatchkeyError, type Page } from "latchkey";
import { fields, page, requireLogin, wantsJson } from "latchkey/hono";
import { only } from "../allow-methods.ts";
import { readPostInput } from "./input.ts";
import { editPostPage, listPage, newPostPage, type PostForm, postPage } from "./pages.ts";
import { editing } from "./policy.ts";
import { postJson } from "./post-json.ts";
import { changePost, deletePost, listPosts, type Post, publishPost, requirePost } from "./posts.ts";

const PAGE_SIZE = 20;

const postId = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** The form as it was sent, with what is wrong; other refusals aren't the form's. */
function refusedForm(error: unknown, typed: Record<string, unknown>): PostForm {
  if (!(error instanceof LatchkeyError)) throw error;
  const { fields: problems, sentence: message } = error;
  if (problems === undefined && message === undefined) throw error;
  const text = (value: unknown) => (typeof value === "string" ? value : "");
  return {
    values: { title: text(typed.title), content: text(typed.content) },
    problems: problems ?? {},
    message,
  };
}

/** Shows the form again, with everything that was typed. */
async function showAgain(c: Context, error: unknown, form: () => Page): Promise<Response> {
  const { status, retryAfterSeconds } = error as LatchkeyError;
  const answer = await page(c, form(), status);
  if (retryAfterSeconds !== undefined) answer.headers.set("Retry-After", String(retryAfterSeconds));
  return answer;
}

/** Posts: every visitor reads, signed-in visitors write, and the policy says which posts each may change. */
export function postRoutes(auth: Auth): Hono {
  const app = new Hono();
  const { database } = auth;
  const { clock } = auth;
  const words = (c: Context) => auth.words(c.var.auth.locale);

  /** The post of the path, if the policy lets the visitor change it. Throws `not_found`, `forbidden`. */
  async function postToEdit(c: Context): Promise<Post> {
    const post = await requirePost(database, c.req.param("id") as string);
    c.var.auth.require(editing, post);
    return post;
  }

  app.get("/posts", async (c) => {
    const asked = c.req.query("cursor");
    const cursor = asked !== undefined && postId.test(asked) ? asked : undefined;
    const { posts, next } = await listPosts(database, { cursor, limit: PAGE_SIZE });
    if (wantsJson(c)) return c.json({ posts: posts.map(postJson), next_cursor: next });
    return page(c, listPage(c.var.auth, { posts, next, first: cursor === undefined, now: clock.now() }));
  });

  app.get("/posts/new", requireLogin(), async (c) => {
    if (wantsJson(c)) return c.json({ csrf_token: c.var.auth.csrfToken });
    const empty = { values: { title: "", content: "" }, problems: {} };
    return page(c, newPostPage(c.var.auth, empty, words(c)));
  });

  app.post("/posts/new", requireLogin(), async (c) => {
    const typed = await fields(c);
    try {
      const post = await publishPost(database, clock, c.var.auth.user, readPostInput(typed));
      if (wantsJson(c)) return c.json({ post: postJson(post) }, 201);
      c.var.auth.flash("Your post is published.", "success");
      return c.redirect(`/posts/${post.id}`, 303);
    } catch (error) {
      if (wantsJson(c)) throw error;
      return showAgain(c, error, () => newPostPage(c.var.auth, refusedForm(error, typed), words(c)));
    }
  });

  app.get("/posts/:id", async (c) => {
    const post = await requirePost(database, c.req.param("id"));
    if (wantsJson(c)) return c.json({ post: postJson(post) });
    return page(c, postPage(c.var.auth, post, clock.now()));
  });

  app.get("/posts/:id/edit", requireLogin(), async (c) => {
    const post = await postToEdit(c);
    if (wantsJson(c)) return c.json({ post: postJson(post), csrf_token: c.var.auth.csrfToken });
    return page(c, editPostPage(c.var.auth, post, { values: post, problems: {} }, words(c)));
  });

  app.post("/posts/:id/edit", requireLogin(), async (c) => {
    const post = await postToEdit(c);
    const typed = await fields(c);
    try {
      const input = readPostInput(typed);
      const changed = await changePost(database, clock, c.var.auth.user, { id: post.id, ...input });
      if (wantsJson(c)) return c.json({ post: postJson(changed) });
      c.var.auth.flash("Your changes are saved.", "success");
      return c.redirect(`/posts/${post.id}`, 303);
    } catch (error) {
      if (wantsJson(c)) throw error;
      return showAgain(c, error, () => editPostPage(c.var.auth, post, refusedForm(error, typed), words(c)));
    }
  });

  app.post("/posts/:id/delete", requireLogin(), async (c) => {
    const post = await postToEdit(c);
    await deletePost(database, c.var.auth.user, post.id);
    if (wantsJson(c)) return c.body(null, 204);
    c.var.auth.flash("The post is deleted.", "success");
    return c.redirect("/posts", 303);
  });

  app.all("/posts", only("GET", "HEAD"));
  app.all("/posts/new", only("GET", "HEAD", "POST"));
  app.all("/posts/:id", only("GET", "HEAD"));
  app.all("/posts/:id/edit", only("GET", "HEAD", "POST"));
  app.all("/posts/:id/delete", only("POST"));
  return app;
}
