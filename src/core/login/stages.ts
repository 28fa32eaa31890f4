import type { Transaction } from "../../platform/database/index.ts";
import type { ErrorCode } from "../../platform/errors/index.ts";
import type { Core, RequestFacts } from "../core.ts";
import type { UserRow } from "../users/index.ts";
import type { Proof } from "./proof.ts";

/**
 * A step between the proof and the session, such as choosing a new password or a second factor. Every way in meets
 * every stage. `needed` only reads, and may run more than once.
 */
export interface LoginStage {
  /** Such as `choose_password`. */
  readonly name: string;
  /** The path of the step, as its route declares it. */
  readonly path: string;
  /** The refusal that programs get while the step remains. */
  readonly code: ErrorCode;
  needed(core: Core, tx: Transaction, login: StageQuestion): Promise<boolean>;
}

/** The sign-in that a stage decides about. */
export interface StageQuestion {
  readonly user: UserRow;
  /** The proofs so far, in order. */
  readonly proofs: readonly Proof[];
  readonly facts: RequestFacts;
}

/** The first stage that applies; undefined if none is left. */
export async function nextStage(
  core: Core,
  tx: Transaction,
  question: StageQuestion,
): Promise<LoginStage | undefined> {
  for (const stage of core.features.stages) if (await stage.needed(core, tx, question)) return stage;
  return undefined;
}
