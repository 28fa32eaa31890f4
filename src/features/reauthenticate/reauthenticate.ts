import * as v from "valibot";
import type { Core, RequestFacts } from "../../core/core.ts";
import { emit } from "../../core/events/index.ts";
import { type Proof, type Prover, renewSession } from "../../core/login/index.ts";
import { operation, signedIn } from "../../core/operations/index.ts";
import { nextField } from "../../core/requests/index.ts";
import type { Account } from "../../core/sessions/index.ts";
import { fieldError, LatchkeyError } from "../../platform/errors/index.ts";

/** The ways for this account to prove itself, in order. */
export async function proversOf(core: Core, account: Account): Promise<Prover[]> {
  const found: Prover[] = [];
  for (const prover of core.features.provers) if (await prover.available(core, account)) found.push(prover);
  return found;
}

/** The refusal that names the account's first way; `forbidden` if it has none. */
export function evidenceMissing([first]: readonly Prover[]): LatchkeyError {
  return first === undefined
    ? new LatchkeyError("forbidden", { detail: "the account has no way to prove itself" })
    : fieldError(first.field, "required");
}

/** Asks the prover whose field has a value. Throws `invalid_input`, and the errors of the prover. */
async function proofFrom(
  core: Core,
  account: Account,
  fields: Readonly<Record<string, unknown>>,
  facts: RequestFacts,
): Promise<Proof> {
  const provers = await proversOf(core, account);
  for (const prover of provers) {
    const evidence = Object.hasOwn(fields, prover.field) ? fields[prover.field] : undefined;
    if (evidence === undefined || evidence === "") continue;
    if (typeof evidence !== "string") throw fieldError(prover.field, "wrong_type");
    const proof = await prover.prove(core, account, evidence, facts);
    if (proof.userId !== account.user.id)
      throw new LatchkeyError("forbidden", { detail: "the proof is of another account" });
    return proof;
  }
  throw evidenceMissing(provers);
}

/** Proves the signed-in account again: the session gets a new value, and its limits start again. */
// Rows SL-02, SL-05, RA-03.
export const reauthenticate = operation({
  summary: "Proves the account again; the session gets a new value",
  access: signedIn,
  input: v.object({ next: nextField() }),
  takesEvidence: true,
  refusals: ["forbidden", "too_many_attempts", "overloaded"],
  async run(core, { fields = {} }, call) {
    const account = call.requireAccount();
    const { facts } = call;
    const proof = await proofFrom(core, account, fields, facts);
    const renewed = await core.db.transaction(async (tx) => {
      const { user, session } = account;
      const step = await renewSession(core, tx, proof, { session, facts });
      if (step.status === "refused") throw new LatchkeyError("login_required");
      await emit(core, tx, {
        event: "authn_reauthentication_success",
        actor: user.id,
        subject: user.id,
        detail: { session: step.session.id, method: proof.method },
        facts,
      });
      return step;
    });
    call.effects.signIn(renewed);
    return renewed;
  },
});
