import { setImmediate as otherWork } from "node:timers/promises";
import type { Database, Transaction } from "../../platform/database/index.ts";
import type { Clock } from "../../platform/time/index.ts";
import type { Logger } from "../core.ts";
import { headText } from "./head.ts";
import { walkOldChain } from "./old-chain.ts";
import { rowHash } from "./row-text.ts";
import { addSeal, rootOf } from "./seal.ts";
import { findAnyOldRow, findAnyUnsealed, findUnsealed, lastSeal, markSealed } from "./seal-queries.ts";

export interface AuditSealer {
  /** Seals automatically from now on, soon after each `wake`. */
  start(): void;
  /** A row was committed. It is sealed soon, without delaying its writer. */
  wake(): void;
  /** Seals every committed row. No-op once the sealer has stopped. */
  seal(): Promise<void>;
  /** Seals the rows of this process, and stops. Never rejects: the next start seals the rest. */
  stop(): Promise<void>;
}

interface SealerOptions {
  db: Database;
  clock: Clock;
  log: Logger;
  /**
   * Whether this transaction may seal. SQLite has one writer, so the transaction itself is the lease. A database with
   * many writers takes an advisory lock that ends with the transaction. It returns false while another process has the
   * lock.
   */
  lease?: (tx: Transaction) => Promise<boolean>;
  /** False: rows wait until `seal` is called, so that no statement interferes with those of a test. */
  automatic?: boolean;
}

/** Rows per seal. */
const AT_ONCE = 1000;
/** After the first commit that wakes it, so that one seal covers the following commits. */
const SOON_MS = 100;
/**
 * After a failure, or while another process has the lease. Also when nothing woke this process: another one may have
 * ended before it sealed its rows.
 */
const AGAIN_MS = 1000;

const writerQueue = async (): Promise<boolean> => true;

/** Another process has the lease. */
class NotNow extends Error {}

/**
 * Seals the rows of the audit after their commit. Takes unsealed rows in the order of their ids, hashes them, and links
 * the seal to the previous one. A row that commits late with a smaller id gets into the next seal.
 *
 * Commits of seals wait for the disk like any other. The head of each seal goes to the log. A power cut must not undo
 * a seal whose head is already stored elsewhere: it would look like a forgery.
 */
export function createSealer(options: SealerOptions): AuditSealer {
  const { db, clock, log, lease = writerQueue, automatic = true } = options;
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();
  let started = false;
  let stopped = false;
  let isDue = false;
  let oldChainIsSealed = false;

  /** Seals in a separate transaction, if this process may. */
  function withLease<Result>(work: (tx: Transaction) => Promise<Result>): Promise<Result> {
    return db.transaction(async (tx) => {
      if (!(await lease(tx))) throw new NotNow();
      return work(tx);
    });
  }

  function tell(tx: Transaction, seal: { number: number; hash: Buffer }, rows: number): void {
    const head = headText({ kind: "seal", ...seal });
    tx.afterCommit(() =>
      log.info({ seal: seal.number, hash: seal.hash.toString("hex"), head, rows }, "audit sealed"),
    );
  }

  /** The chain of version 0.1 becomes the first seal, in any state. Its rows already carry the number 1. */
  async function sealOldChain(): Promise<void> {
    if (oldChainIsSealed) return;
    if ((await lastSeal(db)) === undefined && (await findAnyOldRow(db)) !== undefined) {
      const { rows, head, fault, root, firstId, lastId } = await walkOldChain(db);
      const found = fault && { sequence: fault.sequence, problem: fault.problem, sentence: fault.sentence };
      const note = JSON.stringify({ head: headText(head), fault: found });
      await withLease(async (tx) => {
        if ((await lastSeal(tx)) !== undefined) return;
        const content = { kind: "chain", count: rows, first_id: firstId, last_id: lastId, root, note };
        tell(tx, await addSeal(tx, content, new Uint8Array(), clock.now()), rows);
        if (fault !== null) {
          tx.afterCommit(() => log.warn({ found: fault.sentence }, "the audit is not what was written"));
        }
      });
    }
    oldChainIsSealed = true;
  }

  async function sealBatch(): Promise<number> {
    // Most runs of another process find no row. They shouldn't block a writer.
    if ((await findAnyUnsealed(db)) === undefined) return 0;
    return withLease(async (tx) => {
      const rows = await findUnsealed(tx, AT_ONCE);
      const [first, last] = [rows[0], rows.at(-1)];
      if (first === undefined || last === undefined) return 0;
      const rowHashes = Buffer.concat(rows.map(rowHash));
      const range = { first_id: first.id, last_id: last.id };
      const content = { kind: "rows", count: rows.length, ...range, root: rootOf(rowHashes), note: null };
      const seal = await addSeal(tx, content, rowHashes, clock.now());
      const marked = await markSealed(tx, seal.number, first.id, last.id);
      if (marked !== rows.length) throw new Error(`${marked} rows instead of ${rows.length} were sealed`);
      tell(tx, seal, rows.length);
      return rows.length;
    });
  }

  async function sealAll(): Promise<void> {
    await sealOldChain();
    while ((await sealBatch()) === AT_ONCE) await otherWork();
  }

  /** One run at a time. A call during a run starts another one, because its row may be too late for the first. */
  function run(): Promise<void> {
    const mine = running.then(sealAll, sealAll);
    running = mine.catch(() => undefined);
    return mine;
  }

  function schedule(delayMs: number): void {
    if (started && !stopped) timer ??= setTimeout(work, delayMs).unref();
  }

  function work(): void {
    timer = undefined;
    isDue = false;
    run()
      .catch((error: unknown) => {
        isDue = true;
        if (!(error instanceof NotNow)) {
          log.warn({ error: String(error) }, "the audit could not be sealed; trying again");
        }
      })
      .finally(() => schedule(AGAIN_MS));
  }

  function wake(): void {
    if (!isDue) {
      clearTimeout(timer);
      timer = undefined;
    }
    isDue = true;
    schedule(SOON_MS);
  }

  return {
    start() {
      if (!automatic) return;
      started = true;
      // Rows of a process that ended before it sealed them, and the chain of an older version.
      schedule(SOON_MS);
    },
    wake,
    async seal() {
      if (!stopped) await run();
    },
    async stop() {
      if (stopped) return;
      stopped = true;
      clearTimeout(timer);
      await running;
      if (!started || !isDue) return;
      await run().catch((error: unknown) =>
        log.warn(
          { error: String(error) },
          "the last rows of the audit are not sealed; the next start seals them",
        ),
      );
    },
  };
}
