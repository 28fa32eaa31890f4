export { type AuditEvent, readableUserAgent, recordAlone, recordEvent } from "./audit.ts";
export { type EventRow, findEventOf, listEventsAbout } from "./queries.ts";
export { forgetOriginsOf, shortenOldOrigins } from "./retention.ts";
