import {
  type AuthContext,
  badge,
  type Feature,
  feature,
  iso,
  type LoginOutcome,
  type Outcome,
  type UserColumn,
} from "latchkey/kit";
import { english } from "./english.ts";
import { migrations } from "./migrations.ts";
import { listAcceptances, listAcceptedBy } from "./queries.ts";
import { termsRoutes } from "./routes.ts";
import { type Acceptance, acceptedTerms, acceptTermsOf, type Terms, termsStage } from "./terms.ts";

declare global {
  namespace Latchkey {
    interface Refusals {
      "acme-terms/acceptance_required": 401;
      "acme-terms/other_version": 422;
    }
    interface Events {
      "acme-terms/accepted": { version: string };
    }
    interface Hooks {
      /** An account accepted a version of the terms. */
      termsAccepted: "acme-terms/accepted";
    }
    interface Operations {
      /**
       * Accepts the terms during a sign-in. The sign-in then continues.
       *
       * Refusals: `login_required` (no sign-in is pending), `invalid_input`, `acme-terms/other_version`, and the code of
       * the next step.
       *
       * @example
       * const refused = await auth.account.login({ login, password }, context);
       * if (!refused.ok && refused.code === "acme-terms/acceptance_required")
       *   await auth.account.acceptTerms({ version: "2", login: refused.next?.token.reveal() }, context);
       */
      acceptTerms(
        input: { version: string; login?: string | undefined },
        context: AuthContext,
      ): Promise<Outcome<LoginOutcome>>;
      /**
       * The versions that the signed-in account accepted, newest first. Refusal: `login_required`.
       *
       * @example
       * const { acceptances } = await unwrap(auth.account.acceptedTerms({}, await auth.for(request)));
       */
      acceptedTerms(input: object, context: AuthContext): Promise<Outcome<{ acceptances: Acceptance[] }>>;
    }
  }
}

export interface TermsOptions {
  /** The version that must be accepted, at most 64 bytes. A new value asks every account at its next sign-in. */
  version: string;
  /** The path of the terms, readable without signing in. Default `/terms`. */
  href?: string;
}

/** Whether each user accepted the current version, for administrators. */
function termsColumn({ version }: Terms): UserColumn {
  return {
    label: ({ acmeTerms }) => acmeTerms.admin.column,
    async cells({ db }, users, { acmeTerms }) {
      const rows = await listAcceptedBy(db, JSON.stringify(users.map(({ id }) => id)), version);
      const accepted = new Set(rows.map(({ user_id }) => user_id));
      const { admin } = acmeTerms;
      return new Map(
        users.map(({ id }) => [
          id,
          accepted.has(id) ? badge(admin.accepted, "success") : badge(admin.missing, "warning"),
        ]),
      );
    },
  };
}

/**
 * Asks every account to accept the terms before it gets a session.
 *
 * @example
 * createAuth({ origin, database, plugins: [acmeTerms({ version: "2026-10" })] });
 */
export function acmeTerms({ version, href = "/terms" }: TermsOptions): Feature {
  const terms: Terms = { version, href };
  const acceptTerms = acceptTermsOf(terms);
  return feature("acme-terms", {
    migrations,
    words: { english, locales: { de: () => import("./german.ts") } },
    refusals: { "acme-terms/acceptance_required": 401, "acme-terms/other_version": 422 },
    events: {
      "acme-terms/accepted": { means: "A version of the terms was accepted.", hook: "termsAccepted" },
    },
    operations: { acceptTerms, acceptedTerms },
    routes: termsRoutes(terms, acceptTerms),
    stages: [termsStage(terms)],
    links: {
      account: [
        {
          section: "data",
          path: "/account/terms",
          label: ({ acmeTerms }) => acmeTerms.link.label,
          description: ({ acmeTerms }) => acmeTerms.link.description,
        },
      ],
    },
    admin: { userColumns: [termsColumn(terms)] },
    // Erasure needs no code: the table's foreign key deletes the rows with the account.
    exportAccount: {
      "acme-terms": async ({ db }, { user }) =>
        (await listAcceptances(db, user.id)).map(({ version: accepted, accepted_at }) => ({
          version: accepted,
          accepted_at: iso(accepted_at),
        })),
    },
  });
}
