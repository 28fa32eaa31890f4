import { createServer } from "node:http";
import { createAuth } from "latchkey";
import { latchkey, requireLogin } from "latchkey/node";

const port = Number(process.env.PORT ?? 3000);
// "open" signs people in at once, since this example sends no mail.
const auth = createAuth({
  origin: `http://localhost:${port}`,
  database: process.env.DATABASE_URL ?? "sqlite:data/example.db",
  registration: "open",
});

// Pages at /register, /login, /account …; every other request comes here, with req.auth.
const listener = latchkey(auth, async (req, res) => {
  if (req.url !== "/dashboard") return res.writeHead(404).end("Not found");
  const user = await requireLogin(req, res);
  if (user !== null) res.end(`Welcome, ${user.email}`);
});

createServer(listener).listen(port, () => console.log(`http://localhost:${port}/dashboard`));
