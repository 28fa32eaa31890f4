import type { Context } from "hono";
import { LatchkeyError } from "latchkey";
import { refuse } from "latchkey/hono";

/** Follows a path's routes. Refuses every other method, with `Allow` for the declared ones. */
// Row HD-10.
export function only(...allow: string[]): (c: Context) => Promise<Response> {
  return (c) => refuse(c, new LatchkeyError("method_not_allowed", { allow }));
}
