export {
  completeLogin,
  type LoginContinues,
  type LoginRefused,
  type LoginStep,
  renewSession,
} from "./complete-login.ts";
export type { LoginEffect } from "./login-effect.ts";
export {
  endPendingLogin,
  findPending,
  type PendingLogin,
  pendingToken,
  takePending,
} from "./pending-logins.ts";
export { type Factor, type Proof, type ProvenUser, prove, proveAgain } from "./proof.ts";
export type { Prover } from "./provers.ts";
export { deleteExpiredPendingLogins } from "./queries.ts";
export type { LoginStage, StageQuestion } from "./stages.ts";
