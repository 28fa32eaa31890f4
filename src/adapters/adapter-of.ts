import type { AdapterAuth } from "../adapter-auth.ts";
import type { Auth } from "../auth.ts";

/** The adapters' view of an auth object. */
export function adapterOf<Own extends object, Values extends object>(auth: Auth<Own, Values>): AdapterAuth {
  return auth.adapter;
}
