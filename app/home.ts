import { Hono } from "hono";
import { type Auth, type Page, type RequestAuth, ui } from "latchkey";
import { page } from "latchkey/hono";
import { only } from "./allow-methods.ts";
import { mayRegister } from "./navigation.ts";

const { html, keyMark, linkButton } = ui;

const features = [
  {
    title: "Everybody reads",
    text: "Posts are public. You can read them without an account, and your email address is never shown.",
  },
  {
    title: "You write",
    text: "With an account you publish, change and delete your own posts, no others.",
  },
  {
    title: "You stay in charge",
    text: "Change your password at any time: every other device is logged out at once.",
  },
];

function firstButton(auth: RequestAuth, open: boolean): ui.Html {
  const variant = "primary";
  if (auth.user !== null) return linkButton({ href: "/dashboard", label: "Open your dashboard", variant });
  if (open) return linkButton({ href: "/register", label: "Create your account", variant });
  return linkButton({ href: "/login", label: "Log in", variant });
}

function homePage(auth: RequestAuth, open: boolean): Page {
  return {
    title: "Welcome",
    description: "Share what you think with everybody, under an account that only you can open.",
    width: "content",
    body: html`<section class="hero">${keyMark()}<h1>A place to write, safely locked</h1>
<p>Share what you think with everybody, under an account that only you can open.</p>
<div class="actions">${firstButton(auth, open)}${linkButton({ href: "/posts", label: "Read the posts" })}</div></section>
<ul class="features">${features.map(({ title, text }) => html`<li><h2>${title}</h2><p>${text}</p></li>`)}</ul>`,
  };
}

/** The public front page. */
export function homeRoutes({ settings }: Auth): Hono {
  const app = new Hono();
  const open = mayRegister(settings.registration);
  app.get("/", (c) => page(c, homePage(c.var.auth, open)));
  app.all("/", only("GET", "HEAD"));
  return app;
}
