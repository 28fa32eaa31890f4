/** Keeps recently used entries, and drops the rest. */
export interface RecentEntries<Entry> {
  get(key: string): Entry | undefined;
  set(key: string, entry: Entry): void;
  /** Drops the entries that `isGone` selects. Reads all of them. */
  forget(isGone: (entry: Entry) => boolean): void;
  clear(): void;
}

/**
 * At most `maximum` entries; the most recently used half always stays. It has two generations: the young one becomes
 * the old one when it is full, and unused entries are dropped. A single map that deletes its oldest key for every new
 * one costs thirty times as much. It walks over the holes of earlier deletions.
 */
export function recentEntries<Entry>(maximum: number): RecentEntries<Entry> {
  const half = Math.ceil(maximum / 2);
  let young = new Map<string, Entry>();
  let old = new Map<string, Entry>();

  function set(key: string, entry: Entry): void {
    if (young.size >= half) {
      old = young;
      young = new Map();
    }
    young.set(key, entry);
  }

  return {
    get(key) {
      const entry = young.get(key);
      if (entry !== undefined) return entry;
      const older = old.get(key);
      if (older !== undefined) set(key, older);
      return older;
    },
    set,
    forget(isGone) {
      for (const generation of [young, old]) {
        for (const [key, entry] of generation) if (isGone(entry)) generation.delete(key);
      }
    },
    clear() {
      young.clear();
      old.clear();
    },
  };
}
