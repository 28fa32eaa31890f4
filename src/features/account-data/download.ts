import type { Core } from "../../core/core.ts";
import type { Lease } from "../../core/counters/index.ts";
import { type Account, requireLive } from "../../core/sessions/index.ts";
import { type JsonMembers, jsonChunks, readOnDemand } from "../../platform/http/index.ts";
import { iso, MINUTE } from "../../platform/time/index.ts";
import type { AccountExport } from "./account-export.ts";

/** A download ends if nothing of it was read for so long. Its place then is free. */
export const PATIENCE_MS = 2 * MINUTE;

/** The data of an account, on its way. It can be read once: `stream`, or `json`. */
export interface AccountDownload {
  /** Such as `app.example.org-account-2026-11-21.json`. */
  readonly fileName: string;
  /**
   * The JSON document in UTF-8, made while it is read. Cancelling it ends the work. It breaks with an error if a part
   * can't be read or the session ends. It also breaks if nothing is read for two minutes.
   */
  readonly stream: ReadableStream<Uint8Array>;
  /** The whole document, in memory. */
  json(): Promise<AccountExport>;
}

function fileNameOf({ settings, clock }: Core): string {
  const host = settings.origin.hostname.replace(/[^A-Za-z0-9.-]/g, "");
  return `${host}-account-${iso(clock.now()).slice(0, 10)}.json`;
}

/** A session that ended takes its download with it, and a long download keeps its place. */
async function* whileHeld(
  lease: Lease,
  account: Account,
  chunks: AsyncGenerator<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    yield chunk;
    await lease.keep((tx) => requireLive(tx, account));
  }
}

/** Begins the download of a document, and releases the lease once it has ended, however it ends. */
export async function beginDownload(
  core: Core,
  account: Account,
  lease: Lease,
  document: JsonMembers,
): Promise<AccountDownload> {
  const stream = await readOnDemand(whileHeld(lease, account, jsonChunks(document)), {
    patienceMs: PATIENCE_MS,
    async ended(error) {
      const user = account.user.id;
      if (error !== undefined) core.log.error({ user, error: String(error) }, "a download broke off");
      await lease.release();
    },
  });
  return {
    fileName: fileNameOf(core),
    stream,
    json: async () => (await new Response(stream).json()) as AccountExport,
  };
}
