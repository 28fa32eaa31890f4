export { logEvent, readableUserAgent, recordAlone, recordEvent } from "./audit.ts";
export { type AuditEvent, auditEvents } from "./audit-events.ts";
export type { AuditQuery, AuditRecord } from "./list-audit.ts";
export { listAuditOperation, verifyAuditOperation } from "./operations.ts";
export { type EventRow, findEventOf, listEventsAbout } from "./queries.ts";
export { forgetOriginsOf, shortenOldOrigins } from "./retention.ts";
export { type AuditFault, type AuditReport, parseAuditHead, type VerifyOptions } from "./verify-audit.ts";
