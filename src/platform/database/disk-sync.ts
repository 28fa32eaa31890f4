/** Makes earlier writes durable. */
export interface DiskSync {
  /** Resolves once all earlier writes are on the disk. Rejects if that is impossible. */
  settle(): Promise<void>;
  /** Resolves when no sync runs any more. */
  rest(): Promise<void>;
}

interface DiskSyncOptions {
  /** Writes the log to the disk. */
  sync(): Promise<void>;
  /**
   * Makes all data durable in another way after `sync` failed. The kernel may have dropped the failed write and report
   * success for the next sync.
   */
  repair(): Promise<void>;
}

/**
 * Waits for the disk without blocking the event loop. Calls during a running sync share the next one, because the
 * running one may miss their writes.
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
