export { logEvent, readableUserAgent, recordEvent } from "./audit.ts";
export type { AuditFault } from "./fault.ts";
export { parseAuditHead } from "./head.ts";
export type { AuditQuery, AuditRecord } from "./list-audit.ts";
export { listAuditOperation, verifyAuditOperation } from "./operations.ts";
export { type EventRow, LAST_ID, listEventsAbout } from "./queries.ts";
export { forgetOriginsOf, shortenOldOrigins } from "./retention.ts";
export { type AuditSealer, createSealer } from "./sealer.ts";
export type { AuditReport, VerifyOptions } from "./verify-audit.ts";
