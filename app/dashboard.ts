import { Hono } from "hono";
import { type Auth, type Page, type User, ui } from "latchkey";
import { page, requireLogin, wantsJson } from "latchkey/hono";
import { only } from "./allow-methods.ts";
import { type Post, postJson, postList, postsToEdit } from "./posts/index.ts";

const { card, emptyState, html, linkButton, linkList, pageHeader } = ui;

const SHOWN = 10;

function dashboardPage(user: User, posts: readonly Post[], now: number): Page {
  const name = user.username ?? user.email;
  const onlyOwn = posts.every((post) => post.authorId === user.id);
  const write = linkButton({ href: "/posts/new", label: "New post", variant: "primary" });
  const list =
    posts.length === 0
      ? emptyState({
          title: "Nothing published yet",
          description: "Your posts will appear here, and everybody can read them.",
          action: linkButton({ href: "/posts/new", label: "Write your first post" }),
        })
      : postList(posts, now);
  const account = linkList([
    { href: "/account", label: "Your account", description: "Your details, your security and your data." },
    { href: "/account/password", label: "Password", description: "Choose a new password." },
  ]);
  return {
    title: "Dashboard",
    width: "content",
    body: html`${pageHeader({ title: `Welcome, ${name}!`, intro: "Your posts and your account.", actions: write })}
<section class="section"><h2>${onlyOwn ? "Your posts" : "Posts you can edit"}</h2>${list}</section>
${card({ title: "Account", level: 2, children: account })}`,
  };
}

/** The page of signed-in accounts. */
export function dashboardRoutes(auth: Auth): Hono {
  const app = new Hono();
  app.get("/dashboard", requireLogin(), async (c) => {
    const { user } = c.var.auth;
    const posts = await postsToEdit(auth.database, user, SHOWN);
    if (wantsJson(c))
      return c.json({ user: { id: user.id, name: user.username ?? user.email }, posts: posts.map(postJson) });
    return page(c, dashboardPage(user, posts, auth.clock.now()));
  });
  app.all("/dashboard", only("GET", "HEAD"));
  return app;
}
