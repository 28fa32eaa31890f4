import type { Core, RequestFacts } from "../core.ts";
import { askBefore } from "../hooks/index.ts";

/** The kind of evidence: something the account's owner knows, has, or is. */
export type Factor = "knowledge" | "possession" | "inherence";

declare const proven: unique symbol;

/**
 * Evidence that the visitor is this user. Only `prove` and `proveAgain` create one, right after checking the
 * evidence, so that no session starts without it.
 */
export interface Proof {
  readonly [proven]: true;
  readonly userId: string;
  /** Such as `password`, `email_link`, `registration`; stored in `session.methods`. */
  readonly method: string;
  readonly factor: Factor;
  /** UTC milliseconds. */
  readonly at: number;
}

/** The proven account, as hooks see it. It may not exist yet. */
export interface ProvenUser {
  readonly id: string;
  readonly email: string;
  readonly username: string | null;
}

interface Evidence {
  method: string;
  factor: Factor;
  facts: RequestFacts;
}

/**
 * States that the user was proven just now, to begin a sign-in. Asks the application's hook `before.signIn`, outside
 * of any transaction. Throws `refused`.
 */
export async function prove(
  core: Core,
  user: ProvenUser,
  { method, factor, facts }: Evidence,
): Promise<Proof> {
  await askBefore(core, "signIn", { user, method }, facts);
  return { userId: user.id, method, factor, at: core.clock.now() } as Proof;
}

/** States that the user of a live or pending sign-in proved something again. Asks no hook: no sign-in begins. */
export function proveAgain(core: Core, userId: string, method: string, factor: Factor): Proof {
  return { userId, method, factor, at: core.clock.now() } as Proof;
}

/** The stored form of proofs between the steps of a sign-in. */
export const proofsText = (proofs: readonly Proof[]): string => JSON.stringify(proofs);

/** The proofs of a pending sign-in. */
export const readProofs = (text: string): Proof[] => JSON.parse(text) as Proof[];
