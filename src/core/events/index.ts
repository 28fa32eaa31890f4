export { emit, emitAlone, emitWithinBudget } from "./emit.ts";
export type {
  EventDeclaration,
  EventName,
  HookOf,
  PlainEvent,
  RefusalEvent,
  SecurityEvent,
} from "./events.ts";
