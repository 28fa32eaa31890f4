import type { Context } from "hono";
import { LatchkeyError } from "latchkey";
import { refuse } from "latchkey/hono";

/** What stands behind a path's routes: every other method is refused with the ones there are (row HD-10). */
export function only(...allow: string[]): (c: Context) => Promise<Response> {
  return (c) => refuse(c, new LatchkeyError("method_not_allowed", { allow }));
}
