import type { AdapterAuth } from "../adapter-auth.ts";
import { type IncomingRequest, notes } from "../core/requests/index.ts";

/** The library's view of a request, for the guards behind it. */
export interface Entry {
  auth: AdapterAuth;
  incoming: IncomingRequest;
}

export interface Entries<Key extends object, Kept extends Entry> {
  set(request: Key, entry: Kept): void;
  find(request: Key): Kept | undefined;
  /** Throws a `TypeError` if the library did not see the request, so that a guard fails closed. */
  of(request: Key): Kept;
}

/**
 * The entries of an adapter, kept with the framework's own request. `call` names the middleware that a request must
 * pass.
 */
export function createEntries<Key extends object, Kept extends Entry = Entry>(
  call: string,
): Entries<Key, Kept> {
  const kept = notes<Key, Kept>();
  return {
    set: kept.set,
    find: kept.get,
    of(request) {
      const entry = kept.get(request);
      if (entry !== undefined) return entry;
      throw new TypeError(`This needs ${call}; refusing the request.`);
    },
  };
}
