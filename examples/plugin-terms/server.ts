import { serve } from "@hono/node-server";
import { Hono } from "hono";
import { createAuth, ui } from "latchkey";
import { latchkey, page, requireLogin } from "latchkey/hono";
import { acmeTerms } from "./index.ts";

const { html, linkButton, pageHeader } = ui;

const port = Number(process.env.PORT ?? 3000);
// "open" signs people in at once, since this example sends no mail.
const auth = createAuth({
  origin: `http://localhost:${port}`,
  database: process.env.DATABASE_URL ?? "sqlite:data/example.db",
  siteName: "Acme",
  registration: "open",
  locales: ["en", "de"],
  plugins: [acmeTerms({ version: process.env.TERMS_VERSION ?? "1" })],
});

const app = new Hono();
app.use(latchkey(auth));
app.get("/", (c) => c.redirect("/dashboard"));
app.get("/terms", (c) =>
  page(c, { title: "Terms", width: "content", body: html`${pageHeader({ title: "Terms" })}<p>Be kind.</p>` }),
);
app.get("/dashboard", requireLogin(), (c) =>
  page(c, {
    title: "Dashboard",
    width: "content",
    body: html`${pageHeader({ title: `Welcome, ${c.var.auth.user.email}` })}
${linkButton({ href: "/account", label: "Your account" })}`,
  }),
);

serve({ fetch: app.fetch, port }, () => console.log(`http://localhost:${port}/dashboard`));
