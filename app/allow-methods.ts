import type { Context } from "hono";
import { LatchkeyError } from "latchkey";
import { refuse } from "latchkey/hono";

/** Comes behind a path's routes: refuses every other method with the declared ones. */
// Row HD-10.
export function only(...allow: string[]): (c: Context) => Promise<Response> {
  return (c) => refuse(c, new LatchkeyError("method_not_allowed", { allow }));
}
