import express from "express";
import { createAuth } from "latchkey";
import { latchkey, requireLogin } from "latchkey/express";

const port = Number(process.env.PORT ?? 3000);
// "open" signs people in at once, since this example sends no mail.
const auth = createAuth({
  origin: `http://localhost:${port}`,
  database: process.env.DATABASE_URL ?? "sqlite:data/example.db",
  registration: "open",
});

const app = express();
app.use(latchkey(auth)); // pages at /register, /login, /account …; req.auth everywhere
app.get("/dashboard", requireLogin(), (req, res) => {
  res.type("text").send(`Welcome, ${req.auth.requireLogin().email}`);
});

app.listen(port, () => console.log(`http://localhost:${port}/dashboard`));
