import * as v from "valibot";
import { type Feature, feature } from "../../../src/core/feature/index.ts";
import { completeLogin, findPending, proveAgain, takePending } from "../../../src/core/login/index.ts";
import { type AuthContext, everyone, type Outcome, operation } from "../../../src/core/operations/index.ts";
import {
  blank,
  formPage,
  operationRoute,
  optionalLine,
  route,
  showPage,
} from "../../../src/core/requests/index.ts";
import { answerLogin, type LoginOutcome } from "../../../src/features/session/index.ts";
import { Secret } from "../../../src/platform/crypto/index.ts";
import { LatchkeyError } from "../../../src/platform/errors/index.ts";
import { html } from "../../../src/platform/html/index.ts";

declare global {
  namespace Latchkey {
    interface Refusals {
      "terms/required": 401;
    }
    interface Operations {
      acceptTerms(input: { login?: string }, context: AuthContext): Promise<Outcome<LoginOutcome>>;
    }
  }
}

const stage = "accept_terms";
const path = "/login/terms";

const acceptTerms = operation({
  summary: "Accepts the terms during a sign-in",
  access: everyone,
  input: v.object({ login: optionalLine() }),
  async run(core, { login }, call) {
    const { facts } = call;
    const token = facts.preSession ?? (login === undefined ? null : new Secret(login));
    const step = await core.db.transaction(async (tx) => {
      const pending = await takePending(core, tx, { token, stage });
      const [first, ...more] = pending.proofs;
      if (first === undefined) throw new LatchkeyError("login_required");
      const accepted = proveAgain(core, pending.user.id, "terms", "knowledge");
      return completeLogin(core, tx, [first, ...more, accepted], { ...pending, facts });
    });
    if (step.status === "refused") throw new LatchkeyError("login_required");
    if (step.status === "signed_in") call.effects.signIn(step);
    return step;
  },
});

/** A plugin's step: every account must accept the terms once, at a sign-in. */
export const terms: Feature = feature("terms", {
  refusals: { "terms/required": 401 },
  words: {
    english: {
      errors: { "terms/required": { title: "Accept the terms", sentence: "Accept the terms to log in." } },
    },
  },
  operations: { acceptTerms },
  stages: [
    {
      name: stage,
      path,
      code: "terms/required",
      needed: async (_core, _tx, { proofs }) => proofs.every(({ method }) => method !== "terms"),
    },
  ],
  routes: [
    route({
      method: "GET",
      path,
      summary: "The terms",
      access: everyone,
      async handle(context) {
        await findPending(context.core, { token: context.facts.preSession, stage });
        const page = formPage(context, blank, {
          title: "Terms",
          action: path,
          submit: "Accept",
          fields: () => html``,
        });
        return showPage(page, { csrf_token: context.auth.csrfToken });
      },
    }),
    operationRoute({
      method: "POST",
      path,
      operation: acceptTerms,
      answer: (context, completed) => answerLogin(context, completed),
    }),
  ],
});
