export { type AuditAdministration, createAuditAdministration } from "./administration.ts";
export { logEvent, readableUserAgent, recordAlone, recordEvent } from "./audit.ts";
export { type AuditEvent, auditEvents } from "./audit-events.ts";
export type { AuditQuery, AuditRecord } from "./list-audit.ts";
export { type EventRow, findEventOf, listEventsAbout } from "./queries.ts";
export { forgetOriginsOf, shortenOldOrigins } from "./retention.ts";
export { type AuditFault, type AuditReport, parseAuditHead } from "./verify-audit.ts";
