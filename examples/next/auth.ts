import { createAuth } from "latchkey";

// "open" signs people in at once, since this example sends no mail.
export const auth = createAuth({
  origin: `http://localhost:${process.env.PORT ?? 3000}`,
  database: process.env.DATABASE_URL ?? "sqlite:data/example.db",
  registration: "open",
});
