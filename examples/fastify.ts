import fastify from "fastify";
import { createAuth } from "latchkey";
import { latchkey, requireLogin } from "latchkey/fastify";

const port = Number(process.env.PORT ?? 3000);
// "open" signs people in at once, since this example sends no mail.
const auth = createAuth({
  origin: `http://localhost:${port}`,
  database: process.env.DATABASE_URL ?? "sqlite:data/example.db",
  registration: "open",
});

const app = fastify();
app.register(latchkey(auth)); // pages at /register, /login, /account …; request.auth everywhere
app.get("/dashboard", { preHandler: requireLogin() }, async (request) => {
  return `Welcome, ${request.auth.requireLogin().email}`;
});

await app.listen({ port });
console.log(`http://localhost:${port}/dashboard`);
