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
export { listenerJobs, tellListeners } from "./tell-listeners.ts";
