import type { Core, RequestFacts } from "../core.ts";
import { emitAlone } from "../events/index.ts";
import { askBefore, type HookUser } from "../hooks/index.ts";

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
export type ProvenUser = HookUser;

interface Evidence {
  method: string;
  factor: Factor;
  facts: RequestFacts;
}

/**
 * States that the user was proven just now, to begin a sign-in. Calls the application's hook `before.signIn`, outside
 * any transaction. Throws `refused`. The evidence then stays valid, and its attempt doesn't count.
 *
 * @example
 * const proof = await prove(core, user, { method: "acme-card", factor: "possession", facts });
 */
export async function prove(
  core: Core,
  user: ProvenUser,
  { method, factor, facts }: Evidence,
): Promise<Proof> {
  await askBefore(core, "signIn", { user, method }, facts).catch(async (error: unknown) => {
    const detail = { method, reason: "refused" };
    await emitAlone(core, { event: "authn_login_fail", subject: user.id, detail, facts });
    throw error;
  });
  return { userId: user.id, method, factor, at: core.clock.now() } as Proof;
}

/**
 * States that the user of a session or pending sign-in gave another proof. Calls no hook, since no sign-in begins.
 *
 * @example
 * prove: async (core, { user }) => proveAgain(core, user.id, "acme-card", "possession")
 */
export function proveAgain(core: Core, userId: string, method: string, factor: Factor): Proof {
  return { userId, method, factor, at: core.clock.now() } as Proof;
}

/** The stored form of proofs between the steps of a sign-in. */
export const proofsText = (proofs: readonly Proof[]): string => JSON.stringify(proofs);

/** The proofs of a pending sign-in. */
export const readProofs = (text: string): Proof[] => JSON.parse(text) as Proof[];
