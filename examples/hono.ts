import { serve } from "@hono/node-server";
import { Hono } from "hono";
import { createAuth } from "latchkey";
import { latchkey, requireLogin } from "latchkey/hono";

const port = Number(process.env.PORT ?? 3000);
// "open" signs people in at once, since this example sends no mail.
const auth = createAuth({
  origin: `http://localhost:${port}`,
  database: process.env.DATABASE_URL ?? "sqlite:data/example.db",
  registration: "open",
});

const app = new Hono();
app.use(latchkey(auth)); // pages at /register, /login, /account …; c.var.auth everywhere
app.get("/dashboard", requireLogin(), (c) => c.text(`Welcome, ${c.var.auth.user.email}`));

serve({ fetch: app.fetch, port }, () => console.log(`http://localhost:${port}/dashboard`));
