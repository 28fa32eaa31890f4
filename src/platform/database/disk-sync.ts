/** Makes durable what was written before. */
export interface DiskSync {
  /** Resolves once everything that was written before the call is on the disk. Rejects where that can't be had. */
  settle(): Promise<void>;
  /** Resolves when nothing is under way any more. */
  rest(): Promise<void>;
}

interface DiskSyncOptions {
  /** Brings the log to the disk. */
  sync(): Promise<void>;
  /**
   * Makes everything durable in another way, after `sync` failed: the kernel may have dropped what it couldn't write, and
   * say of the next sync that all is well.
   */
  repair(): Promise<void>;
}

/**
 * Waits for the disk without holding up the event loop. Those who ask while a sync runs share the next one: theirs may
 * have come too late for the one that runs.
 */
export function createDiskSync({ sync, repair }: DiskSyncOptions): DiskSync {
  let running: Promise<void> | null = null;
  let next: Promise<void> | null = null;
  let broken = false;

  async function run(): Promise<void> {
    try {
      if (!broken) return await sync();
    } catch {
      broken = true;
    }
    await repair();
    broken = false;
  }

  function begin(): Promise<void> {
    next = null;
    const mine = run().finally(() => {
      if (running === mine) running = null;
    });
    running = mine;
    return mine;
  }

  return {
    settle() {
      if (running === null) return begin();
      next ??= running.then(begin, begin);
      return next;
    },
    async rest() {
      while (running !== null || next !== null) await (next ?? running)?.catch(() => undefined);
    },
  };
}
