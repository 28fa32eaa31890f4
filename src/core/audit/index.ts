export { type AuditEntry, type AuditEvent, readableUserAgent, recordAlone, recordEvent } from "./audit.ts";
