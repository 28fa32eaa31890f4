import type { Core } from "../core.ts";
import { type AuditQuery, type AuditRecord, listAudit } from "./list-audit.ts";
import { type AuditReport, type VerifyOptions, verifyAudit } from "./verify-audit.ts";

/** What operators do with the audit: look and check. Nothing changes a row. */
export interface AuditAdministration {
  /**
   * Seals what is written, checks all rows and seals, and names the first row that was changed, removed, added or moved.
   * With the `head` of an earlier report also whether the newest rows are gone, or seals were rewritten.
   */
  verify(options?: VerifyOptions): Promise<AuditReport>;
  /** A page of rows, newest first; `next` is the `before` of the page after it. */
  list(query?: AuditQuery): Promise<{ records: AuditRecord[]; next: string | null }>;
}

/** The operations on this core; each waits for `ready` first. */
export function createAuditAdministration(core: Core, ready: () => Promise<void>): AuditAdministration {
  return {
    async verify(options) {
      await ready();
      return verifyAudit(core, options);
    },
    async list(query) {
      await ready();
      return listAudit(core, query);
    },
  };
}
