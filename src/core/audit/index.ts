export { type AuditEvent, readableUserAgent, recordAlone, recordEvent } from "./audit.ts";
