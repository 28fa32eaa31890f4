import { handlers } from "latchkey/next";
import { auth } from "../../auth.ts";

// Pages at /register, /login, /account …; the application's own routes go before this one.
export const { GET, HEAD, POST, PUT, PATCH, DELETE } = handlers(auth);
