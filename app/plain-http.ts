import type { MiddlewareHandler } from "hono";
import { type Auth, LatchkeyError } from "latchkey";

/**
 * For a proxy that reports plain http. Pages redirect to https; everything else is refused. A redirected program would
 * keep sending its secrets unencrypted.
 */
// Row HD-01.
export function refusePlainHttp(auth: Auth): MiddlewareHandler {
  return async (c, next) => {
    if (c.req.header("x-forwarded-proto")?.split(",").at(-1)?.trim().toLowerCase() !== "http") return next();
    const { method } = c.req;
    const isPage = (method === "GET" || method === "HEAD") && !c.req.header("accept")?.includes("json");
    if (!isPage)
      return auth.adapter.refuse(c.req.raw, new LatchkeyError("forbidden", { detail: "plain http" }));
    const { pathname, search } = new URL(c.req.url);
    return c.body(null, 308, { Location: `${auth.settings.origin.origin}${pathname}${search}` });
  };
}
