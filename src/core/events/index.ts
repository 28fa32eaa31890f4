export { emit, emitAlone } from "./emit.ts";
export type { EventDeclaration, EventName, SecurityEvent } from "./events.ts";
