export { emit, emitAlone, emitWithinBudget } from "./emit.ts";
export type { EventDeclaration, EventName, PlainEvent, RefusalEvent, SecurityEvent } from "./events.ts";
