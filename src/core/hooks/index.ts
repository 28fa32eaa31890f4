export { askBefore } from "./ask-before.ts";
export type {
  AfterHooks,
  BeforeHooks,
  BeforeSubjects,
  HookAnswer,
  HookEvent,
  HookRequest,
  Hooks,
  HookUser,
  OnHooks,
} from "./hooks.ts";
export { AFTER_JOB, runAfter, tellListeners } from "./tell-listeners.ts";
