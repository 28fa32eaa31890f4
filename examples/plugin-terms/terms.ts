import {
  completeLogin,
  emit,
  everyone,
  LatchkeyError,
  type LoginStage,
  line,
  operation,
  optionalLine,
  pendingToken,
  signedIn,
  takePending,
  v,
} from "latchkey/kit";
import { findAcceptance, insertAcceptance, listAcceptances } from "./queries.ts";

/** The terms that must be accepted. */
export interface Terms {
  /** A new value asks every account again at its next sign-in. */
  readonly version: string;
  /** The path of the terms. */
  readonly href: string;
}

/** A version of the terms that an account accepted. */
export interface Acceptance {
  version: string;
  /** UTC milliseconds. */
  acceptedAt: number;
}

/** The step between the proof and the session. It only reads, and every way in meets it. */
export function termsStage({ version }: Terms): LoginStage {
  return {
    name: "acme_terms",
    path: "/login/terms",
    code: "acme-terms/acceptance_required",
    needed: async (_core, tx, { user }) => (await findAcceptance(tx, user.id, version)) === undefined,
  };
}

/** Accepts the terms during a sign-in, and continues it, in one transaction. */
export function acceptTermsOf(terms: Terms) {
  const stage = termsStage(terms).name;
  return operation({
    summary: "Accepts the terms during a sign-in, which then continues",
    access: everyone,
    input: v.object({ version: line({ maximumBytes: 64 }), login: optionalLine() }),
    signsIn: true,
    refusals: ["login_required", "acme-terms/other_version"],
    async run(core, { version, login }, call) {
      const { facts } = call;
      const token = pendingToken(call, login);
      const step = await core.db.transaction(async (tx) => {
        const pending = await takePending(core, tx, { token, stage });
        // Thrown after the sign-in was taken. The error undoes that, so the form can be sent again.
        if (version !== terms.version) throw new LatchkeyError("acme-terms/other_version");
        const { id } = pending.user;
        await insertAcceptance(tx, id, version, core.clock.now());
        const detail = { version };
        await emit(core, tx, { event: "acme-terms/accepted", actor: id, subject: id, detail, facts });
        return completeLogin(core, tx, pending.proofs, { ...pending, facts });
      });
      if (step.status === "refused") throw new LatchkeyError("login_required");
      if (step.status === "signed_in") call.effects.signIn(step);
      return step;
    },
  });
}

/** The versions that the signed-in account accepted, newest first. */
export const acceptedTerms = operation({
  summary: "The versions of the terms that the account accepted",
  access: signedIn,
  async run(core, _input, call) {
    const rows = await listAcceptances(core.db, call.requireAccount().user.id);
    const acceptances = rows.map(
      ({ version, accepted_at }): Acceptance => ({ version, acceptedAt: accepted_at }),
    );
    return { acceptances };
  },
});
