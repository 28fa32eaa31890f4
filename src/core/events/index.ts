export { emit, emitAlone } from "./emit.ts";
export type { EventDeclaration, EventName, PlainEvent, RefusalEvent, SecurityEvent } from "./events.ts";
